#pragma once
// The work of the server and its contents, in numbers for Prometheus. The labels are names of
// ours: no caller can make a new one.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "time/instant.h"

namespace chatreports::api {

struct Destination;

// A figure that is read at each scrape. Its name and labels follow Prometheus's rules.
struct Sample {
  enum class Kind : std::uint8_t { gauge, counter };
  struct Value {
    double value = 0;
    std::vector<std::pair<std::string, std::string>> labels = {};
  };

  std::string name;  // with its unit: "chatreports_engine_bytes"
  std::string help;
  Kind kind = Kind::gauge;
  std::vector<Value> values;
};

enum class WebhookResult : std::uint8_t { accepted, refused, ignored };

// Any thread may call any function.
class Metrics {
 public:
  // Called at each scrape, from the thread that scrapes.
  using Source = std::function<std::vector<Sample>()>;

  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // Adds figures of another part of the program. The source must work until the last call of text.
  void add(Source source);

  // Counts an answer. `destination` is null where the request has none. `took` is the time from the
  // head of the request to the answer, if that is known.
  void count_answer(const Destination* destination, std::string_view method, int status,
                    std::optional<Duration> took);
  // Counts a report that the engine computed, and one that the answer cache had.
  void count_computed_report(Duration in_engine);
  void count_cached_report();
  // `action` is one of ingest::known_action.
  void count_webhook(std::string_view action, WebhookResult result, Instant now);
  // Counts the records of a body.
  void count_records(std::uint64_t accepted, std::uint64_t refused);

  // Returns all figures in Prometheus's text format, version 0.0.4.
  std::string text() const;

 private:
  class Implementation;
  const std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports::api
