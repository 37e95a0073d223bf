#include "api/ingest_records.h"

#include <fmt/format.h>

#include <deque>
#include <future>
#include <memory>
#include <utility>
#include <vector>

#include "api/errors.h"
#include "base/json_text.h"
#include "base/utf8.h"
#include "ingest/byte_source.h"
#include "ingest/pipeline.h"

namespace chatreports::api {
namespace {

// Batches are read while those before are written; a slow writer writes several of them together.
constexpr std::size_t most_batches_on_their_way = 4;

class Ingestion {
 public:
  using Outcome = Result<std::vector<RefusedRecord>>;

  Ingestion(Intake& intake, LicenseId license) : intake_(intake), license_(license) {}

  LicenseId license() const { return license_; }

  Result<void> take(ingest::Batch batch) {
    for (ingest::Refusal& refusal : batch.refused) refuse(std::move(refusal));
    refuse_keys(batch);
    for (ingest::Warning& warning : batch.warnings) {
      ingest::add_warning(warnings_, std::move(warning));
    }
    if (batch.records.empty()) return {};
    const auto written = std::make_shared<std::promise<Outcome>>();
    on_their_way_.push_back({std::move(batch.lines), written->get_future()});
    intake_.take_in(license_, Channel::bulk, std::move(batch.records),
                    [written, memory = std::move(batch.memory)](const Outcome& result) {
                      written->set_value(result);
                    });
    if (on_their_way_.size() < most_batches_on_their_way) return {};
    return wait_for_first();
  }

  // A running server goes on with the key that it has.
  void refuse_keys(ingest::Batch& batch) {
    std::size_t kept = 0;
    for (std::size_t at = 0; at < batch.records.size(); ++at) {
      if (std::holds_alternative<chat::DigestKeyRecord>(batch.records[at])) {
        refuse({batch.lines[at], "record: a digest_key is taken by `chatreports import` alone"});
        continue;
      }
      if (kept != at) {
        batch.records[kept] = std::move(batch.records[at]);
        batch.lines[kept] = batch.lines[at];
      }
      ++kept;
    }
    batch.records.resize(kept);
    batch.lines.resize(kept);
  }

  Result<void> wait_for_all() {
    Result<void> done;
    while (!on_their_way_.empty()) {
      const Result<void> first = wait_for_first();
      if (!first) done = first;
    }
    return done;
  }

  void refuse(ingest::Refusal refusal) {
    ++refused_count_;
    if (refused_.size() < max_listed_refusals) refused_.push_back(std::move(refusal));
  }

  std::uint64_t accepted() const { return accepted_; }
  std::uint64_t refused() const { return refused_count_; }
  bool nothing_could_be_read() const {
    return accepted_ == 0 && refused_count_ > 0 && deleted_ == 0;
  }
  const ingest::Refusal& first_refusal() const { return refused_.front(); }

  // Returns "accepted":n,"refused":[…], and "warnings":[…] if there are any.
  std::string members() const {
    std::string json = fmt::format(R"("accepted":{},"refused":[)", accepted_);
    for (const ingest::Refusal& refusal : refused_) {
      if (json.back() == '}') json += ',';
      json += fmt::format(R"({{"line":{},"reason":)", refusal.line);
      append_json_string(json, valid_utf8(refusal.reason));
      json += '}';
    }
    json += ']';
    if (refused_count_ > refused_.size()) {
      json += fmt::format(R"(,"refused_unlisted":{})", refused_count_ - refused_.size());
    }
    for (const ingest::Warning& warning : warnings_) {
      json += &warning == &warnings_.front() ? R"(,"warnings":[)" : ",";
      json += R"({"what":)";
      append_json_string(json, valid_utf8(warning.what));
      json += fmt::format(R"(,"count":{},"line":{}}})", warning.count, warning.line);
    }
    if (!warnings_.empty()) json += ']';
    return json;
  }

 private:
  Result<void> wait_for_first() {
    OnItsWay first = std::move(on_their_way_.front());
    on_their_way_.pop_front();
    const Outcome done = first.written.get();
    if (!done) return std::unexpected(done.error());
    accepted_ += first.lines.size() - done->size();
    for (const RefusedRecord& refused : *done) {
      deleted_ += refused.is_deleted ? 1 : 0;
      refuse({first.lines.at(refused.record), refused.reason});
    }
    return {};
  }

  struct OnItsWay {
    std::vector<std::uint64_t> lines;  // of the records
    std::future<Outcome> written;
  };

  Intake& intake_;
  const LicenseId license_;
  std::deque<OnItsWay> on_their_way_;
  std::uint64_t accepted_ = 0;
  std::uint64_t refused_count_ = 0;
  std::uint64_t deleted_ = 0;  // of the refused
  std::vector<ingest::Refusal> refused_;
  std::vector<ingest::Warning> warnings_;
};

http::Response taken_in(Services& services, Ingestion& ingestion, ByteReader& body) {
  const std::unique_ptr<ingest::ByteSource> source =
      ingest::open_stream(body, {services.options.max_unpacked_bytes, max_unpacking_ratio});
  Result<void> written;
  ingest::PipelineOptions options;
  options.threads = 1;
  options.max_record_bytes = services.options.max_record_bytes;
  options.memory = &services.intake_memory;
  options.memory_patience = services.options.intake_patience;
  options.highest_rating = services.intake.highest_rating(ingestion.license());
  const Result<void> read = ingest::read_records(
      *source, options,
      [&](ingest::Batch batch) {
        written = ingestion.take(std::move(batch));
        return written;
      },
      [] { return false; });
  const Result<void> rest = ingestion.wait_for_all();
  const bool has_no_memory = !read && read.error().kind == ErrorKind::unavailable;
  if (!written || !rest || has_no_memory) {
    return error_answer(ErrorType::service_unavailable,
                        fmt::format("Records can't be written right now; {} of these are in. Send "
                                    "all again later: what is in already changes nothing",
                                    ingestion.accepted()));
  }
  if (source->is_too_large()) {
    return error_answer(
        ErrorType::entity_too_large,
        fmt::format("{}; {} of its records are in", read.error().message, ingestion.accepted()));
  }
  if (!read) ingestion.refuse({0, read.error().message});
  if (source->bytes_consumed() == 0) ingestion.refuse({0, "the body is empty"});
  if (!ingestion.nothing_could_be_read()) {
    return {200, {{"Content-Type", "application/json"}}, "{" + ingestion.members() + "}"};
  }
  const ingest::Refusal& first = ingestion.first_refusal();
  const std::string where = first.line == 0 ? "" : fmt::format("line {}: ", first.line);
  http::Response response = error_answer(
      ErrorType::validation, "Nothing in the body could be read; " + where + first.reason);
  response.body.insert(response.body.size() - 1, "," + ingestion.members());
  return response;
}

}  // namespace

http::Response ingest_records(Services& services, LicenseId license, ByteReader& body) {
  Ingestion ingestion(services.intake, license);
  http::Response response = taken_in(services, ingestion, body);
  services.metrics.count_records(ingestion.accepted(), ingestion.refused());
  return response;
}

}  // namespace chatreports::api
