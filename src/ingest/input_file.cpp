#include "ingest/input_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <memory>

#include "base/ascii.h"
#include "base/printable.h"
#include "ingest/input_form.h"
#include "ingest/zip_archive.h"

namespace chatreports::ingest {
namespace {

constexpr std::array<std::string_view, 5> ends_of_records = {".json", ".ndjson", ".jsonl", ".gz",
                                                             ".zst"};
constexpr std::string_view end_of_archives = ".zip";

bool ends_in(std::string_view name, std::string_view end) {
  return name.size() > end.size() &&
         std::ranges::equal(name.substr(name.size() - end.size()), end, {}, lower);
}

bool is_hidden(std::string_view path) {
  return path.substr(path.rfind('/') + 1).starts_with('.');
}

// A pipe is never one, and its bytes could not be read twice.
bool is_zip(const std::string& path) {
  std::error_code error;
  if (path == "-" || !std::filesystem::is_regular_file(path, error)) return false;
  std::array<char, 4> begin{};
  std::ifstream file(path, std::ios::binary);
  file.read(begin.data(), begin.size());
  return begins_zip({begin.data(), static_cast<std::size_t>(file.gcount())});
}

// The present member of an archive.
class MemberSource final : public ByteSource {
 public:
  MemberSource(ZipArchive& archive, const std::string& name)
      : archive_(archive), unpacked_(open_named(archive, name, archive.size())) {}

  Result<std::size_t> read(std::span<char> into) override { return unpacked_->read(into); }
  std::uint64_t bytes_consumed() const override { return archive_.packed_bytes_read(); }
  std::uint64_t bytes_total() const override { return 0; }
  bool is_too_large() const override { return unpacked_->is_too_large(); }

 private:
  const ZipArchive& archive_;
  const std::unique_ptr<ByteSource> unpacked_;
};

Result<PassedOver> visit_members(const std::string& path, const VisitStream& visit) {
  const auto archive = ZipArchive::open(path);
  if (!archive) return std::unexpected(archive.error());
  PassedOver passed_over;
  bool has_records = false;
  while (true) {
    const auto member = (*archive)->next();
    if (!member) return std::unexpected(member.error());
    if (!*member) break;
    const std::string& name = **member;
    if (name.ends_with('/')) continue;  // a folder
    if (!has_name_of_records(name)) {
      passed_over.add(name);
      continue;
    }
    has_records = true;
    const std::string whole_name = fmt::format("{}/{}", path, printable(name));
    MemberSource source(**archive, whole_name);
    if (!visit(whole_name, source) || (*archive)->has_failed()) return passed_over;
  }
  if (has_records) return passed_over;
  return invalid(fmt::format("{}: the zip archive holds no file {}", path, ends_of_names));
}

}  // namespace

bool has_name_of_records(std::string_view path) {
  return !is_hidden(path) && std::ranges::any_of(ends_of_records, [path](std::string_view end) {
    return ends_in(path, end);
  });
}

bool has_name_of_archive(std::string_view path) {
  return !is_hidden(path) && ends_in(path, end_of_archives);
}

void PassedOver::add(std::string_view name) {
  if (count == 0) first = name;
  ++count;
}

Result<PassedOver> visit_streams(const std::string& path, const VisitStream& visit,
                                 Content content) {
  if (is_zip(path)) {
    if (content == Content::records) return visit_members(path, visit);
    return invalid(fmt::format("{}: it is a zip archive; unpack the table in it", path));
  }
  const auto source = open_file(path, content);
  if (!source) return std::unexpected(source.error());
  visit(path, **source);
  return PassedOver{};
}

}  // namespace chatreports::ingest
