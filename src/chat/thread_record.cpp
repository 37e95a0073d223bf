#include "chat/thread_record.h"

namespace chatreports::chat {

Country country_of(std::string_view code) {
  const auto is_letter = [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
  };
  if (code.size() != 2 || !is_letter(code[0]) || !is_letter(code[1])) return {};
  // The fifth bit is that of the case.
  return {{static_cast<char>(code[0] & ~0x20), static_cast<char>(code[1] & ~0x20)}};
}

}  // namespace chatreports::chat
