#pragma once
// Chats as List Archives gives them, one a line.

#include "generate/chat.h"
#include "generate/identifiers.h"
#include "generate/line_writer.h"

namespace chatreports::generate {

class ChatWriter {
 public:
  ChatWriter(const Identifiers& identifiers, LineWriter& lines)
      : identifiers_(identifiers), lines_(lines) {}

  void write(const Chat& chat);

 private:
  void write_users(const Chat& chat);
  void write_access(const Chat& chat);
  void write_thread(const Chat& chat);
  void write_tags(const Chat& chat);
  void write_properties(const Chat& chat);
  void write_achievement(std::string_view name, const ToldAchievement& told);
  void write_events(const Chat& chat);
  void write_event(const Event& event, const Chat& chat);
  void write_content(const Event& event);
  void write_form(const Event& event);
  void write_filled_form(const Event& event, const Chat& chat);
  void write_answers(const FormField& field, const Chat& chat, Random& random);

  const Identifiers& identifiers_;
  LineWriter& lines_;
  Identifier thread_id_{{}};
  std::array<char, 36> customer_id_{};
};

}  // namespace chatreports::generate
