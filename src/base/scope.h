#pragma once
// What the owner of an access token or of a webhook secret may do.

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace chatreports {

enum class Scope : std::uint8_t {
  reports_read,   // ask for reports
  reports_write,  // send records
  webhooks,       // send webhooks: of a webhook secret, which has no other scope
};

// The text of each scope, in the order of the enum; the one place that has them.
inline constexpr std::array<std::string_view, 3> scope_texts = {"reports_read", "reports_write",
                                                                "webhooks"};

constexpr std::string_view text_of(Scope scope) {
  return scope_texts[static_cast<std::size_t>(scope)];
}

// Returns nothing for a text that is no scope.
constexpr std::optional<Scope> parse_scope(std::string_view text) {
  for (std::size_t at = 0; at < scope_texts.size(); ++at) {
    if (scope_texts[at] == text) return static_cast<Scope>(at);
  }
  return std::nullopt;
}

// The scopes that an access token may have.
inline constexpr std::array token_scopes = {Scope::reports_read, Scope::reports_write};

// A set of scopes.
class Scopes {
 public:
  constexpr Scopes() = default;
  constexpr Scopes(std::initializer_list<Scope> scopes) {
    for (const Scope scope : scopes) insert(scope);
  }

  constexpr void insert(Scope scope) { bits_ |= bit_of(scope); }
  constexpr bool contains(Scope scope) const { return (bits_ & bit_of(scope)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  bool operator==(const Scopes&) const = default;

  // The texts in the order of the enum, with the separator between two.
  std::string text(std::string_view separator) const {
    std::string text;
    for (std::size_t at = 0; at < scope_texts.size(); ++at) {
      if (!contains(static_cast<Scope>(at))) continue;
      if (!text.empty()) text += separator;
      text += scope_texts[at];
    }
    return text;
  }

 private:
  static constexpr unsigned bit_of(Scope scope) { return 1U << static_cast<unsigned>(scope); }

  unsigned bits_ = 0;
};

}  // namespace chatreports
