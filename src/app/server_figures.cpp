#include "app/server_figures.h"

#include <filesystem>

namespace chatreports::app {
namespace {

using api::Sample;
using enum api::Sample::Kind;

template <class Number>
Sample one(std::string name, std::string help, Sample::Kind kind, Number value) {
  return {std::move(name), std::move(help), kind, {{static_cast<double>(value)}}};
}

// Returns the size of a file; 0 if it is not there.
std::uintmax_t bytes_of(const std::string& path) {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  return error ? 0 : bytes;
}

}  // namespace

std::vector<Sample> engine_figures(const engine::Engine& engine) {
  const engine::EngineSize size = engine.size();
  Sample memory{
      "chatreports_engine_bytes", "Memory and mapped files of the engine, by part.", gauge, {}};
  for (const auto& [part, bytes] : size.bytes_of_parts) {
    memory.values.push_back({static_cast<double>(bytes), {{"part", std::string(part)}}});
  }
  return {one("chatreports_licences", "Licences with chats.", gauge, size.licenses),
          one("chatreports_chats", "Chats that reports count.", gauge, size.chats),
          one("chatreports_segments", "Segments of the engine.", gauge, size.segments),
          std::move(memory)};
}

std::vector<Sample> store_figures(const std::string& data_folder, const engine::Engine& engine,
                                  const Intake& intake, const EngineFiles* files) {
  const std::int64_t applied = engine.applied().value;
  std::vector<Sample> samples = {
      one("chatreports_ready", "1 if reports are answered from everything in the data folder.",
          gauge, intake.is_ready() ? 1 : 0),
      one("chatreports_changes_applied", "The last change that the engine has.", gauge, applied),
      one("chatreports_store_bytes", "The store's file.", gauge,
          bytes_of(data_folder + "/chatreports.sqlite")),
      one("chatreports_store_wal_bytes", "The store's write-ahead log.", gauge,
          bytes_of(data_folder + "/chatreports.sqlite-wal")),
  };
  if (const Writer* const writer = intake.writer()) {
    const Writer::Work& done = writer->done();
    const std::int64_t written = done.last_change;
    samples.push_back(one("chatreports_changes_not_applied",
                          "Changes that are in the store and not yet in reports.", gauge,
                          std::max<std::int64_t>(0, written - applied)));
    samples.push_back(one("chatreports_write_batches_total", "Transactions of the store.", counter,
                          done.batches.load()));
    samples.push_back(one("chatreports_records_written_total", "Records in these.", counter,
                          done.records.load()));
    samples.push_back(one("chatreports_writes_waiting", "Webhooks and parts of bodies that wait.",
                          gauge, writer->waiting()));
  }
  if (files != nullptr) {
    samples.push_back(one("chatreports_engine_saves_total", "How often the engine was saved.",
                          counter, files->saves()));
    samples.push_back(one("chatreports_changes_saved", "The last change in the engine's files.",
                          gauge, files->saved().value));
  }
  return samples;
}

std::vector<Sample> fetch_figures(const FetchService* fetches) {
  if (fetches == nullptr) return {};
  struct Figure {
    std::string name;
    std::string help;
    Sample::Kind kind;
    double (*value)(const FetchStatus& status);
  };
  const std::vector<Figure> figures = {
      {"chatreports_fetch_requests_total", "Requests to other systems.", counter,
       [](const FetchStatus& status) { return static_cast<double>(status.work.requests); }},
      {"chatreports_fetch_failures_total", "Of these, failed ones.", counter,
       [](const FetchStatus& status) { return static_cast<double>(status.work.failures); }},
      {"chatreports_fetch_records_total", "Records that came from other systems.", counter,
       [](const FetchStatus& status) { return static_cast<double>(status.work.records); }},
      {"chatreports_fetch_refused_total", "Rows of other systems that are no chats.", counter,
       [](const FetchStatus& status) { return static_cast<double>(status.work.refused); }},
      {"chatreports_fetch_failing", "1 if the last request to the other system has failed.", gauge,
       [](const FetchStatus& status) { return status.state.failure.empty() ? 0.0 : 1.0; }},
      {"chatreports_fetch_first_done", "1 if all old chats are in.", gauge,
       [](const FetchStatus& status) { return status.state.history_is_done ? 1.0 : 0.0; }},
      {"chatreports_fetch_last_success_timestamp_seconds",
       "Unix time of the last request that succeeded; 0 if none has.", gauge,
       [](const FetchStatus& status) {
         if (!status.state.succeeded_at) return 0.0;
         return static_cast<double>(unix_microseconds(*status.state.succeeded_at)) / 1e6;
       }},
  };
  const std::map<LicenseId, FetchStatus> statuses = fetches->statuses();
  std::vector<Sample> samples;
  for (const Figure& figure : figures) {
    Sample sample{figure.name, figure.help, figure.kind, {}};
    for (const auto& [license, status] : statuses) {
      sample.values.push_back({figure.value(status), {{"license", std::to_string(license.value)}}});
    }
    samples.push_back(std::move(sample));
  }
  return samples;
}

std::vector<Sample> connection_figures(const http::ServerLoad& load) {
  return {
      one("chatreports_connections", "Open connections.", gauge, load.connections),
      one("chatreports_connections_total", "Connections that were accepted.", counter,
          load.accepted),
      one("chatreports_handlers_running", "Requests that are being answered.", gauge, load.running),
      one("chatreports_requests_waiting", "Requests that wait for a handler.", gauge, load.waiting),
      one("chatreports_received_bytes_total", "Bytes read, without those of TLS.", counter,
          load.bytes_read),
      one("chatreports_sent_bytes_total", "Bytes written, without those of TLS.", counter,
          load.bytes_written),
  };
}

}  // namespace chatreports::app
