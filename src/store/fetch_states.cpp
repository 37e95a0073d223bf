#include "store/fetch_states.h"

#include "store/row_checksum.h"

namespace chatreports::store {
namespace {

constexpr CheckedTable table = CheckedTable::fetch_states;

}  // namespace

FetchStates::FetchStates(StatementPreparer& prepare)
    : write_(prepare(insert_row(table) +
                     " ON CONFLICT(license) DO UPDATE SET source = excluded.source, "
                     "state = excluded.state, checksum = excluded.checksum")),
      erase_(prepare("DELETE FROM fetch_states WHERE license = ?1")),
      read_(prepare(select_rows(table, "WHERE license = ?1"))) {}

Result<bool> FetchStates::write(LicenseId license, const chat::FetchState& state) {
  const auto known = read(license, state.source);
  if (!known) return std::unexpected(known.error());
  if (*known == state.text) return false;
  bind_row(write_, table, license.value, std::string_view(state.source),
           std::string_view(state.text));
  if (auto done = write_.run(); !done) return std::unexpected(std::move(done.error()));
  return true;
}

Result<void> FetchStates::erase(LicenseId license) {
  return erase_.bind(1, license.value).run();
}

Result<std::optional<std::string>> FetchStates::read(LicenseId license, std::string_view source) {
  const ResetAtEnd reset(read_);
  const auto found = read_.bind(1, license.value).step();
  if (!found) return std::unexpected(found.error());
  if (!*found || !is_intact(read_, table) || read_.bytes(1) != source) return std::nullopt;
  return std::string(read_.bytes(2));
}

}  // namespace chatreports::store
