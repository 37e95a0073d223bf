#pragma once
// The versions of the Reports API, and which of them have something.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace chatreports::report {

enum class Version : std::uint8_t { v3_4, v3_5, v3_6, v3_7 };

inline constexpr std::array all_versions = {Version::v3_4, Version::v3_5, Version::v3_6,
                                            Version::v3_7};

// "3.4" …
std::string_view name_of(Version version);
std::optional<Version> parse_version(std::string_view text);

// From the first to the last, both included.
struct Versions {
  Version first = all_versions.front();
  Version last = all_versions.back();
  constexpr bool contain(Version version) const { return first <= version && version <= last; }
  bool operator==(const Versions&) const = default;
};

}  // namespace chatreports::report
