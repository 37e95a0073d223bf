#include "ingest/input_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/ascii.h"

namespace chatreports::ingest {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

constexpr std::string_view gzip_sign = "\x1f\x8b";
constexpr std::string_view zstd_sign = "\x28\xb5\x2f\xfd";
constexpr std::string_view zip_sign = "PK\x03\x04";
constexpr std::string_view empty_zip_sign = "PK\x05\x06";

// Bytes at a place of the file, and what such a file is.
struct Sign {
  std::string_view bytes;
  std::size_t at;
  std::string_view what;
};

constexpr std::array<Sign, 15> signs = {{
    {gzip_sign, 0, "gzip data that is packed twice; unpack it once"},
    {zstd_sign, 0, "zstd data that is packed twice; unpack it once"},
    {zip_sign, 0, "a zip archive, which is read only from a file of its own; unpack it"},
    {empty_zip_sign, 0, "an empty zip archive"},
    {"\xfd"
     "7zXZ\0"sv,
     0, "xz data; unpack it with xz -d"},
    {"BZh"sv, 0, "bzip2 data; unpack it with bzip2 -d"},
    {"7z\xbc\xaf\x27\x1c"sv, 0, "a 7z archive; unpack it, and import the files in it"},
    {"Rar!\x1a\x07"sv, 0, "a RAR archive; unpack it, and import the files in it"},
    {"ustar"sv, 257, "a tar archive; unpack it with tar -x, and import the files in it"},
    {"%PDF-"sv, 0, "a PDF document, not JSON"},
    {"SQLite format 3\0"sv, 0, "an SQLite database, not JSON"},
    {"PAR1"sv, 0, "a Parquet file, not JSON"},
    {"\xd0\xcf\x11\xe0"sv, 0, "an old Office document, not JSON"},
    {"\xff\xfe"sv, 0, "UTF-16, not UTF-8; convert it with iconv -f UTF-16 -t UTF-8"},
    {"\xfe\xff"sv, 0, "UTF-16, not UTF-8; convert it with iconv -f UTF-16 -t UTF-8"},
}};

bool has(std::string_view bytes, const Sign& sign) {
  return bytes.size() > sign.at && bytes.substr(sign.at).starts_with(sign.bytes);
}

// Without a byte order mark, every other byte of a bracket in UTF-16 is 0.
bool is_utf16(std::string_view bytes) {
  if (bytes.size() < 4) return false;
  const auto opens = [](char byte) { return byte == '{' || byte == '['; };
  return (opens(bytes[0]) && bytes[1] == 0) || (bytes[0] == 0 && opens(bytes[1]));
}

std::string_view without_blanks(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text;
}

bool has_controls(std::string_view text) {
  return std::ranges::any_of(text, [](char byte) {
    return byte >= 0 && byte < ' ' && byte != '\t' && byte != '\r' && byte != '\n';
  });
}

// Returns the whole lines that are not blank; the last one may go on beyond the text.
std::vector<std::string_view> whole_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t end = text.find('\n'); end != text.npos; end = text.find('\n')) {
    const std::string_view line = without_blanks(text.substr(0, end));
    if (!line.empty()) lines.push_back(line);
    text.remove_prefix(end + 1);
  }
  return lines;
}

// A table has at least two lines, each with the separator, and none that could be a record.
bool is_table(const std::vector<std::string_view>& lines, char separator) {
  return lines.size() >= 2 && std::ranges::all_of(lines, [separator](std::string_view line) {
           return line[0] != '{' && line[0] != '[' && line.find(separator) != line.npos;
         });
}

}  // namespace

bool begins_gzip(std::string_view bytes) {
  return bytes.starts_with(gzip_sign);
}

bool begins_zstd(std::string_view bytes) {
  return bytes.starts_with(zstd_sign);
}

bool begins_zip(std::string_view bytes) {
  return bytes.starts_with(zip_sign);
}

namespace {

// Why they are neither text in UTF-8 of JSON nor a table.
std::optional<std::string> why_no_text(std::string_view bytes) {
  for (const Sign& sign : signs) {
    if (has(bytes, sign)) return std::string(sign.what);
  }
  if (is_utf16(bytes)) {
    return fmt::format("UTF-16, not UTF-8; convert it with iconv -f UTF-16{} -t UTF-8",
                       bytes[0] == 0 ? "BE" : "LE");
  }
  const std::string_view text = without_blanks(bytes);
  std::string begin(text.substr(0, 20));
  std::ranges::transform(begin, begin.begin(), lower);
  if (begin.starts_with("<!doctype html") || begin.starts_with("<html")) {
    return "an HTML page, not JSON; the request for it was probably answered with an error page";
  }
  if (begin.starts_with("<?xml")) return "an XML document, not JSON";
  return {};
}

}  // namespace

std::optional<std::string> why_no_table(std::string_view bytes) {
  if (auto why = why_no_text(bytes)) return why;
  const std::string_view text = without_blanks(bytes);
  if (text.starts_with('{') || text.starts_with('[')) {
    return "JSON, not a table; import it without --mapping";
  }
  return {};
}

std::optional<std::string> why_no_json(std::string_view bytes) {
  if (auto why = why_no_text(bytes)) return why;
  if (has_controls(bytes)) return {};  // random bytes have separators, too
  const auto lines = whole_lines(bytes);
  for (const auto& [separator, name] :
       {std::pair(',', "CSV"), std::pair(';', "CSV"), std::pair('\t', "TSV")}) {
    if (is_table(lines, separator))
      return fmt::format("a table ({}), not JSON; see --mapping of chatreports import", name);
  }
  return {};
}

}  // namespace chatreports::ingest
