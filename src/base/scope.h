#pragma once
// What the owner of an access token or of a webhook secret may do.

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/names.h"

namespace chatreports {

enum class Scope : std::uint8_t {
  reports_read,    // ask for reports
  reports_write,   // send records, and read the facts of a thread
  webhooks,        // send webhooks: of a webhook secret, which has no other scope
  metrics_read,    // read the figures of the server itself, which are about all licences
  admin,           // manage the tokens of the licence
  records_delete,  // delete what is stored
};

inline constexpr std::array<Name<Scope>, 6> scope_names = {
    {{"reports_read", Scope::reports_read},
     {"reports_write", Scope::reports_write},
     {"webhooks", Scope::webhooks},
     {"metrics_read", Scope::metrics_read},
     {"admin", Scope::admin},
     {"records_delete", Scope::records_delete}}};

constexpr std::string_view text_of(Scope scope) {
  return name_in(scope_names, scope);
}

// Returns nothing for a text that is no scope.
constexpr std::optional<Scope> parse_scope(std::string_view text) {
  return value_in(scope_names, text);
}

// The scopes that an access token may have.
inline constexpr std::array token_scopes = {Scope::reports_read, Scope::reports_write,
                                            Scope::metrics_read, Scope::admin,
                                            Scope::records_delete};

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
    for (const Name<Scope>& scope : scope_names) {
      if (!contains(scope.value)) continue;
      if (!text.empty()) text += separator;
      text += scope.text;
    }
    return text;
  }

 private:
  static constexpr unsigned bit_of(Scope scope) { return 1U << static_cast<unsigned>(scope); }

  unsigned bits_ = 0;
};

}  // namespace chatreports
