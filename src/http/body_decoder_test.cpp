#include "http/body_decoder.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace chatreports::http {
namespace {

constexpr BodyLimits limits{1'000, 200};
constexpr Framing chunked{true, 0};

struct Decoded {
  int status = 0;  // 0: no error
  bool is_done = false;
  std::string content;
  std::size_t used = 0;
  bool operator==(const Decoded&) const = default;
};

// In packets of `packet` bytes.
Decoded decode(std::string_view bytes, const Framing& framing = chunked, std::size_t packet = 1) {
  BodyDecoder decoder(framing, limits);
  Decoded decoded;
  for (std::size_t at = 0; at < bytes.size() && !decoder.is_done(); at += packet) {
    const auto used = decoder.decode(bytes.substr(at, packet), decoded.content);
    if (!used) return {used.error().status, false, decoded.content, decoded.used};
    decoded.used += *used;
  }
  decoded.is_done = decoder.is_done();
  return decoded;
}

TEST(BodyDecoder, ReadsBodiesOfKnownLength) {
  EXPECT_EQ(decode("abcdef", {false, 4}), (Decoded{0, true, "abcd", 4}));
  EXPECT_EQ(decode("ab", {false, 4}), (Decoded{0, false, "ab", 2}));
  EXPECT_TRUE(BodyDecoder({false, 0}, limits).is_done());
  EXPECT_EQ(decode("a", {false, 1'001}).status, 413);
}

TEST(BodyDecoder, ReadsChunksInAnyPackets) {
  for (const std::size_t packet : {1, 2, 3, 5, 1'000}) {
    EXPECT_EQ(decode("3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\nGET", chunked, packet),
              (Decoded{0, true, "abcdefg", 26}))
        << packet;
    EXPECT_EQ(decode("0\r\n\r\n", chunked, packet), (Decoded{0, true, "", 5}));
    EXPECT_EQ(
        decode("00aA\r\n" + std::string(170, 'x') + "\r\n0 \t;q=\"a b\"\r\nA: b\r\nC: d\r\n\r\n",
               chunked, packet)
            .content.size(),
        170U);
  }
}

TEST(BodyDecoder, RefusesMalformedChunks) {
  using namespace std::string_view_literals;
  for (const std::string_view bytes :
       {"\r\n"sv, "x\r\n"sv, ";\r\n"sv, "-1\r\n"sv, "0x1\r\n"sv, " 1\r\n"sv, "1\n"sv, "1 \r\n"sv,
        "1\r\nab\r\n"sv, "1\r\na\n"sv, "1\r\na0\r\n\r\n"sv, "1;a\nb\r\n"sv, "1;\0\r\n"sv,
        "0\r\n\n"sv, "0\r\n a: b\r\n"sv, "0\r\n: b\r\n"sv, "0\r\na: b\n"sv, "0\r\na\r\r\n"sv}) {
    EXPECT_EQ(decode(bytes).status, 400) << bytes;
  }
}

TEST(BodyDecoder, CountsEveryByte) {
  EXPECT_EQ(decode("3e9\r\n").status, 413);
  EXPECT_EQ(decode("1f4\r\n" + std::string(500, 'x') + "\r\n1f5\r\n").status, 413);
  EXPECT_EQ(decode("ffffffffffffffffffffffff\r\n").status, 413);
  const std::string many(1'000, '0');
  EXPECT_EQ(decode(many).status, 413);
  EXPECT_EQ(decode("1;" + many).status, 413);
  EXPECT_EQ(decode("0;" + many).status, 413);
  EXPECT_EQ(decode("0\r\na: " + many).status, 431);
  std::string trailers = "0\r\n";
  for (int i = 0; i < 100; ++i) trailers += "a: b\r\n";
  EXPECT_EQ(decode(trailers).status, 431);
  // Chunks of one byte are allowed.
  std::string small;
  for (int i = 0; i < 1'000; ++i) small += "1\r\nx\r\n";
  EXPECT_EQ(decode(small + "0\r\n\r\n").content.size(), 1'000U);
  EXPECT_EQ(decode(small + "1\r\n").status, 413);
}

RC_GTEST_PROP(BodyDecoder, PacketsChangeNothing, (const std::vector<std::string>& chunks)) {
  std::string bytes;
  std::string content;
  for (const std::string& chunk : chunks) {
    if (chunk.empty() || content.size() + chunk.size() > limits.max_bytes) continue;
    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", chunk.size());
    bytes.append(size).append(chunk).append("\r\n");
    content += chunk;
  }
  bytes += "0\r\n\r\n";
  const auto packet = *rc::gen::inRange<std::size_t>(1, bytes.size() + 1);
  const Decoded decoded = decode(bytes, chunked, packet);
  RC_ASSERT(decoded.is_done);
  RC_ASSERT(decoded.content == content);
  RC_ASSERT(decoded.used == bytes.size());
}

}  // namespace
}  // namespace chatreports::http
