#include "store/row_index.h"

#define XXH_INLINE_ALL  // what is digested is short: a call would cost more than the digest
#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "store/change_counter.h"

namespace chatreports::store {
namespace {

// A transaction that adds so many, or an import that adds twice as many as it may keep, writes them
// to the table before its end.
constexpr std::size_t most_in_transaction = 2'000'000;

constexpr std::size_t digests_a_filter_bit = 16;
constexpr std::size_t bits_a_word = 64;
constexpr std::size_t filter_words = (std::size_t{1} << 32) / digests_a_filter_bit / bits_a_word;

struct FilterBit {
  explicit FilterBit(std::int32_t digest)
      : word(static_cast<std::uint32_t>(digest) / digests_a_filter_bit / bits_a_word),
        bit(std::uint64_t{1} << static_cast<std::uint32_t>(digest) / digests_a_filter_bit %
                                    bits_a_word) {}
  std::size_t word;
  std::uint64_t bit;
};

void set_bit(std::vector<std::uint64_t>& filter, std::int32_t digest) {
  const FilterBit at(digest);
  filter[at.word] |= at.bit;
}

// Making the filter reads the whole table, which pays off after about so many searches.
constexpr std::int64_t searches_worth_a_filter = 10'000;
constexpr std::int64_t rows_read_a_search = 16;

}  // namespace

RowIndex::RowIndex(Database& database, Totals& totals, StatementPreparer& prepare)
    : database_(database),
      totals_(totals),
      insert_(prepare("INSERT OR IGNORE INTO row_index(digest, number) VALUES(?1, ?2)")),
      remove_(prepare("DELETE FROM row_index WHERE digest = ?1 AND number = ?2")),
      find_(prepare("SELECT number FROM row_index WHERE digest = ?1")),
      all_digests_(prepare("SELECT digest FROM row_index")) {}

Result<std::optional<std::int64_t>> RowIndex::begin(ChangeNumber last) {
  const auto indexed = read_counter(database_, "indexed");
  if (!indexed) return std::unexpected(indexed.error());
  if (is_known_ && *indexed == indexed_ && last.value == last_) return std::nullopt;
  const auto seed = read_counter(database_, "digest_seed");
  if (!seed) return std::unexpected(seed.error());
  is_known_ = true;
  seed_ = static_cast<std::uint64_t>(*seed);
  indexed_ = *indexed;
  last_ = last.value;
  recent_ = {};
  filter_.clear();
  if (indexed_ >= last_) return std::nullopt;
  return indexed_;
}

Result<void> RowIndex::end(ChangeNumber last) {
  last_ = last.value;
  if (indexed_ == last_ || recent_.size() < most_recent_) return {};
  if (auto done = insert_recent(); !done) return done;
  indexed_ = last_;
  return write_counter(database_, "indexed", indexed_);
}

Result<void> RowIndex::clear() {
  roll_back();
  if (auto done = database_.execute("DELETE FROM row_index"); !done) return done;
  if (auto done = totals_.clear(CheckedTable::row_index, of_all_licenses); !done) return done;
  return write_counter(database_, "indexed", 0);
}

void RowIndex::end_import() {
  most_recent_ = 0;
  filter_ = {};
}

Result<void> RowIndex::add(RowKind kind, LicenseId license, std::string_view id,
                           std::int64_t number) {
  const std::int32_t digest = this->digest(kind, license, id);
  if (number <= indexed_) return insert(digest, number);
  recent_.add(digest, number);
  if (recent_.size() < (most_recent_ > 0 ? 2 * most_recent_ : most_in_transaction)) return {};
  return insert_recent();
}

Result<void> RowIndex::remove(RowKind kind, LicenseId license, std::string_view id,
                              std::int64_t number) {
  const std::int64_t digest = this->digest(kind, license, id);
  auto done = remove_.bind(1, digest).bind(2, number).run();
  if (done && database_.rows_changed() > 0) {
    totals_.removed(CheckedTable::row_index, of_all_licenses,
                    RowChecksum(CheckedTable::row_index).add(digest).add(number).value());
  }
  return done;
}

void RowIndex::prefetch(RowKind kind, LicenseId license, std::string_view id) const {
  if (most_recent_ == 0) return;
  const std::int32_t digest = this->digest(kind, license, id);
  recent_.prefetch(digest);
  if (!filter_.empty()) __builtin_prefetch(&filter_[FilterBit(digest).word]);
}

Result<std::span<const std::int64_t>> RowIndex::find(RowKind kind, LicenseId license,
                                                     std::string_view id) {
  const std::int32_t wanted = digest(kind, license, id);
  found_.clear();
  recent_.find(wanted, [this](std::int64_t number) { found_.push_back(number); });
  const auto look = may_be_in_table(wanted);
  if (!look) return std::unexpected(look.error());
  if (*look) {
    auto done = for_each_row(find_.bind(1, std::int64_t{wanted}), [this]() -> Result<void> {
      found_.push_back(find_.integer(0));
      return {};
    });
    if (!done) return std::unexpected(std::move(done.error()));
  }
  std::ranges::sort(found_);
  const auto [again, end] = std::ranges::unique(found_);
  found_.erase(again, end);
  return found_;
}

std::int32_t RowIndex::digest(RowKind kind, LicenseId license, std::string_view id) const {
  const std::uint64_t seed =
      seed_ ^ static_cast<std::uint64_t>(license.value) ^ static_cast<std::uint64_t>(kind) << 56;
  return static_cast<std::int32_t>(XXH3_64bits_withSeed(id.data(), id.size(), seed));
}

Result<void> RowIndex::insert(std::int32_t digest, std::int64_t number) {
  if (!filter_.empty()) set_bit(filter_, digest);
  auto done = insert_.bind(1, std::int64_t{digest}).bind(2, number).run();
  if (done && database_.rows_changed() > 0) {
    totals_.added(
        CheckedTable::row_index, of_all_licenses,
        RowChecksum(CheckedTable::row_index).add(std::int64_t{digest}).add(number).value());
  }
  return done;
}

Result<void> RowIndex::insert_recent() {
  for (const RecentRows::Row& row : recent_.take_all()) {
    if (auto done = insert(row.digest, row.number); !done) return done;
  }
  return {};
}

Result<bool> RowIndex::may_be_in_table(std::int32_t digest) {
  if (most_recent_ > 0 && filter_.empty() &&
      ++searches_without_filter_ > searches_worth_a_filter + indexed_ / rows_read_a_search) {
    if (auto done = fill_filter(); !done) return std::unexpected(std::move(done.error()));
  }
  if (filter_.empty()) return true;
  const FilterBit at(digest);
  return (filter_[at.word] & at.bit) != 0;
}

Result<void> RowIndex::fill_filter() {
  searches_without_filter_ = 0;
  filter_.resize(filter_words);
  return for_each_row(all_digests_, [this]() -> Result<void> {
    set_bit(filter_, static_cast<std::int32_t>(all_digests_.integer(0)));
    return {};
  });
}

}  // namespace chatreports::store
