#pragma once
// How large what is known of a thread is, and may be.

#include <cstddef>

#include "chat/thread_record.h"

namespace chatreports::chat {

// About the bytes that a store needs: fixed numbers for what has a fixed form, and the bytes of
// texts. Adding to a record never makes it smaller.
std::size_t size_of(const ThreadRecord& record);
std::size_t size_of(const Update& update);

// Limits on what several records add up to, beside those on one record in chat/limits.h. A record
// that would exceed them is refused, and what was known stays.
constexpr std::size_t max_thread_bytes = std::size_t{8} << 20;  // as size_of counts
constexpr std::size_t max_threads_of_record = 5'000;  // of a chat, a greeting or an author

}  // namespace chatreports::chat
