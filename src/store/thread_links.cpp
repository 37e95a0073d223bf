#include "store/thread_links.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "chat/ids.h"
#include "chat/merge.h"
#include "chat/resolve.h"

namespace chatreports::store {
namespace {

// Returns whether an update changes the property that names a greeting.
bool updates_greeting(const chat::ThreadRecord& record) {
  return std::ranges::any_of(record.updates, [](const chat::TimedUpdate& update) {
    const auto* property = std::get_if<chat::PropertyUpdate>(&update.what);
    return property != nullptr && property->name == "greeting_unique_id";
  });
}

// The unique id of the greeting that the thread came from, as far as is known now.
std::optional<std::string> greeting_of(const chat::ThreadRecord& record) {
  return updates_greeting(record) ? chat::greeting_unique_id(chat::resolve(record))
                                  : chat::greeting_unique_id(record);
}

// The id of an author in the row index.
std::string_view bytes_of(const std::uint64_t& digest) {
  return {reinterpret_cast<const char*>(&digest), sizeof digest};
}

}  // namespace

Result<void> ThreadLinks::look_up(LicenseId license, chat::ThreadRecord& record) {
  const std::optional<Instant> known = std::exchange(record.greeting_displayed_at, std::nullopt);
  if (const auto unique_id = greeting_of(record)) {
    const auto displayed = greetings_.displayed_at(license, *unique_id);
    if (!displayed) return std::unexpected(displayed.error());
    record.greeting_displayed_at = *displayed;
  }
  if (known && !record.greeting_displayed_at) {
    const auto is_gone = deletions_.is_before(license, *known);
    if (!is_gone) return std::unexpected(is_gone.error());
    if (*is_gone) record.greeting_displayed_at = known;
  }
  record.known_agents.clear();
  const std::vector<std::uint64_t> authors = chat::unlisted_authors(record);
  if (authors.empty()) return {};
  const auto agents = agents_.of(license);
  if (!agents) return std::unexpected(agents.error());
  record.known_agents = (*agents)->among(authors);
  return {};
}

Result<void> ThreadLinks::index(LicenseId license, const chat::ThreadRecord& record,
                                const chat::ThreadRecord* before, std::int64_t thread_number) {
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

Result<void> ThreadLinks::remove(LicenseId license, const chat::ThreadRecord& record,
                                 std::int64_t thread_number) {
  if (const auto greeting = greeting_of(record)) {
    auto done = index_.remove(RowKind::thread_of_greeting, license, *greeting, thread_number);
    if (!done) return done;
  }
  for (const std::uint64_t& author : chat::unlisted_authors(record)) {
    auto done = index_.remove(RowKind::thread_of_author, license, bytes_of(author), thread_number);
    if (!done) return done;
  }
  return {};
}

Result<std::size_t> ThreadLinks::threads_of_greeting(LicenseId license,
                                                     std::string_view unique_id) {
  const auto numbers = index_.find(RowKind::thread_of_greeting, license, unique_id);
  if (!numbers) return std::unexpected(numbers.error());
  return numbers->size();
}

Result<std::size_t> ThreadLinks::threads_of_author(LicenseId license, std::string_view author_id) {
  const std::uint64_t author = chat::author_digest(author_id);
  const auto numbers = index_.find(RowKind::thread_of_author, license, bytes_of(author));
  if (!numbers) return std::unexpected(numbers.error());
  return numbers->size();
}

void ThreadLinks::follow_greeting(LicenseId license, const std::string& unique_id) {
  followed_.emplace(RowKind::thread_of_greeting, license, unique_id);
}

void ThreadLinks::follow_agent(LicenseId license, std::string_view agent_id) {
  const std::uint64_t author = chat::author_digest(agent_id);
  followed_.emplace(RowKind::thread_of_author, license, bytes_of(author));
}

Result<std::vector<ThreadLinks::Link>> ThreadLinks::take_followed() {
  std::vector<Link> links;
  for (const auto& [kind, license, id] : std::exchange(followed_, {})) {
    const auto found = index_.find(kind, license, id);
    if (!found) return std::unexpected(found.error());
    for (const std::int64_t number : *found) links.push_back({license, number});
  }
  return links;
}

}  // namespace chatreports::store
