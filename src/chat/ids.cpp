#include "chat/ids.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/sha256.h"

namespace chatreports::chat {

namespace {

// FNV-1a, with its bits mixed once more at the end. Stores and exports contain such digests.
class Digest {
 public:
  Digest& add(std::string_view bytes) {
    for (const char byte : bytes) {
      state_ = (state_ ^ static_cast<unsigned char>(byte)) * 0x100000001B3;
    }
    return *this;
  }
  std::uint64_t value() const {
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 33)) * 0xFF51AFD7ED558CCD;
    return mixed ^ (mixed >> 33);
  }

 private:
  std::uint64_t state_ = 0xCBF29CE484222325;
};

constexpr std::uint64_t least_event_digest = std::uint64_t{1} << 32;

std::uint64_t as_event_key(std::uint64_t digest) {
  return least_event_digest + (digest >> 32);
}

// Reads "#<hexadecimal digits>", which an export has in place of an id.
std::optional<std::uint64_t> written_digest(std::string_view id) {
  if (!id.starts_with('#') || id.size() > 17) return {};
  std::uint64_t digest = 0;
  const char* const end = id.data() + id.size();
  const auto [stop, error] = std::from_chars(id.data() + 1, end, digest, 16);
  if (error != std::errc() || stop != end || digest == 0) return {};
  return digest;
}

// Reads "#" and 32 hexadecimal digits, likewise.
std::optional<CustomerDigest> written_customer(std::string_view id) {
  CustomerDigest digest{};
  if (!id.starts_with('#') || id.size() != 1 + 2 * digest.size()) return {};
  for (std::size_t at = 0; at < digest.size(); ++at) {
    const char* const begin = id.data() + 1 + 2 * at;
    const auto [stop, error] = std::from_chars(begin, begin + 2, digest[at], 16);
    if (error != std::errc() || stop != begin + 2) return {};
  }
  return digest;
}

}  // namespace

std::uint64_t event_key(std::string_view thread_id, std::string_view event_id) {
  std::uint32_t number = 0;
  if (event_id.starts_with(thread_id) && event_id.size() > thread_id.size() + 1 &&
      event_id[thread_id.size()] == '_' && event_id[thread_id.size() + 1] != '0') {
    const char* const end = event_id.data() + event_id.size();
    const auto [stop, error] = std::from_chars(event_id.data() + thread_id.size() + 1, end, number);
    if (error == std::errc() && stop == end) return number;
  }
  if (const auto digest = written_digest(event_id); digest && *digest >= least_event_digest) {
    return *digest;
  }
  return as_event_key(Digest().add(event_id).value());
}

std::string event_id_of(std::string_view thread_id, std::uint64_t event_key) {
  if (event_key < least_event_digest) return fmt::format("{}_{}", thread_id, event_key);
  return fmt::format("#{:x}", event_key);
}

std::uint64_t event_key(Instant created_at, EventType type, std::string_view author_id) {
  return as_event_key(Digest()
                          .add(std::to_string(unix_microseconds(created_at)))
                          .add(name_of(type))
                          .add(author_id)
                          .value());
}

std::uint32_t event_order(std::string_view event_id) {
  constexpr std::string_view digits = "0123456789";
  const std::size_t last = event_id.find_last_not_of(digits);
  std::string_view number = event_id.substr(last == event_id.npos ? 0 : last + 1);
  if (number.empty()) number = event_id.substr(0, event_id.find_first_not_of(digits));
  std::uint32_t order = 0;
  const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), order);
  return error == std::errc() ? order : 0;
}

std::string digested_chat_id(std::string_view chat_id) {
  return fmt::format("#{:x}", Digest().add(chat_id).value());
}

std::optional<CustomerDigest> customer_digest(std::string_view user_id) {
  if (user_id == unknown_customer_id) return {};
  if (const auto digest = written_customer(user_id)) return digest;
  CustomerDigest digest;
  const Sha256 whole = sha256(user_id);
  std::copy_n(whole.begin(), digest.size(), digest.begin());
  return digest;
}

std::string customer_id_of(const std::optional<CustomerDigest>& digest) {
  std::string id(unknown_customer_id);
  if (!digest) return id;
  for (const std::uint8_t byte : *digest) id += fmt::format("{:02x}", byte);
  return id;
}

std::uint64_t author_digest(const CustomerDigest& customer) {
  std::uint64_t value = 0;
  std::memcpy(&value, customer.data(), sizeof value);
  return value == 0 ? 1 : value;
}

std::uint64_t author_digest(std::string_view user_id) {
  if (user_id.empty()) return 0;
  if (const auto digest = written_digest(user_id)) return *digest;
  return author_digest(customer_digest(user_id).value_or(CustomerDigest{}));
}

std::string author_id_of(std::uint64_t author_digest) {
  return fmt::format("#{:x}", author_digest);
}

bool is_bot_id(std::string_view agent_id) {
  return agent_id.size() == 32 &&
         agent_id.find_first_not_of("0123456789abcdefABCDEF") == agent_id.npos;
}

}  // namespace chatreports::chat
