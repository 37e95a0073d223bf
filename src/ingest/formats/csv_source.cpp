#include "ingest/formats/csv_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/json_text.h"
#include "base/printable.h"
#include "base/utf8.h"
#include "chat/limits.h"
#include "ingest/formats/csv_reader.h"
#include "time/rfc3339.h"

namespace chatreports::ingest {
namespace {

constexpr std::size_t max_row_bytes = std::size_t{16} << 20;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view unnamed_agent = "agent";
constexpr std::string_view unnamed_bot = "bot";
constexpr std::string_view unnamed_customer = "customer";

std::string json_text(std::string_view text) {
  std::string json;
  append_json_string(json, valid_utf8(text));
  return json;
}

std::string json_time(Instant at) {
  return fmt::format("\"{}\"", format_rfc3339(at));
}

std::string_view without_blanks(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// Also 5.0, as data frames write it.
std::optional<std::int64_t> whole_number(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point != text.npos && text.find_first_not_of('0', point + 1) == text.npos) {
    text = text.substr(0, point);
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Seconds, or hours, minutes and seconds with colons.
std::optional<Duration> parse_length(std::string_view text) {
  if (text.find(':') == text.npos) {
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    constexpr double most = 1e9;
    if (error != std::errc() || end != text.data() + text.size() || !(seconds >= 0) ||
        seconds > most) {
      return std::nullopt;
    }
    return Duration(static_cast<std::int64_t>(seconds * microseconds_per_second));
  }
  std::int64_t seconds = 0;
  int parts = 0;
  while (true) {
    const std::size_t colon = text.find(':');
    const auto part = whole_number(text.substr(0, colon));
    constexpr std::int64_t most = 1'000'000;
    if (!part || *part < 0 || *part > most || ++parts > 3) return std::nullopt;
    seconds = seconds * 60 + *part;
    if (colon == text.npos) return std::chrono::seconds(seconds);
    text.remove_prefix(colon + 1);
  }
}

// What the rows of a chat say.
struct Chat {
  std::string thread_id;
  std::string chat_id;
  std::optional<Instant> started_at;
  std::optional<Instant> ended_at;
  std::optional<Duration> duration;
  std::optional<Instant> first_response_at;
  std::optional<Duration> first_response_time;
  std::vector<std::string> agents;  // in their order, each once
  std::string customer;
  std::set<std::int64_t> groups;
  std::set<std::string> tags;
  std::optional<std::int64_t> rating;
  std::string comment;
  std::string country;
  std::vector<std::pair<const CsvColumn*, std::string>> properties;
  std::vector<std::string> events;  // as JSON
};

void add_agent(Chat& chat, const std::string& agent) {
  if (std::ranges::find(chat.agents, agent) == chat.agents.end()) chat.agents.push_back(agent);
}

// What a row says of its event.
struct Event {
  std::optional<Instant> at;
  std::string author;
  std::string author_type;
  std::string type = "message";
  bool is_for_agents = false;
};

std::unexpected<Error> wrong_cell(const CsvColumn& column, std::string_view what) {
  return invalid(fmt::format("{}: {}", printable(shortened(column.header, 100)), what));
}

Result<void> add_time(const CsvColumn& column, std::string_view text, const CsvMapping& mapping,
                      std::optional<Instant>& at) {
  const auto time = parse_csv_time(text, mapping);
  if (!time) return wrong_cell(column, time.error().message);
  at = *time;
  return {};
}

Result<void> add_length(const CsvColumn& column, std::string_view text,
                        std::optional<Duration>& length) {
  length = parse_length(text);
  if (length) return {};
  return wrong_cell(column, "must be seconds, or hours:minutes:seconds");
}

std::vector<std::string> parts_of(const CsvColumn& column, std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = column.separator.empty() ? text.npos : text.find(column.separator);
    std::string part(without_blanks(text.substr(0, end)));
    if (const auto other = column.values.find(part); other != column.values.end()) {
      part = other->second;
    }
    if (!part.empty()) parts.push_back(std::move(part));
    if (end == text.npos) return parts;
    text.remove_prefix(end + column.separator.size());
  }
}

Result<void> add_visibility(const CsvColumn& column, std::string_view text, Event& event) {
  constexpr std::array<std::string_view, 6> hidden = {"agents", "private", "internal",
                                                      "true",   "yes",     "1"};
  constexpr std::array<std::string_view, 6> seen = {"all",   "public", "customer",
                                                    "false", "no",     "0"};
  std::string word(text);
  std::ranges::transform(word, word.begin(), lower);
  event.is_for_agents = std::ranges::find(hidden, word) != hidden.end();
  if (event.is_for_agents || std::ranges::find(seen, word) != seen.end()) return {};
  return wrong_cell(column, "must be agents, private, all or public; see \"values\"");
}

Result<void> add_cell(const CsvColumn& column, std::string_view cell, const CsvMapping& mapping,
                      Chat& chat, Event& event) {
  const std::vector<std::string> parts = parts_of(column, cell);
  if (parts.empty()) return {};
  const std::string& text = parts.front();
  switch (column.fact) {
    case CsvFact::thread_id:
      chat.thread_id = text;
      break;
    case CsvFact::chat_id:
      chat.chat_id = text;
      break;
    case CsvFact::started_at:
      return add_time(column, text, mapping, chat.started_at);
    case CsvFact::ended_at:
      return add_time(column, text, mapping, chat.ended_at);
    case CsvFact::duration:
      return add_length(column, text, chat.duration);
    case CsvFact::first_response_at:
      return add_time(column, text, mapping, chat.first_response_at);
    case CsvFact::first_response_time:
      return add_length(column, text, chat.first_response_time);
    case CsvFact::agents:
      for (const std::string& part : parts) add_agent(chat, part);
      break;
    case CsvFact::customer:
      chat.customer = text;
      break;
    case CsvFact::groups:
      for (const std::string& part : parts) {
        const auto group = whole_number(part);
        if (!group) return wrong_cell(column, "must be the number of a group; see \"values\"");
        chat.groups.insert(*group);
      }
      break;
    case CsvFact::tags:
      chat.tags.insert(parts.begin(), parts.end());
      break;
    case CsvFact::rating:
      chat.rating = whole_number(text);
      if (!chat.rating) return wrong_cell(column, "must be a whole number; see \"values\"");
      break;
    case CsvFact::comment:
      chat.comment = text;
      break;
    case CsvFact::country:
      chat.country = text;
      break;
    case CsvFact::property:
      chat.properties.emplace_back(&column, text);
      break;
    case CsvFact::at:
      return add_time(column, text, mapping, event.at);
    case CsvFact::author:
      event.author = text;
      break;
    case CsvFact::author_type:
      if (text != "agent" && text != "customer" && text != "bot" && text != "system") {
        return wrong_cell(column, "must be agent, customer, bot or system; see \"values\"");
      }
      event.author_type = text;
      break;
    case CsvFact::type:
      event.type = text;
      break;
    case CsvFact::visibility:
      return add_visibility(column, text, event);
  }
  return {};
}

std::string event_json(std::string_view type, Instant at, std::string_view author,
                       bool is_for_agents, bool is_automatic) {
  return fmt::format(R"({{"type":{},"created_at":{}{}{}{}}})", json_text(type), json_time(at),
                     author.empty() ? "" : fmt::format(R"(,"author_id":{})", json_text(author)),
                     is_for_agents ? R"(,"visibility":"agents")" : "",
                     is_automatic ? R"(,"properties":{"lc2":{"welcome_message":true}})" : "");
}

// An author without a type is the customer, unless the agents' column names the author.
void add_event(const Event& event, Chat& chat) {
  const bool is_bot = event.author_type == "bot";
  const bool is_agent = is_bot || event.author_type == "agent" ||
                        (event.author_type.empty() &&
                         std::ranges::find(chat.agents, event.author) != chat.agents.end());
  const bool is_system = event.author_type == "system";
  std::string author = event.author;
  if (is_agent && author.empty()) author = is_bot ? unnamed_bot : unnamed_agent;
  if (is_agent) {
    add_agent(chat, author);
  } else if (!is_system) {
    if (author.empty()) author = chat.customer.empty() ? unnamed_customer : chat.customer;
    if (chat.customer.empty()) chat.customer = author;
    author = chat.customer;
  } else {
    author.clear();
  }
  const std::string_view type = is_system ? std::string_view("system") : event.type;
  chat.events.push_back(event_json(type, *event.at, author, event.is_for_agents, is_bot));
  chat.started_at = std::min(chat.started_at.value_or(*event.at), *event.at);
}

void add_first_response(Chat& chat) {
  if (!chat.first_response_at && chat.first_response_time) {
    chat.first_response_at = *chat.started_at + *chat.first_response_time;
  }
  if (!chat.first_response_at || !chat.events.empty()) return;
  if (chat.agents.empty()) chat.agents.emplace_back(unnamed_agent);
  if (chat.customer.empty()) chat.customer = unnamed_customer;
  chat.events.push_back(event_json("message", *chat.started_at, chat.customer, false, false));
  const Instant at = std::max(*chat.first_response_at, *chat.started_at);
  chat.events.push_back(event_json("message", at, chat.agents.front(), false, false));
}

std::string properties_json(const Chat& chat) {
  std::map<std::string, std::map<std::string, std::string>> spaces;
  for (const auto& [column, text] : chat.properties) {
    spaces[column->property_space][column->property_name] = json_text(text);
  }
  if (chat.rating) spaces["rating"]["score"] = fmt::format("{}", *chat.rating);
  if (!chat.comment.empty()) spaces["rating"]["comment"] = json_text(chat.comment);
  std::string json = "{";
  for (const auto& [space, names] : spaces) {
    if (json.size() > 1) json += ',';
    json += json_text(space) + ":{";
    for (const auto& [name, value] : names) {
      if (json.back() != '{') json += ',';
      json += json_text(name) + ':' + value;
    }
    json += '}';
  }
  return json + '}';
}

Result<std::string> json_of(Chat& chat) {
  if (chat.thread_id.empty()) return invalid("the row has no thread_id");
  if (!chat.started_at) return invalid("the row has no started_at");
  if (!chat.ended_at && chat.duration) chat.ended_at = *chat.started_at + *chat.duration;
  if (chat.ended_at && *chat.ended_at < *chat.started_at) {
    return invalid("ended_at is before started_at");
  }
  add_first_response(chat);
  std::string users;
  for (const std::string& agent : chat.agents) {
    users +=
        fmt::format(R"({}{{"id":{},"type":"agent"}})", users.empty() ? "" : ",", json_text(agent));
  }
  if (!chat.customer.empty()) {
    users += fmt::format(R"({}{{"id":{},"type":"customer"}})", users.empty() ? "" : ",",
                         json_text(chat.customer));
  }
  std::vector<std::string> tags;
  for (const std::string& tag : chat.tags) tags.push_back(json_text(tag));
  std::string json = "{";
  if (!chat.chat_id.empty()) json += fmt::format(R"("id":{},)", json_text(chat.chat_id));
  json += fmt::format(R"("users":[{}],"thread":{{"id":{},"created_at":{})", users,
                      json_text(chat.thread_id), json_time(*chat.started_at));
  if (chat.ended_at) json += fmt::format(R"(,"ended_at":{})", json_time(*chat.ended_at));
  if (!chat.country.empty()) {
    json += fmt::format(R"(,"customer_country":{})", json_text(chat.country));
  }
  return json + fmt::format(R"(,"tags":[{}],"access":{{"group_ids":[{}]}},"properties":{},)"
                            R"("events":[{}]}}}})",
                            fmt::join(tags, ","), fmt::join(chat.groups, ","),
                            properties_json(chat), fmt::join(chat.events, ","));
}

char separator_in(std::string_view line) {
  constexpr std::array separators = {',', ';', '\t'};
  std::string outside;  // of quotes
  bool is_quoted = false;
  for (const char byte : line) {
    if (byte == '"') is_quoted = !is_quoted;
    if (!is_quoted) outside += byte;
  }
  return *std::ranges::max_element(separators, {}, [&outside](char separator) {
    return std::ranges::count(outside, separator);
  });
}

class CsvSource final : public ByteSource {
 public:
  CsvSource(ByteSource& table, const CsvMapping& mapping) : table_(table), mapping_(mapping) {}

  Result<std::size_t> read(std::span<char> into) override {
    while (taken_ == json_.size()) {
      if (error_) return std::unexpected(*error_);
      if (is_at_end_) return 0;
      json_.clear();
      taken_ = 0;
      if (auto done = read_on(); !done) error_ = done.error();
    }
    const std::size_t length = json_.copy(into.data(), into.size(), taken_);
    taken_ += length;
    return length;
  }

  std::uint64_t bytes_consumed() const override { return table_.bytes_consumed(); }
  std::uint64_t bytes_total() const override { return table_.bytes_total(); }
  bool is_too_large() const override { return table_.is_too_large(); }

 private:
  Result<void> read_on() {
    constexpr std::size_t bytes_at_once = std::size_t{64} << 10;
    buffer_.resize(bytes_at_once);
    const auto got = table_.read(buffer_);
    if (!got) return std::unexpected(got.error());
    std::string_view bytes(buffer_.data(), *got);
    const auto take = [this](CsvRow&& row) { take_row(std::move(row)); };
    if (!rows_) {
      // The separator may be known with the first line alone.
      first_bytes_ += bytes;
      const bool has_line = first_bytes_.find_first_of("\r\n") != first_bytes_.npos;
      if (!has_line && *got > 0 && first_bytes_.size() < max_row_bytes) return {};
      std::string_view first = first_bytes_;
      if (first.starts_with(byte_order_mark)) first.remove_prefix(byte_order_mark.size());
      const std::string_view line = first.substr(0, first.find_first_of("\r\n"));
      rows_.emplace(mapping_.separator.value_or(separator_in(line)), max_row_bytes);
      if (auto done = rows_->read(first, take); !done) return done;
    } else if (auto done = rows_->read(bytes, take); !done) {
      return done;
    }
    if (fault_) return std::unexpected(*fault_);
    if (*got > 0) return {};
    is_at_end_ = true;
    if (auto done = rows_->finish(take); !done) return done;
    end_chat();
    if (fault_) return std::unexpected(*fault_);
    return {};
  }

  // Keeps the lines of the JSON those of the table.
  void go_to_line(std::uint64_t line) {
    while (line_ < line) {
      json_ += '\n';
      ++line_;
    }
  }

  void put(std::uint64_t line, const Result<std::string>& record) {
    go_to_line(line);
    json_ += record ? *record
                    : fmt::format(R"({{{}:{}}})", json_text(refused_row()),
                                  json_text(record.error().message));
    json_ += '\n';
    ++line_;
  }

  void take_row(CsvRow&& row) {
    if (fault_) return;
    if (places_.empty()) return find_columns(row);
    if (std::ranges::all_of(row.cells,
                            [](const std::string& cell) { return without_blanks(cell).empty(); })) {
      return;
    }
    if (mapping_.rows == CsvRows::chats) {
      Chat chat;
      Event event;
      const auto read = read_cells(row, chat, event);
      return put(row.line, read ? json_of(chat) : std::unexpected(read.error()));
    }
    if (const auto taken = take_event(row); !taken) {
      held_.emplace_back(row.line, std::unexpected(taken.error()));
    }
  }

  Result<void> read_cells(const CsvRow& row, Chat& chat, Event& event) const {
    if (row.cells.size() > width_) {
      return invalid(
          fmt::format("the row has {} cells, and the first line {}", row.cells.size(), width_));
    }
    for (std::size_t number = 0; number < mapping_.columns.size(); ++number) {
      if (places_[number] >= row.cells.size()) continue;
      const std::string& cell = row.cells[places_[number]];
      if (valid_utf8(cell) != cell) {
        return wrong_cell(mapping_.columns[number],
                          "not UTF-8; convert the table, for example with iconv -f WINDOWS-1252 -t "
                          "UTF-8");
      }
      auto added = add_cell(mapping_.columns[number], cell, mapping_, chat, event);
      if (!added) return added;
    }
    return {};
  }

  // A row that can't be understood adds nothing to its chat.
  Result<void> take_event(const CsvRow& row) {
    Chat chat;
    Event event;
    const auto read = read_cells(row, chat, event);
    if (chat.thread_id.empty()) chat.thread_id = cell_of(row, CsvFact::thread_id);
    if (chat.thread_id.empty()) return read ? invalid("the row has no thread_id") : read;
    if (chat.thread_id != chat_.thread_id) {
      if (auto begun = begin_chat(chat.thread_id); !begun) return begun;
    }
    if (!read) return read;
    if (!event.at) return invalid("the row has no time");
    if (chat_.events.size() == chat::max_events) {
      return invalid(fmt::format("the chat has more than {} events", chat::max_events));
    }
    merge(std::move(chat));
    if (chat_.events.empty()) chat_line_ = row.line;
    add_event(event, chat_);
    return {};
  }

  void merge(Chat&& more) {
    const auto set = [](auto& known, auto& given) {
      if (given) known = given;
    };
    const auto set_text = [](std::string& known, std::string& given) {
      if (!given.empty()) known = std::move(given);
    };
    set(chat_.started_at, more.started_at);
    set(chat_.ended_at, more.ended_at);
    set(chat_.duration, more.duration);
    set(chat_.rating, more.rating);
    set_text(chat_.chat_id, more.chat_id);
    set_text(chat_.customer, more.customer);
    set_text(chat_.comment, more.comment);
    set_text(chat_.country, more.country);
    for (const std::string& agent : more.agents) add_agent(chat_, agent);
    chat_.groups.merge(more.groups);
    chat_.tags.merge(more.tags);
    for (auto& property : more.properties) {
      std::erase_if(chat_.properties,
                    [&](const auto& known) { return known.first == property.first; });
      chat_.properties.push_back(std::move(property));
    }
  }

  std::string cell_of(const CsvRow& row, CsvFact fact) const {
    for (std::size_t number = 0; number < mapping_.columns.size(); ++number) {
      const CsvColumn& column = mapping_.columns[number];
      if (column.fact != fact || places_[number] >= row.cells.size()) continue;
      const auto parts = parts_of(column, row.cells[places_[number]]);
      return parts.empty() ? std::string() : parts.front();
    }
    return {};
  }

  // The rows of a chat follow each other: so no table is held in memory.
  Result<void> begin_chat(const std::string& id) {
    end_chat();
    if (!known_.insert(std::hash<std::string>()(id)).second) {
      return invalid(fmt::format(
          "the rows of {} do not follow each other; sort the table by its column of thread_id",
          printable(shortened(id, 100))));
    }
    chat_.thread_id = id;
    return {};
  }

  // Puts the chat and the rows of it that were refused, by their lines.
  void end_chat() {
    Chat chat = std::exchange(chat_, {});
    auto held = std::exchange(held_, {});
    if (!chat.events.empty()) held.emplace_back(chat_line_, json_of(chat));
    std::ranges::stable_sort(held, {}, [](const auto& one) { return one.first; });
    for (const auto& [line, record] : held) put(line, record);
  }

  void find_columns(const CsvRow& row) {
    width_ = row.cells.size();
    for (const CsvColumn& column : mapping_.columns) {
      const auto found = std::ranges::find_if(row.cells, [&column](const std::string& cell) {
        return without_blanks(cell) == column.header;
      });
      if (found == row.cells.end()) {
        constexpr std::size_t most_shown = 500;
        fault_ = Error{
            ErrorKind::invalid,
            fmt::format(
                "the table has no column \"{}\"; its columns are {}", printable(column.header),
                printable(shortened(fmt::format("{}", fmt::join(row.cells, ", ")), most_shown)))};
        return;
      }
      const auto again = std::find_if(found + 1, row.cells.end(), [&column](const auto& cell) {
        return without_blanks(cell) == column.header;
      });
      if (again != row.cells.end()) {
        fault_ = Error{ErrorKind::invalid,
                       fmt::format("the table has two columns \"{}\"", printable(column.header))};
        return;
      }
      places_.push_back(static_cast<std::size_t>(found - row.cells.begin()));
    }
  }

  ByteSource& table_;
  const CsvMapping& mapping_;
  std::vector<char> buffer_;
  std::string first_bytes_;  // until the separator is known
  std::optional<CsvReader> rows_;
  std::vector<std::size_t> places_;                                  // of the mapping's columns
  std::size_t width_ = 0;                                            // of the first line
  Chat chat_;                                                        // whose rows are being read
  std::uint64_t chat_line_ = 0;                                      // of its first row
  std::vector<std::pair<std::uint64_t, Result<std::string>>> held_;  // its rows that are refused
  std::unordered_set<std::size_t> known_;  // hashes of the ids of the chats that were begun
  std::string json_;
  std::size_t taken_ = 0;  // of it
  std::uint64_t line_ = 1;
  bool is_at_end_ = false;
  std::optional<Error> fault_;
  std::optional<Error> error_;
};

}  // namespace

const std::string& refused_row() {
  static const std::string key = [] {
    std::random_device random;
    return fmt::format("chatreports:refused_row:{:08x}{:08x}", random(), random());
  }();
  return key;
}

std::unique_ptr<ByteSource> open_csv(ByteSource& table, const CsvMapping& mapping) {
  return std::make_unique<CsvSource>(table, mapping);
}

}  // namespace chatreports::ingest
