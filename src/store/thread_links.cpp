// The part of the table of threads that finds them by what other records tell: when a greeting was
// displayed, and who is an agent.

#include <algorithm>
#include <utility>

#include "chat/merge.h"
#include "chat/operations.h"
#include "store/record_codec.h"
#include "store/thread_table.h"

namespace chatreports::store {
namespace {

// Whether a webhook has told of a property that names a greeting.
bool tells_of_greeting(const chat::ThreadRecord& record) {
  return std::ranges::any_of(record.operations, [](const chat::ToldOperation& told) {
    const auto* property = std::get_if<chat::PropertyTold>(&told.what);
    return property != nullptr && property->name == "greeting_unique_id";
  });
}

// The unique id of the greeting that the thread came from, as far as is known by now.
std::optional<std::string> greeting_of(const chat::ThreadRecord& record) {
  return tells_of_greeting(record) ? chat::greeting_unique_id(chat::resolve(record))
                                   : chat::greeting_unique_id(record);
}

// As the row index finds it.
std::string_view bytes_of(const std::uint64_t& digest) {
  return {reinterpret_cast<const char*>(&digest), sizeof digest};
}

}  // namespace

Result<std::size_t> ThreadTable::threads_of_greeting(LicenseId license,
                                                     std::string_view unique_id) {
  const auto numbers = index_.find(RowKind::thread_of_greeting, license, unique_id);
  if (!numbers) return std::unexpected(numbers.error());
  return numbers->size();
}

Result<std::size_t> ThreadTable::threads_of_author(LicenseId license, std::string_view author_id) {
  const auto numbers =
      index_.find(RowKind::thread_of_author, license, bytes_of(chat::author_digest(author_id)));
  if (!numbers) return std::unexpected(numbers.error());
  return numbers->size();
}

void ThreadTable::follow_greeting(LicenseId license, const std::string& unique_id) {
  followed_.emplace(RowKind::thread_of_greeting, license, unique_id);
}

void ThreadTable::follow_agent(LicenseId license, std::string_view agent_id) {
  followed_.emplace(RowKind::thread_of_author, license, bytes_of(chat::author_digest(agent_id)));
}

// A damaged one looks it up when it comes again.
Result<void> ThreadTable::follow(ChangeCounter& counter) {
  for (const auto& [kind, license, id] : std::exchange(followed_, {})) {
    const auto found = index_.find(kind, license, id);
    if (!found) return std::unexpected(found.error());
    const std::vector<std::int64_t> numbers(found->begin(), found->end());
    for (const std::int64_t number : numbers) {
      const auto row = find_intact(number);
      if (!row) return std::unexpected(row.error());
      if (!*row || (*row)->license != license) continue;
      chat::ThreadRecord now = (*row)->record;
      if (auto done = look_up(license, now); !done) return done;
      const auto updated = update(license, **row, now, (*row)->chat_id, counter.next());
      if (!updated) return std::unexpected(updated.error());
      if (*updated) counter.spend();
    }
  }
  return {};
}

Result<void> ThreadTable::index_after(std::int64_t thread_number) {
  return for_each_row(rows_after_.bind(1, thread_number), [this]() -> Result<void> {
    const std::int64_t number = rows_after_.integer(0);
    const LicenseId license{rows_after_.integer(1)};
    auto added = index_.add(RowKind::thread, license, rows_after_.bytes(2), number);
    if (!added) return added;
    // Whoever finds a record that cannot be read is told so; all others can be written.
    const auto record = decode(rows_after_.bytes(3), strings_);
    if (!record) return {};
    return add_to_index(license, *record, nullptr, number);
  });
}

Result<void> ThreadTable::add_to_index(LicenseId license, const chat::ThreadRecord& record,
                                       const chat::ThreadRecord* before,
                                       std::int64_t thread_number) {
  const auto greeting = greeting_of(record);
  if (greeting && (before == nullptr || greeting != greeting_of(*before))) {
    auto done = index_.add(RowKind::thread_of_greeting, license, *greeting, thread_number);
    if (!done) return done;
  }
  const std::vector<std::uint64_t> authors = chat::unlisted_authors(record);
  if (authors.empty()) return {};
  std::vector<std::uint64_t> known;
  if (before != nullptr) known = chat::unlisted_authors(*before);
  for (const std::uint64_t& author : authors) {
    if (std::ranges::binary_search(known, author)) continue;
    auto done = index_.add(RowKind::thread_of_author, license, bytes_of(author), thread_number);
    if (!done) return done;
  }
  return {};
}

Result<void> ThreadTable::look_up(LicenseId license, chat::ThreadRecord& record) {
  record.greeting_displayed_at.reset();
  if (const auto unique_id = greeting_of(record)) {
    const auto displayed = greetings_.displayed_at(license, *unique_id);
    if (!displayed) return std::unexpected(displayed.error());
    record.greeting_displayed_at = *displayed;
  }
  record.known_agents.clear();
  for (const std::uint64_t author : chat::unlisted_authors(record)) {
    auto agent = agents_.find(license, author);
    if (!agent) return std::unexpected(std::move(agent.error()));
    if (*agent) record.known_agents.push_back(**std::move(agent));
  }
  std::ranges::sort(record.known_agents);
  return {};
}

}  // namespace chatreports::store
