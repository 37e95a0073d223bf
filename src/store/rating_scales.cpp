#include "store/rating_scales.h"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

#include "store/damaged.h"
#include "store/row_checksum.h"
#include "store/schema.h"
#include "store/sqlite.h"

namespace chatreports::store {

class RatingScales::Implementation {
 public:
  explicit Implementation(Database opened)
      : database_(std::move(opened)),
        prepare_(database_),
        version_(prepare_("PRAGMA data_version")),
        read_(prepare_(select_rows(CheckedTable::rating_scales))),
        set_(prepare_(insert_row(CheckedTable::rating_scales) +
                      " ON CONFLICT(license) DO UPDATE SET highest = excluded.highest, "
                      "good_from = excluded.good_from, checksum = excluded.checksum")),
        remove_(prepare_("DELETE FROM rating_scales WHERE license = ?1")) {}

  const std::optional<Error>& error() const { return prepare_.error(); }

  // The scales are at least as new as the number that was seen before them.
  Result<std::optional<std::map<LicenseId, chat::RatingScale>>> read_if_changed() {
    const auto version = read_version();
    if (!version) return std::unexpected(version.error());
    if (known_version_ == *version) return std::nullopt;
    auto scales = list();
    if (!scales) return std::unexpected(std::move(scales.error()));
    known_version_ = *version;
    return *std::move(scales);
  }

  Result<std::map<LicenseId, chat::RatingScale>> list() {
    std::map<LicenseId, chat::RatingScale> scales;
    const auto read = for_each_row(read_, [&]() -> Result<void> {
      const chat::RatingScale scale{read_.integer(1), read_.integer(2)};
      if (!is_intact(read_, CheckedTable::rating_scales) || !chat::is_rating_scale(scale)) {
        return std::unexpected(damaged_file(
            database_.path(), fmt::format("the rating scale of licence {} is not what was written",
                                          read_.integer(0))));
      }
      scales.emplace(LicenseId{read_.integer(0)}, scale);
      return {};
    });
    if (!read) return std::unexpected(read.error());
    return scales;
  }

  Result<void> set(LicenseId license, const chat::RatingScale& scale) {
    bind_row(set_, CheckedTable::rating_scales, license.value, scale.highest, scale.good_from);
    return set_.run();
  }

  Result<bool> remove(LicenseId license) {
    if (auto done = remove_.bind(1, license.value).run(); !done) {
      return std::unexpected(std::move(done.error()));
    }
    return database_.rows_changed() > 0;
  }

 private:
  Result<std::int64_t> read_version() {
    const ResetAtEnd reset(version_);
    const auto row = version_.step();
    if (!row) return std::unexpected(row.error());
    return version_.integer(0);
  }

  Database database_;
  StatementPreparer prepare_;
  Statement version_;
  Statement read_;
  Statement set_;
  Statement remove_;
  std::optional<std::int64_t> known_version_;
};

RatingScales::RatingScales(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

RatingScales::~RatingScales() = default;

Result<std::unique_ptr<RatingScales>> RatingScales::open(const std::string& data_folder) {
  auto implementation = implement<Implementation>(open_database(data_folder, access_schema()));
  if (!implementation) return std::unexpected(std::move(implementation.error()));
  return std::unique_ptr<RatingScales>(new RatingScales(*std::move(implementation)));
}

Result<std::map<LicenseId, chat::RatingScale>> RatingScales::read(const std::string& data_folder) {
  auto database = open_database_for_reading(data_folder, access_schema());
  if (!database && database.error().kind == ErrorKind::not_found) return {};
  if (!database) return std::unexpected(std::move(database.error()));
  const auto tables =
      database->integer("SELECT count(*) FROM sqlite_schema WHERE name = 'rating_scales'");
  if (!tables) return std::unexpected(tables.error());
  if (*tables == 0) return {};
  const auto implementation = implement<Implementation>(std::move(database));
  if (!implementation) return std::unexpected(implementation.error());
  return (*implementation)->list();
}

Result<std::optional<std::map<LicenseId, chat::RatingScale>>> RatingScales::read_if_changed() {
  return implementation_->read_if_changed();
}

Result<std::map<LicenseId, chat::RatingScale>> RatingScales::list() {
  return implementation_->list();
}

Result<void> RatingScales::set(LicenseId license, const chat::RatingScale& scale) {
  return implementation_->set(license, scale);
}

Result<bool> RatingScales::remove(LicenseId license) {
  return implementation_->remove(license);
}

}  // namespace chatreports::store
