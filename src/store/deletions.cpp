#include "store/deletions.h"

#include <algorithm>
#include <utility>

#include "base/overloaded.h"
#include "base/sha256.h"
#include "chat/ids.h"
#include "store/damaged.h"
#include "store/row_checksum.h"

namespace chatreports::store {
namespace {

constexpr CheckedTable table = CheckedTable::deletions;
constexpr std::size_t subject_bytes = 16;

// In place of an id that is to be forgotten.
std::string subject_of_thread(std::string_view thread_id) {
  const Sha256 digest = sha256(thread_id);
  return {reinterpret_cast<const char*>(digest.data()), subject_bytes};
}

std::string subject_of_agent(std::string_view agent_id) {
  return chat::author_id_of(chat::author_digest(agent_id));
}

Error damaged(const Database& database) {
  return damaged_row(database.path(), "a row of deletions is not what was written");
}

}  // namespace

Deletions::Deletions(const Database& database, Totals& totals, StatementPreparer& prepare)
    : database_(database),
      totals_(totals),
      all_but_threads_(prepare(select_rows(table, "WHERE kind <> 0"))),
      licenses_with_threads_(prepare("SELECT DISTINCT license FROM deletions WHERE kind = 0")),
      find_(prepare(select_rows(table, "WHERE license = ?1 AND kind = ?2 AND subject = ?3"))),
      under_way_(prepare(select_rows(table, "WHERE examined IS NOT NULL ORDER BY change"))),
      write_(prepare(insert_row(table) +
                     " ON CONFLICT(license, kind, subject) DO UPDATE SET before = excluded.before, "
                     "change = excluded.change, examined = excluded.examined, "
                     "checksum = excluded.checksum")),
      remove_(prepare("DELETE FROM deletions WHERE license = ?1 AND kind = ?2 AND subject = ?3")) {}

Result<void> Deletions::read() {
  if (known_) return {};
  std::map<LicenseId, OfLicense> known;
  is_any_under_way_ = false;
  auto done = for_each_row(all_but_threads_, [&]() -> Result<void> {
    if (!is_intact(all_but_threads_, table)) return std::unexpected(damaged(database_));
    is_any_under_way_ = is_any_under_way_ || !all_but_threads_.is_null(5);
    OfLicense& of = known[LicenseId{all_but_threads_.integer(0)}];
    switch (static_cast<DeletionKind>(all_but_threads_.integer(1))) {
      case DeletionKind::agent:
        of.agents.add(all_but_threads_.bytes(2));
        break;
      case DeletionKind::time:
        of.before = std::max(of.before.value_or(earliest_instant),
                             from_unix_microseconds(all_but_threads_.integer(3)));
        break;
      case DeletionKind::license:
        of.is_of_everything = true;
        break;
      case DeletionKind::thread:
        break;
    }
    return {};
  });
  if (done) {
    done = for_each_row(licenses_with_threads_, [&]() -> Result<void> {
      known[LicenseId{licenses_with_threads_.integer(0)}].has_threads = true;
      return {};
    });
  }
  if (done) known_ = std::move(known);
  return done;
}

Result<const Deletions::OfLicense*> Deletions::of(LicenseId license) {
  if (auto done = read(); !done) return std::unexpected(std::move(done.error()));
  const auto found = known_->find(license);
  return found == known_->end() ? nullptr : &found->second;
}

Result<bool> Deletions::is_any_under_way() {
  if (auto done = read(); !done) return std::unexpected(std::move(done.error()));
  return is_any_under_way_;
}

Result<bool> Deletions::is_before(LicenseId license, Instant time) {
  const auto known = of(license);
  if (!known) return std::unexpected(known.error());
  return *known != nullptr && (*known)->before && time < *(*known)->before;
}

Result<bool> Deletions::has_thread(LicenseId license, std::string_view thread_id) {
  const std::string subject = subject_of_thread(thread_id);
  const ResetAtEnd reset(find_);
  return find_.bind(1, license.value).bind(2, std::int64_t{0}).bind_bytes(3, subject).step();
}

Result<std::vector<DeletionUnderWay>> Deletions::under_way() {
  std::vector<DeletionUnderWay> all;
  auto done = for_each_row(under_way_, [&]() -> Result<void> {
    if (!is_intact(under_way_, table)) return std::unexpected(damaged(database_));
    DeletionUnderWay& one = all.emplace_back();
    one.license = LicenseId{under_way_.integer(0)};
    one.kind = static_cast<DeletionKind>(under_way_.integer(1));
    one.subject = under_way_.bytes(2);
    if (const auto before = under_way_.optional_integer(3)) {
      one.before = from_unix_microseconds(*before);
    }
    one.change = under_way_.integer(4);
    one.examined = under_way_.integer(5);
    return {};
  });
  if (!done) return std::unexpected(std::move(done.error()));
  return all;
}

Result<void> Deletions::add(LicenseId license, const chat::Deletion& deletion,
                            std::int64_t change) {
  return std::visit(Overloaded{[&](const chat::ThreadDeletion& thread) {
                                 return write(license, DeletionKind::thread,
                                              subject_of_thread(thread.thread_id),
                                              {{}, change, {}});
                               },
                               [&](const chat::AgentDeletion& agent) {
                                 return write(license, DeletionKind::agent,
                                              subject_of_agent(agent.agent_id), {{}, change, 0});
                               },
                               [&](const chat::TimeDeletion& time) -> Result<void> {
                                 const auto known = of(license);
                                 if (!known) return std::unexpected(known.error());
                                 const std::int64_t before = unix_microseconds(time.before);
                                 // Chats that were taken again go, too. The latest time stays the
                                 // one that counts.
                                 const bool is_earlier = *known != nullptr && (*known)->before &&
                                                         time.before < *(*known)->before;
                                 return write(license, DeletionKind::time,
                                              is_earlier ? std::to_string(before) : std::string(),
                                              {before, change, 0});
                               },
                               [&](const chat::LicenseDeletion&) {
                                 return write(license, DeletionKind::license, {}, {{}, change, 0});
                               }},
                    deletion);
}

Result<void> Deletions::save(const DeletionUnderWay& deletion, bool is_done) {
  const auto before =
      deletion.before ? std::optional(unix_microseconds(*deletion.before)) : std::nullopt;
  const auto examined = is_done ? std::nullopt : std::optional(deletion.examined);
  return write(deletion.license, deletion.kind, deletion.subject,
               {before, deletion.change, examined});
}

Result<std::optional<std::int64_t>> Deletions::checksum_of(LicenseId license, DeletionKind kind,
                                                           std::string_view subject) {
  const ResetAtEnd reset(find_);
  const auto found = find_.bind(1, license.value)
                         .bind(2, static_cast<std::int64_t>(kind))
                         .bind_bytes(3, subject)
                         .step();
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  if (!is_intact(find_, table)) return std::unexpected(damaged(database_));
  return checksum_in_row(find_, table);
}

Result<void> Deletions::write(LicenseId license, DeletionKind kind, std::string_view subject,
                              const Row& row) {
  const auto number = static_cast<std::int64_t>(kind);
  const auto known = checksum_of(license, kind, subject);
  if (!known) return std::unexpected(known.error());
  const std::int64_t checksum = bind_row(write_, table, license.value, number, Blob{subject},
                                         row.before, row.change, row.examined);
  if (auto done = write_.run(); !done) return done;
  if (*known) {
    totals_.replaced(table, license, **known, checksum);
  } else {
    totals_.added(table, license, checksum);
  }
  forget();
  return {};
}

Result<void> Deletions::remove_thread(LicenseId license, std::string_view thread_id) {
  return remove(license, DeletionKind::thread, subject_of_thread(thread_id));
}

Result<void> Deletions::remove_license(LicenseId license) {
  return remove(license, DeletionKind::license, {});
}

Result<void> Deletions::remove(LicenseId license, DeletionKind kind, std::string_view subject) {
  const auto known = checksum_of(license, kind, subject);
  if (!known) return std::unexpected(known.error());
  if (!*known) return {};
  totals_.removed(table, license, **known);
  forget();
  return remove_.bind(1, license.value)
      .bind(2, static_cast<std::int64_t>(kind))
      .bind_bytes(3, subject)
      .run();
}

}  // namespace chatreports::store
