#include "store/label_table.h"

#include <fmt/format.h>

#include <utility>

#include "chat/limits.h"
#include "store/damaged.h"
#include "store/refused.h"
#include "store/row_checksum.h"

namespace chatreports::store {
namespace {

// Labels in memory before they are written.
constexpr std::size_t most_in_memory = 65'536;
constexpr CheckedTable table = CheckedTable::form_labels;

}  // namespace

LabelTable::LabelTable(const Database& database, Totals& totals, StatementPreparer& prepare)
    : database_(database),
      totals_(totals),
      find_(prepare(select_rows(table,
                                "WHERE license = ?1 AND form_id = ?2 AND field_id = ?3 AND "
                                "answer_id = ?4"))),
      read_(
          prepare(select_rows(table, "WHERE license = ?1 ORDER BY form_id, field_id, answer_id"))),
      count_(
          prepare("SELECT count(*) FROM (SELECT 1 FROM form_labels WHERE license = ?1 LIMIT ?2)")),
      write_(prepare(insert_row(table) +
                     " ON CONFLICT(license, form_id, field_id, answer_id) DO UPDATE SET "
                     "label = excluded.label, at = excluded.at, checksum = excluded.checksum")),
      erase_(prepare("DELETE FROM form_labels WHERE license = ?1")) {}

Result<bool> LabelTable::write(LicenseId license, std::span<const chat::FormLabel> labels,
                               ChangeCounter& counter) {
  bool has_changed = false;
  has_left_out_ = false;
  for (const chat::FormLabel& label : labels) {
    const auto found = find(license, label);
    if (!found) return std::unexpected(found.error());
    Known& known = **found;
    if (known.is_there && std::tie(label.at, label.label) <= std::tie(known.at, known.label)) {
      continue;
    }
    if (!known.is_there && !known.is_damaged) {
      const auto others = count(license);
      if (!others) return std::unexpected(others.error());
      if (**others >= chat::max_labels) {
        has_left_out_ = true;
        continue;
      }
      ++**others;
    }
    has_changed = true;
    if (!known.is_there || known.label != label.label) {
      known.label = label.label;
      counter.spend();
    }
    known.at = label.at;
    known.is_there = known.is_changed = true;
  }
  return has_changed;
}

Result<bool> LabelTable::write_record(LicenseId license, const chat::FormLabel& label,
                                      ChangeCounter& counter) {
  const auto written = write(license, std::span(&label, 1), counter);
  if (!written || !has_left_out_) return written;
  return std::unexpected(refused(fmt::format(
      "the licence has {} labels of forms, and no more may be stored", chat::max_labels)));
}

Result<std::int64_t*> LabelTable::count(LicenseId license) {
  const auto known = counts_.find(license);
  if (known != counts_.end()) return &known->second;
  const ResetAtEnd reset(count_);
  const auto found = count_.bind(1, license.value).bind(2, chat::max_labels).step();
  if (!found) return std::unexpected(found.error());
  return &counts_.emplace(license, count_.integer(0)).first->second;
}

Result<void> LabelTable::save() {
  for (auto& [key, known] : labels_) {
    if (!std::exchange(known.is_changed, false)) continue;
    const auto& [license, form_id, field_id, answer_id] = key;
    const std::int64_t checksum = bind_row(
        write_, table, license.value, std::string_view(form_id), std::string_view(field_id),
        std::string_view(answer_id), std::string_view(known.label), unix_microseconds(known.at));
    if (auto done = write_.run(); !done) return done;
    if (std::exchange(known.is_damaged, false)) {
      totals_.repaired(table, license);
    } else if (known.checksum) {
      totals_.replaced(table, license, *known.checksum, checksum);
    } else {
      totals_.added(table, license, checksum);
    }
    known.checksum = checksum;
  }
  return {};
}

Result<void> LabelTable::erase(LicenseId license) {
  forget();
  auto done = erase_.bind(1, license.value).run();
  if (done) done = totals_.clear(table, license);
  return done;
}

Result<std::vector<chat::FormLabel>> LabelTable::read(LicenseId license) {
  std::vector<chat::FormLabel> labels;
  const auto done = for_each_row(read_.bind(1, license.value), [&]() -> Result<void> {
    if (!is_intact(read_, table)) {
      return std::unexpected(
          damaged_row(database_.path(), fmt::format("a label of the forms of licence {} is not "
                                                    "what was written",
                                                    license.value)));
    }
    labels.push_back({std::string(read_.bytes(1)), std::string(read_.bytes(2)),
                      std::string(read_.bytes(3)), std::string(read_.bytes(4)),
                      from_unix_microseconds(read_.integer(5))});
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return labels;
}

Result<LabelTable::Known*> LabelTable::find(LicenseId license, const chat::FormLabel& label) {
  if (labels_.size() >= most_in_memory) {
    if (auto saved = save(); !saved) return std::unexpected(std::move(saved.error()));
    labels_.clear();
  }
  const auto known_one =
      labels_.find(std::tie(license, label.form_id, label.field_id, label.answer_id));
  if (known_one != labels_.end()) return &known_one->second;
  const auto at =
      labels_.try_emplace(Key(license, label.form_id, label.field_id, label.answer_id)).first;
  Known& known = at->second;
  const ResetAtEnd reset(find_);
  const auto is_there = find_.bind(1, license.value)
                            .bind_text(2, label.form_id)
                            .bind_text(3, label.field_id)
                            .bind_text(4, label.answer_id)
                            .step();
  if (!is_there) {
    labels_.erase(at);
    return std::unexpected(is_there.error());
  }
  if (!*is_there) return &known;
  if (!is_intact(find_, table)) {
    known.is_damaged = true;
    return &known;
  }
  known.label = find_.bytes(4);
  known.at = from_unix_microseconds(find_.integer(5));
  known.is_there = true;
  known.checksum = checksum_in_row(find_, table);
  return &known;
}

}  // namespace chatreports::store
