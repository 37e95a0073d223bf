#include "report/version.h"

#include "base/names.h"

namespace chatreports::report {
namespace {

constexpr std::array<Name<Version>, all_versions.size()> version_names = {{{"3.4", Version::v3_4},
                                                                           {"3.5", Version::v3_5},
                                                                           {"3.6", Version::v3_6},
                                                                           {"3.7", Version::v3_7}}};

}  // namespace

std::string_view name_of(Version version) {
  return name_in(version_names, version);
}

std::optional<Version> parse_version(std::string_view text) {
  return value_in(version_names, text);
}

}  // namespace chatreports::report
