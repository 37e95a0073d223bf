#include "api/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <sstream>

#include "api/routes.h"
#include "base/names.h"
#include "report/definition.h"

namespace chatreports::api {
namespace {

using prometheus::Counter;
using prometheus::Histogram;

constexpr std::array<Name<WebhookResult>, 3> webhook_results = {
    {{"accepted", WebhookResult::accepted},
     {"refused", WebhookResult::refused},
     {"ignored", WebhookResult::ignored}}};

// The statuses of our answers; others are counted under the last.
constexpr std::array statuses = {200, 201, 204, 304, 400, 401, 403, 404, 405, 408,
                                 413, 417, 421, 429, 431, 500, 501, 503, 505, 0};
constexpr std::array<std::string_view, 6> methods = {"GET",    "HEAD",    "POST",
                                                     "DELETE", "OPTIONS", "other"};

// Seconds. A report takes microseconds, and at most --max-report-time.
const Histogram::BucketBoundaries request_bounds = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10};
const Histogram::BucketBoundaries engine_bounds = {
    0.000001, 0.000005, 0.00001, 0.00005, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5};

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// A place for each combination of a route, a method, a version and a status, so that an answer is
// counted without a lock. A counter is made with the first answer that needs it.
class AnswerCounters {
 public:
  explicit AnswerCounters(prometheus::Registry& registry)
      : family_(prometheus::BuildCounter()
                    .Name("chatreports_http_requests_total")
                    .Help("Requests that were answered.")
                    .Register(registry)),
        counters_((routes().size() + 1) * methods.size() * versions * statuses.size()) {}

  void count(const Destination* destination, std::string_view method, int status) {
    const std::size_t route = destination == nullptr
                                  ? routes().size()
                                  : static_cast<std::size_t>(destination->route - routes().data());
    const std::size_t version = version_of(destination);
    const auto method_at = static_cast<std::size_t>(
        std::min(std::ranges::find(methods, method), methods.end() - 1) - methods.begin());
    const auto status_at = static_cast<std::size_t>(
        std::min(std::ranges::find(statuses, status), statuses.end() - 1) - statuses.begin());
    std::atomic<Counter*>& counter =
        counters_[((route * methods.size() + method_at) * versions + version) * statuses.size() +
                  status_at];
    Counter* known = counter.load(std::memory_order_acquire);
    if (known == nullptr) {
      // The family returns the same counter for the same labels.
      known = &family_.Add(
          {{"route", destination == nullptr ? "none" : destination->route->name},
           {"method", std::string(methods[method_at])},
           {"version", destination == nullptr ? "" : std::string(destination->version_name())},
           {"status",
            status_at + 1 == statuses.size() ? "other" : std::to_string(statuses[status_at])}});
      counter.store(known, std::memory_order_release);
    }
    known->Increment();
  }

 private:
  static constexpr std::size_t versions = report::all_versions.size() + 1;  // and none

  static std::size_t version_of(const Destination* destination) {
    if (destination == nullptr || destination->version_name().empty()) return 0;
    const auto found = std::ranges::find(report::all_versions, destination->version);
    return static_cast<std::size_t>(found - report::all_versions.begin()) + 1;
  }

  prometheus::Family<Counter>& family_;
  std::vector<std::atomic<Counter*>> counters_;
};

prometheus::MetricFamily family_of(const Sample& sample) {
  const bool is_counter = sample.kind == Sample::Kind::counter;
  prometheus::MetricFamily family{
      sample.name,
      sample.help,
      is_counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge,
      {}};
  for (const auto& [value, labels] : sample.values) {
    prometheus::ClientMetric metric;
    for (const auto& [name, text] : labels) metric.label.push_back({name, text});
    (is_counter ? metric.counter.value : metric.gauge.value) = value;
    family.metric.push_back(std::move(metric));
  }
  return family;
}

}  // namespace

class Metrics::Implementation {
 public:
  Implementation()
      : answers_(registry_),
        request_times_(prometheus::BuildHistogram()
                           .Name("chatreports_http_request_duration_seconds")
                           .Help("Time from the head of a request to its answer.")
                           .Register(registry_)),
        engine_time_(prometheus::BuildHistogram()
                         .Name("chatreports_engine_duration_seconds")
                         .Help("Time of the engine for a report.")
                         .Register(registry_)
                         .Add({}, engine_bounds)),
        reports_(prometheus::BuildCounter()
                     .Name("chatreports_reports_total")
                     .Help("Reports that were answered, by where the answer came from.")
                     .Register(registry_)),
        computed_(reports_.Add({{"source", "engine"}})),
        cached_(reports_.Add({{"source", "cache"}})),
        webhooks_(prometheus::BuildCounter()
                      .Name("chatreports_webhooks_total")
                      .Help("Webhooks with a known secret, by what became of them.")
                      .Register(registry_)),
        last_webhook_(prometheus::BuildGauge()
                          .Name("chatreports_last_webhook_timestamp_seconds")
                          .Help("When the last webhook with a known secret came; 0 without one.")
                          .Register(registry_)
                          .Add({})),
        records_(prometheus::BuildCounter()
                     .Name("chatreports_records_total")
                     .Help("Records in bodies that were sent, by what became of them.")
                     .Register(registry_)),
        accepted_(records_.Add({{"result", "accepted"}})),
        refused_(records_.Add({{"result", "refused"}})) {
    for (const Route& route : routes()) {
      times_of_routes_.push_back(&request_times_.Add({{"route", route.name}}, request_bounds));
    }
  }

  void add(Source source) {
    const std::lock_guard lock(mutex_);
    sources_.push_back(std::move(source));
  }

  void count_answer(const Destination* destination, std::string_view method, int status,
                    std::optional<Duration> took) {
    answers_.count(destination, method, status);
    if (!took || destination == nullptr) return;
    times_of_routes_[static_cast<std::size_t>(destination->route - routes().data())]->Observe(
        seconds(*took));
  }

  void count_computed_report(Duration in_engine) {
    computed_.Increment();
    engine_time_.Observe(seconds(in_engine));
  }

  void count_cached_report() { cached_.Increment(); }

  void count_webhook(std::string_view action, WebhookResult result, Instant now) {
    webhooks_
        .Add({{"action", std::string(action)},
              {"result", std::string(name_in(webhook_results, result))}})
        .Increment();
    last_webhook_.Set(static_cast<double>(unix_microseconds(now)) / 1e6);
  }

  void count_records(std::uint64_t accepted, std::uint64_t refused) {
    accepted_.Increment(static_cast<double>(accepted));
    refused_.Increment(static_cast<double>(refused));
  }

  std::string text() const {
    std::vector<prometheus::MetricFamily> families = registry_.Collect();
    // A histogram of a route that nobody has asked says nothing.
    for (prometheus::MetricFamily& family : families) {
      if (family.type != prometheus::MetricType::Histogram || family.metric.size() == 1) continue;
      std::erase_if(family.metric,
                    [](const auto& metric) { return metric.histogram.sample_count == 0; });
    }
    {
      const std::lock_guard lock(mutex_);
      for (const Source& source : sources_) {
        for (const Sample& sample : source()) families.push_back(family_of(sample));
      }
    }
    std::erase_if(families, [](const auto& family) { return family.metric.empty(); });
    std::ranges::sort(families, {}, &prometheus::MetricFamily::name);
    std::ostringstream text;
    prometheus::TextSerializer().Serialize(text, families);
    return std::move(text).str();
  }

 private:
  prometheus::Registry registry_;
  AnswerCounters answers_;
  prometheus::Family<Histogram>& request_times_;
  std::vector<Histogram*> times_of_routes_;  // in the order of routes()
  Histogram& engine_time_;
  prometheus::Family<Counter>& reports_;
  Counter& computed_;
  Counter& cached_;
  prometheus::Family<Counter>& webhooks_;
  prometheus::Gauge& last_webhook_;
  prometheus::Family<Counter>& records_;
  Counter& accepted_;
  Counter& refused_;
  mutable std::mutex mutex_;
  std::vector<Source> sources_;  // guarded by mutex_
};

Metrics::Metrics() : implementation_(std::make_unique<Implementation>()) {}
Metrics::~Metrics() = default;

void Metrics::add(Source source) {
  implementation_->add(std::move(source));
}

void Metrics::count_answer(const Destination* destination, std::string_view method, int status,
                           std::optional<Duration> took) {
  implementation_->count_answer(destination, method, status, took);
}

void Metrics::count_computed_report(Duration in_engine) {
  implementation_->count_computed_report(in_engine);
}

void Metrics::count_cached_report() {
  implementation_->count_cached_report();
}

void Metrics::count_webhook(std::string_view action, WebhookResult result, Instant now) {
  implementation_->count_webhook(action, result, now);
}

void Metrics::count_records(std::uint64_t accepted, std::uint64_t refused) {
  implementation_->count_records(accepted, refused);
}

std::string Metrics::text() const {
  return implementation_->text();
}

}  // namespace chatreports::api
