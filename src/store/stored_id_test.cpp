#include "store/stored_id.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <optional>
#include <string>

#include "base/check.h"
#include "store/row_checksum.h"
#include "store/schema.h"
#include "store/temporary_folder_test.h"

namespace chatreports::store {
namespace {

class StoredIds : public testing::Test {
 protected:
  struct Read {
    std::string id;
    std::string bytes;
    bool operator==(const Read&) const = default;
  };
  // Returns the id as it is read again, and the bytes that the store has for it.
  Read stored(const std::string& id) {
    const StoredId stored(id);
    stored.bind_to(echo_, 1);
    return read(echo_);
  }
  static Read read(Statement& row) {
    const ResetAtEnd reset(row);
    CHECK(row.step().value());
    return {id_in(row, 0), std::string(row.bytes(0))};
  }
  // Returns the id that a blob in the column of an id has.
  std::string id_of_blob(const std::string& bytes) {
    echo_.bind_bytes(1, bytes);
    return read(echo_).id;
  }

  TemporaryFolder folder_;
  Database database_ = open_database(folder_.data(), facts_schema()).value();
  Statement echo_ = database_.prepare("SELECT ?1").value();
};

TEST_F(StoredIds, those_of_livechat_take_seven_bytes) {
  for (const std::string id : {"0000000000", "ZZZZZZZZZZ", "PJ0MRSHTDG", "K600PKZON8"}) {
    EXPECT_EQ(stored(id).id, id);
    EXPECT_EQ(stored(id).bytes.size(), packed_id_bytes) << id;
  }
  EXPECT_EQ(stored("000000000A").bytes, std::string("\0\0\0\0\0\0\x0a", 7));
}

TEST_F(StoredIds, others_stay_as_they_are) {
  for (const std::string id : {"", "a", "PJ0MRSHTD", "PJ0MRSHTDGG", "pJ0MRSHTDG", "PJ0MRSHTD-",
                               "1234567", "PJ0MRSH\xc3\xa9_", "a chat of 20 letters"}) {
    EXPECT_EQ(stored(id), (Read{id, id}));
  }
}

// A damaged blob does not have the id of another one.
TEST_F(StoredIds, blobs_beyond_the_last_packed_id_are_no_ids) {
  const std::string last = stored("ZZZZZZZZZZ").bytes;
  std::string next = last;
  for (std::size_t at = next.size(); ++next[--at] == 0;) continue;
  EXPECT_EQ(id_of_blob(last), "ZZZZZZZZZZ");
  EXPECT_EQ(id_of_blob(next), next);
  EXPECT_EQ(id_of_blob(std::string(7, '\xff')), std::string(7, '\xff'));
  EXPECT_EQ(id_of_blob("\x01"), "\x01");
}

RC_GTEST_FIXTURE_PROP(StoredIds, any_id_is_read_as_it_was_written, ()) {
  const auto length = *rc::gen::inRange<std::size_t>(0, 13);
  const auto id = *rc::gen::container<std::string>(
      length, rc::gen::oneOf(rc::gen::inRange('0', '9'), rc::gen::inRange('A', 'Z'),
                             rc::gen::element('a', 'z', '\x01', ' ', '[', '@', '/', ':')));
  RC_ASSERT(stored(id).id == id);
}

// A damaged type turns the text of seven bytes into a blob, or the blob into a text.
TEST_F(StoredIds, a_text_that_became_a_blob_is_damaged) {
  Statement insert = database_.prepare(insert_row(CheckedTable::threads)).value();
  Statement select = database_.prepare(select_rows(CheckedTable::threads)).value();
  const auto is_whole_after = [&](const std::string& id, const char* change) {
    const StoredId thread(id);
    const std::optional<StoredId> chat;
    CHECK(database_.execute("DELETE FROM threads"));
    bind_row(insert, CheckedTable::threads, std::int64_t{1}, std::optional<std::int64_t>(),
             std::int64_t{1}, thread, std::optional<std::int64_t>(), chat, Blob{"x"});
    CHECK(insert.run());
    CHECK(database_.execute(change));
    const ResetAtEnd reset(select);
    CHECK(select.step().value());
    return is_intact(select, CheckedTable::threads);
  };
  const std::string seven = "\x01\x02\x03\x04\x05\x06\x07";
  EXPECT_TRUE(is_whole_after(seven, "SELECT 1"));
  EXPECT_TRUE(is_whole_after("PJ0MRSHTDG", "SELECT 1"));
  EXPECT_FALSE(is_whole_after(seven, "UPDATE threads SET thread_id = CAST(thread_id AS BLOB)"));
  EXPECT_FALSE(
      is_whole_after("PJ0MRSHTDG", "UPDATE threads SET thread_id = CAST(thread_id AS TEXT)"));
}

}  // namespace
}  // namespace chatreports::store
