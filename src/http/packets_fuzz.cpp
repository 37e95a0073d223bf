// Requests in random packets: the decoders must find the same requests, or the same error, however
// the bytes are cut. It uses no connection, so millions can be tried.
//
// The input: eight bytes that packets are made from; a byte that chooses a request; and changes to
// the request of three bytes each, see `changed`. If the byte is zero, the rest is what a peer
// sends.

#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "http/body_decoder.h"
#include "http/head.h"
#include "http/input_buffer.h"
#include "http/valid_requests_test.h"

namespace chatreports::http {
namespace {

constexpr std::size_t max_header_bytes = 512;
constexpr BodyLimits body_limits{4'096, max_header_bytes};
constexpr std::size_t most_requests = 64;

// Sizes of packets: many small ones, a few large ones. The sequence is SplitMix64.
class Packets {
 public:
  explicit Packets(std::uint64_t seed) : state_(seed) {}
  std::size_t next() {
    std::uint64_t value = state_ += 0x9e3779b97f4a7c15;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    value ^= value >> 31;
    return value % 8 == 0 ? 1 + value / 8 % 2'000 : 1 + value / 8 % 4;
  }

 private:
  std::uint64_t state_;
};

struct Seen {
  std::vector<std::string> requests;  // method, target, fields, body
  int status = 0;                     // of the refusal that ends the connection
  bool operator==(const Seen&) const = default;
};

std::string text_of(const Head& head, const std::string& body) {
  std::string text =
      head.request.method + " " + head.request.target + (head.keep_alive ? "+" : "-");
  for (const auto& [name, value] : head.request.headers) text += "\n" + name + "=" + value;
  return text + "\n\n" + body;
}

// As a session reads them.
class Reader {
 public:
  // Returns false if the connection is at its end.
  bool take(std::string_view packet) {
    const std::span<char> room = buffer_.room(packet.size());
    std::memcpy(room.data(), packet.data(), packet.size());
    buffer_.add(packet.size());
    while (goes_on_ && step()) {
    }
    return goes_on_;
  }
  const Seen& seen() const { return seen_; }

 private:
  bool refuse(const Refusal& refusal) {
    CHECK(refusal.status >= 400 && refusal.status < 600);
    seen_.status = refusal.status;
    return goes_on_ = false;
  }

  // Returns false if the bytes that have come are too few.
  bool step() { return head_ ? step_body() : step_head(); }

  bool step_head() {
    if (is_first_) {
      while (buffer_.bytes().starts_with("\r\n")) buffer_.take(2);
      if (buffer_.empty() || buffer_.bytes() == "\r") return false;
      is_first_ = false;
    }
    const auto length = finder_.find(buffer_.bytes(), max_header_bytes);
    if (!length) return refuse(length.error());
    // An incomplete head is bounded.
    CHECK(*length || buffer_.bytes().size() < max_header_bytes);
    if (!*length) return false;
    CHECK(**length <= max_header_bytes && **length <= buffer_.bytes().size());
    auto head = parse_head(buffer_.bytes().substr(0, **length));
    buffer_.take(**length);
    if (!head) return refuse(head.error());
    head_ = *std::move(head);
    decoder_.emplace(head_->framing, body_limits);
    body_.clear();
    return true;
  }

  bool step_body() {
    const auto used = decoder_->decode(buffer_.bytes(), body_);
    if (!used) return refuse(used.error());
    CHECK(*used <= buffer_.bytes().size() && body_.size() <= body_limits.max_bytes);
    CHECK(decoder_->is_done() || *used == buffer_.bytes().size());
    buffer_.take(*used);
    if (!decoder_->is_done()) return false;
    seen_.requests.push_back(text_of(*head_, body_));
    goes_on_ = head_->keep_alive && seen_.requests.size() < most_requests;
    head_.reset();
    finder_ = {};
    is_first_ = true;
    return true;
  }

  InputBuffer buffer_;
  HeadFinder finder_;
  std::optional<Head> head_;
  std::optional<BodyDecoder> decoder_;
  std::string body_;
  Seen seen_;
  bool is_first_ = true;
  bool goes_on_ = true;
};

Seen read(std::string_view bytes, Packets packets) {
  Reader reader;
  while (!bytes.empty()) {
    const std::string_view packet = bytes.substr(0, packets.next());
    if (!reader.take(packet)) break;
    bytes.remove_prefix(packet.size());
  }
  return reader.seen();
}

Seen read_whole(std::string_view bytes) {
  Reader reader;
  reader.take(bytes);
  return reader.seen();
}

// Each change is a position, an operation and a byte.
std::string changed(std::string_view request, std::string_view changes) {
  std::string text(request);
  for (; changes.size() >= 3 && !text.empty(); changes.remove_prefix(3)) {
    const std::size_t at = static_cast<unsigned char>(changes[0]) % text.size();
    const char byte = changes[2];
    switch (static_cast<unsigned char>(changes[1]) % 6) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.insert(at, 1, byte);
        break;
      case 2:
        text.erase(at, 1);
        break;
      case 3:
        text.insert(at, text.substr(at, 1 + static_cast<unsigned char>(byte) % 40));
        break;
      case 4:
        text.erase(at, 1 + static_cast<unsigned char>(byte) % 40);
        break;
      default:
        text.insert(at, valid_requests[static_cast<unsigned char>(byte) % valid_requests.size()]);
        break;
    }
  }
  return text;
}

}  // namespace
}  // namespace chatreports::http

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace chatreports::http;
  std::uint64_t seed = 0;
  if (size <= sizeof seed) return 0;
  std::memcpy(&seed, data, sizeof seed);
  const std::size_t choice = data[sizeof seed];
  const std::string_view rest(reinterpret_cast<const char*>(data) + sizeof seed + 1,
                              size - sizeof seed - 1);
  const std::string bytes = choice == 0
                                ? std::string(rest)
                                : changed(valid_requests[choice % valid_requests.size()], rest);
  if (bytes.empty()) return 0;
  CHECK(read(bytes, Packets(seed)) == read_whole(bytes));
  return 0;
}
