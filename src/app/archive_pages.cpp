#include "app/archive_pages.h"

#include <fmt/format.h>

namespace chatreports::app {

void ArchivePages::add(const std::string& file, const std::vector<ingest::Page>& pages) {
  for (const ingest::Page& page : pages) {
    if (page.has_next) {
      place_of_unfinished_ = fmt::format("{}:{}", file, page.line);
    } else {
      ++lasts_;
    }
    tells_previous_ = tells_previous_ || page.has_previous;
    if (!page.has_previous) ++firsts_;
  }
}

std::optional<std::string> ArchivePages::warning() const {
  if (place_of_unfinished_.empty()) return {};
  // Several ranges of time may have been fetched, each with a last page.
  const std::uint64_t ranges = tells_previous_ ? firsts_ : 1;
  if (lasts_ >= ranges && lasts_ > 0) return {};
  return fmt::format(
      "{}: the next_page_id of this page leads to a page that did not come; fetch "
      "it and those after it, and import them, too",
      place_of_unfinished_);
}

}  // namespace chatreports::app
