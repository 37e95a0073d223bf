#include "http/flood_guard.h"

#include <gtest/gtest.h>

namespace chatreports::http {
namespace {

// `bytes` are those of the frame without its head.
void take_frame(FloodGuard& guard, std::size_t bytes) {
  guard.take_input(9 + bytes);
  guard.take_frame();
}

TEST(FloodGuard, EndsPeersThatOnlyMakeWork) {
  FloodGuard frames;
  for (int i = 0; i < 32'000; ++i) take_frame(frames, 0);
  EXPECT_TRUE(frames.is_flooded());
  FloodGuard large;
  for (int i = 0; i < 64; ++i) take_frame(large, 16'384);
  EXPECT_TRUE(large.is_flooded());
  FloodGuard fields;  // an octet each, and 4,096 when they are unpacked
  for (int i = 0; i < 256; ++i) fields.take_field(4'096);
  EXPECT_TRUE(fields.is_flooded());
  FloodGuard resets;
  for (int i = 0; i < 1'024; ++i) resets.end_request(false);
  EXPECT_TRUE(resets.is_flooded());
}

TEST(FloodGuard, LetsPeersWorkForEver) {
  FloodGuard guard;
  for (int i = 0; i < 1'000'000; ++i) {
    take_frame(guard, 1);  // a body, byte by byte
    guard.take_body(1);
  }
  for (int i = 0; i < 1'000'000; ++i) {
    take_frame(guard, 100);  // a request
    guard.take_field(4'096);
    guard.take_head(4'096);
    take_frame(guard, 8);  // a ping
    guard.end_request(true);
    guard.end_request(false);  // each second one is reset
  }
  for (int i = 0; i < 1'000'000; ++i) {
    guard.send_body(4'096);
    take_frame(guard, 4);  // a window for the connection and one for the stream
    take_frame(guard, 4);
  }
  EXPECT_FALSE(guard.is_flooded());
}

// A window of one byte costs the peer more than it earns.
TEST(FloodGuard, EndsPeersThatTakeByteAfterByte) {
  FloodGuard guard;
  for (int i = 0; i < 40'000; ++i) {
    take_frame(guard, 4);
    guard.send_body(1);
  }
  EXPECT_TRUE(guard.is_flooded());
}

}  // namespace
}  // namespace chatreports::http
