#pragma once
// The web page, as it was when the program was built: files of web/ (see web/README.md).

#include <cstddef>
#include <span>
#include <string_view>

#include "http/message.h"

namespace chatreports::api {

struct PageFile {
  std::string_view path;  // "/" or "/assets/app-4F2A.js"
  std::string_view media_type;
  std::string_view entity_tag;            // with its quotes
  bool is_named_by_content;               // its name changes with it, so it may be cached for ever
  std::span<const unsigned char> packed;  // by gzip
  std::size_t size;                       // of the file itself
};

// None if the program was built without the page.
std::span<const PageFile> page_files();

// Returns the file, packed if the request accepts that, or says that the client's copy is still
// right. No other host and no inline script has a part in it: its headers forbid both.
http::Response page_answer(const PageFile& file, const http::Request& request);

}  // namespace chatreports::api
