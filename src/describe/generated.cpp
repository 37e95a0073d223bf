#include "describe/generated.h"

#include <fmt/format.h>

#include <optional>

#include "describe/openapi.h"
#include "describe/tables.h"

namespace chatreports::describe {
namespace {

constexpr std::string_view mark = "./dev docs: ";

std::optional<std::string> part_named(std::string_view name) {
  if (name == "openapi paths") return openapi_paths();
  if (name == "openapi responses") return openapi_responses();
  if (name == "openapi schemas") return openapi_schemas();
  if (name == "reports") return "\n" + table_of_reports() + "\n";
  if (name == "figures") return "\n" + table_of_figures() + "\n";
  return std::nullopt;
}

// The name in a line that is a mark.
std::optional<std::string_view> name_in(std::string_view line) {
  while (line.starts_with(' ')) line.remove_prefix(1);
  if (line.starts_with("# ")) {
    line.remove_prefix(2);
  } else if (line.starts_with("<!-- ") && line.ends_with(" -->")) {
    line.remove_prefix(5);
    line.remove_suffix(4);
  } else {
    return std::nullopt;
  }
  if (!line.starts_with(mark)) return std::nullopt;
  return line.substr(mark.size());
}

}  // namespace

Result<std::string> with_generated_parts(std::string_view document) {
  std::string result;
  std::string open;  // the name of the part whose old lines are passed over
  while (!document.empty()) {
    const std::size_t end = document.find('\n');
    const std::string_view line = document.substr(0, end);
    const auto name = name_in(line);
    const bool is_end = name == "end";
    if (is_end && open.empty()) return invalid("an end without a generated part");
    if (name && !is_end && !open.empty()) {
      return invalid(fmt::format("the generated part \"{}\" has no end", open));
    }
    if (is_end) open.clear();
    if (open.empty()) result.append(line).append("\n");
    if (name && !is_end) {
      open = *name;
      const auto part = part_named(open);
      if (!part) return invalid(fmt::format("there is no generated part \"{}\"", open));
      result += *part;
    }
    document.remove_prefix(end == document.npos ? document.size() : end + 1);
  }
  if (!open.empty()) return invalid(fmt::format("the generated part \"{}\" has no end", open));
  return result;
}

}  // namespace chatreports::describe
