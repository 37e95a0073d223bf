#include "ingest/formats/csv_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/json_text.h"
#include "base/printable.h"
#include "base/utf8.h"
#include "ingest/formats/csv_reader.h"
#include "time/rfc3339.h"

namespace chatreports::ingest {
namespace {

constexpr std::size_t max_row_bytes = std::size_t{16} << 20;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view unnamed_agent = "agent";
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

std::optional<std::int64_t> whole_number(std::string_view text) {
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
  std::set<std::string> agents;
  std::string customer;
  std::set<std::int64_t> groups;
  std::set<std::string> tags;
  std::string rating;
  std::string comment;
  std::string country;
  std::vector<std::pair<const CsvColumn*, std::string>> properties;
  std::vector<std::string> events;  // as JSON
};

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
      chat.agents.insert(parts.begin(), parts.end());
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
      if (!whole_number(text)) return wrong_cell(column, "must be a whole number; see \"values\"");
      chat.rating = text;
      break;
    case CsvFact::comment:
      chat.comment = text;
      break;
    case CsvFact::country:
      chat.country = text;
      break;
    case CsvFact::property:
      std::erase_if(chat.properties, [&](const auto& one) { return one.first == &column; });
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
      event.is_for_agents = text == "agents" || text == "private" || text == "true";
      break;
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
                        (event.author_type.empty() && chat.agents.contains(event.author));
  const bool is_system = event.author_type == "system";
  std::string author = event.author;
  if (is_agent && author.empty()) author = unnamed_agent;
  if (is_agent) {
    chat.agents.insert(author);
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
  if (chat.agents.empty()) chat.agents.insert(std::string(unnamed_agent));
  if (chat.customer.empty()) chat.customer = unnamed_customer;
  chat.events.push_back(event_json("message", *chat.started_at, chat.customer, false, false));
  const Instant at = std::max(*chat.first_response_at, *chat.started_at);
  chat.events.push_back(event_json("message", at, *chat.agents.begin(), false, false));
}

std::string properties_json(const Chat& chat) {
  std::map<std::string, std::map<std::string, std::string>> spaces;
  for (const auto& [column, text] : chat.properties) {
    spaces[column->property_space][column->property_name] = json_text(text);
  }
  if (!chat.rating.empty()) spaces["rating"]["score"] = chat.rating;
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
  return *std::ranges::max_element(
      separators, {}, [line](char separator) { return std::ranges::count(line, separator); });
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
                    : fmt::format(R"({{{}:{}}})", json_text(refused_row),
                                  json_text(record.error().message));
    json_ += '\n';
    ++line_;
  }

  void take_row(CsvRow&& row) {
    if (fault_) return;
    if (places_.empty()) return find_columns(row);
    if (row.cells.size() > width_) {
      return put(row.line, invalid(fmt::format("the row has {} cells, and the first line {}",
                                               row.cells.size(), width_)));
    }
    Chat chat;
    Event event;
    if (mapping_.rows == CsvRows::events) {
      const std::string id = cell_of(row, CsvFact::thread_id);
      if (!id.empty() && id == chat_.thread_id)
        chat = std::move(chat_);
      else if (auto ended = begin_chat(id); !ended)
        return put(row.line, std::unexpected(ended.error()));
    }
    for (std::size_t number = 0; number < mapping_.columns.size(); ++number) {
      if (places_[number] >= row.cells.size()) continue;
      const auto added =
          add_cell(mapping_.columns[number], row.cells[places_[number]], mapping_, chat, event);
      if (added) continue;
      if (mapping_.rows == CsvRows::events) chat_ = std::move(chat);
      return put(row.line, std::unexpected(added.error()));
    }
    if (mapping_.rows == CsvRows::chats) return put(row.line, json_of(chat));
    if (!event.at) {
      chat_ = std::move(chat);
      return put(row.line, invalid("the row has no time"));
    }
    add_event(event, chat);
    chat_ = std::move(chat);
    chat_line_ = row.line;
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
    if (id.empty()) return invalid("the row has no thread_id");
    if (!known_.insert(std::hash<std::string>()(id)).second) {
      return invalid(fmt::format(
          "the rows of {} do not follow each other; sort the table by its column of thread_id",
          printable(shortened(id, 100))));
    }
    return {};
  }

  void end_chat() {
    Chat chat = std::exchange(chat_, {});
    if (chat.events.empty()) return;
    put(chat_line_, json_of(chat));
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
      places_.push_back(static_cast<std::size_t>(found - row.cells.begin()));
    }
  }

  ByteSource& table_;
  const CsvMapping& mapping_;
  std::vector<char> buffer_;
  std::string first_bytes_;  // until the separator is known
  std::optional<CsvReader> rows_;
  std::vector<std::size_t> places_;        // of the mapping's columns
  std::size_t width_ = 0;                  // of the first line
  Chat chat_;                              // whose rows are being read
  std::uint64_t chat_line_ = 0;            // of its last row
  std::unordered_set<std::size_t> known_;  // hashes of the ids of the chats that were begun
  std::string json_;
  std::size_t taken_ = 0;  // of it
  std::uint64_t line_ = 1;
  bool is_at_end_ = false;
  std::optional<Error> fault_;
  std::optional<Error> error_;
};

}  // namespace

std::unique_ptr<ByteSource> open_csv(ByteSource& table, const CsvMapping& mapping) {
  return std::make_unique<CsvSource>(table, mapping);
}

}  // namespace chatreports::ingest
