#include "base/sha256.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace chatreports {
namespace {

std::string hex(const Sha256& digest) {
  std::string text;
  for (const unsigned char byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

// The examples of FIPS 180-4.
TEST(Sha256, GivesTheDigestsOfTheStandard) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, MayBeCalledFromManyThreads) {
  std::vector<Sha256> digests(4);
  std::vector<std::thread> threads;
  for (Sha256& digest : digests) {
    threads.emplace_back([&digest] {
      for (int i = 0; i < 1'000; ++i) digest = sha256("abc");
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Sha256& digest : digests) EXPECT_EQ(digest, sha256("abc"));
}

}  // namespace
}  // namespace chatreports
