#include "world.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "api/fakes.h"
#include "base/check.h"
#include "chat/property_digest.h"
#include "ingest/byte_source.h"
#include "ingest/pipeline.h"

namespace chatreports {
namespace {

constexpr chat::DigestKey digest_key{{1, 2, 3}};

std::string new_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "chatreports-test-XXXXXX").string();
  CHECK(mkdtemp(name.data()) != nullptr);
  return name;
}

std::unique_ptr<store::Store> open_store(const std::string& folder) {
  Result<std::unique_ptr<store::Store>> store = store::Store::open(folder);
  CHECK(store.has_value());
  return *std::move(store);
}

}  // namespace

World::World(std::unique_ptr<engine::Engine> engine, Instant now)
    : folder_(new_folder()), store_(open_store(folder_)), engine_(std::move(engine)), now_(now) {}

World::~World() {
  store_.reset();
  std::filesystem::remove_all(folder_);
}

std::string World::take_in(std::string_view records) {
  std::string refused;
  const auto source = ingest::open_memory(records);
  const Result<void> read = ingest::read_records(
      *source, {},
      [&](ingest::Batch batch) -> Result<void> {
        for (const ingest::Refusal& refusal : batch.refused) {
          refused += fmt::format("{}: {}\n", refusal.line, refusal.reason);
        }
        chat::PropertyDigester digester(digest_key);
        for (chat::Record& record : batch.records) {
          chat::stamp(record, now_);
          digester.apply(record);
        }
        const auto written = store_->write(LicenseId{1}, batch.records);
        if (!written) return std::unexpected(written.error());
        return {};
      },
      [] { return false; });
  CHECK(read.has_value());
  // The engine is fed once, from the beginning.
  CHECK(engine_->applied() == ChangeNumber{0});
  const Result<void> replayed = store_->replay(
      ChangeNumber{0}, 100,
      [this](std::span<const chat::Change> changes) { return engine_->apply(changes); });
  CHECK(replayed.has_value());
  return refused;
}

http::Response World::ask(std::string_view method, std::string_view target,
                          std::string_view body) const {
  api::Fakes fakes;
  fakes.access.callers["test"] = {1, LicenseId{1}, {Scope::reports_read}, "ann"};
  if (agent_timezone_) fakes.directory.timezones["ann"] = *agent_timezone_;
  fakes.directory.key = digest_key;
  const auto labels = store_->form_labels(LicenseId{1});
  CHECK(labels.has_value());
  for (const chat::FormLabel& one : *labels) {
    fakes.directory.labels[{one.form_id, one.field_id, one.answer_id}] = one.label;
  }
  const api::Api api(fakes.with(*engine_), {.now = [this] { return now_; }});
  return api::answer(api, {std::string(method),
                           std::string(target),
                           {{"Authorization", "Bearer test"}},
                           std::string(body)});
}

}  // namespace chatreports
