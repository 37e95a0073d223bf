#pragma once
// Lines of text, gathered in a buffer that is handed over when it is full.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "generate/identifiers.h"
#include "time/instant.h"

namespace chatreports::generate {

class LineWriter {
 public:
  explicit LineWriter(const std::function<bool(std::string_view lines)>& take);

  // Appends to the line: text as it is, whole numbers, instants as RFC 3339, ids.
  template <class... Parts>
  void add(const Parts&... parts) {
    (append(parts), ...);
  }
  void end_line();
  // Hands over what is left.
  void finish();
  // False from when the receiver wants no more; lines written after that are thrown away.
  bool wanted() const { return wanted_; }

 private:
  void append(std::string_view text) { buffer_.append(text); }
  void append(std::uint64_t number);
  void append(Instant at);
  void append(const Identifier& id) { buffer_.append(id.text()); }

  const std::function<bool(std::string_view lines)>& take_;
  bool wanted_ = true;
  std::string buffer_;
  std::chrono::sys_days day_ =
      std::chrono::sys_days::min();  // the day whose date date_ is: neighbours in time share theirs
  std::string date_;
};

}  // namespace chatreports::generate
