#include "app/local_reports.h"

#include <fmt/format.h>

#include <map>
#include <span>
#include <utility>
#include <variant>

#include "api/access.h"
#include "api/directory.h"
#include "api/intake.h"
#include "app/clock.h"
#include "app/directory.h"
#include "app/load_engine.h"
#include "base/check.h"
#include "chat/rating_scale.h"
#include "engine/open.h"
#include "store/data_folder.h"
#include "store/digest_keys.h"

namespace chatreports::app {
namespace {

constexpr std::string_view token = "Bearer local";

// One caller, who may read the licence.
class OneCaller final : public api::Access {
 public:
  explicit OneCaller(LicenseId license) : license_(license) {}

  api::FoundToken find(std::string_view, Instant) const override { return {1, license_}; }
  Result<std::optional<api::Caller>> caller(std::string_view, const api::FoundToken&,
                                            Instant) const override {
    return api::Caller{1, license_, {Scope::reports_read}, std::nullopt};
  }
  Result<std::optional<LicenseId>> license_of_webhook(std::string_view, Instant) const override {
    return std::nullopt;
  }

 private:
  const LicenseId license_;
};

// Takes no records.
class NoIntake final : public api::Intake {
 public:
  explicit NoIntake(store::Damage damage) : damage_(std::move(damage)) {}

  bool is_ready() const override { return true; }
  Result<void> can_acknowledge() const override { return failed("records are not taken in"); }
  api::Wholeness wholeness(LicenseId license) const override {
    return damage_.licenses.contains(license) ? api::Wholeness::damaged : api::Wholeness::whole;
  }
  std::int64_t highest_rating(LicenseId) const override { return chat::RatingScale().highest; }
  bool has_room_for_webhook(LicenseId) const override { return false; }
  void take_in(LicenseId, api::Channel, std::vector<chat::Record>, api::Done done) override {
    done(failed("records are not taken in"));
  }
  void erase(LicenseId, chat::Deletion, Deleted done) override {
    done(failed("nothing is deleted"));
  }
  void count_ignored(std::string_view) override {}

 private:
  const store::Damage damage_;
};

class StoreDirectory final : public api::Directory {
 public:
  StoreDirectory(store::Store& store, std::map<LicenseId, chat::DigestKey> keys)
      : store_(store), keys_(std::move(keys)) {}

  chat::DigestKey digest_key(LicenseId license) const override {
    const auto found = keys_.find(license);
    return found == keys_.end() ? chat::DigestKey{} : found->second;
  }
  Result<std::optional<std::string>> agent_timezone(LicenseId license,
                                                    const std::string& agent_id) const override {
    return store_.agent_timezone(license, agent_id);
  }
  Result<std::shared_ptr<const report::FormLabels>> form_labels(LicenseId license) const override {
    auto read = store_.form_labels(license);
    if (!read) return std::unexpected(std::move(read.error()));
    return std::make_shared<const report::FormLabels>(labels_of(*std::move(read)));
  }
  Result<std::shared_ptr<const chat::Team>> team(LicenseId license) const override {
    auto read = store_.team(license);
    if (!read) return std::unexpected(std::move(read.error()));
    return std::make_shared<const chat::Team>(*std::move(read));
  }
  Result<std::optional<chat::ChatRecord>> thread(LicenseId license,
                                                 const std::string& thread_id) const override {
    return store_.find_thread(license, thread_id);
  }

 private:
  store::Store& store_;
  const std::map<LicenseId, chat::DigestKey> keys_;
};

}  // namespace

Result<void> fill_for_reading(engine::Engine& engine, store::Store& store) {
  // Files that can't be used cost time: everything is then read from the store.
  static_cast<void>(restore_engine(engine, store));
  return apply_rest(engine, store, [&engine](std::span<const chat::Change> changes) {
    return engine.apply(changes);
  });
}

class LocalReports::Everything {
 public:
  Everything(std::unique_ptr<store::Store> store, std::unique_ptr<engine::Engine> engine,
             std::map<LicenseId, chat::DigestKey> keys, LicenseId license)
      : license_(license),
        store_(std::move(store)),
        engine_(std::move(engine)),
        access_(license),
        intake_(store_->damage()),
        directory_(*store_, std::move(keys)),
        api_(
            {*engine_, access_, intake_, directory_}, {.now = now},
            {.max_answer_bytes = std::size_t{1} << 30, .max_report_time = std::chrono::hours(24)}) {
  }

  http::Response ask(const http::Request& request) const {
    const http::Admission admission = api_.admit(request);
    if (const auto* in_slot = std::get_if<http::InSlot>(&admission))
      return in_slot->handle(request);
    const auto* at_once = std::get_if<http::Inline>(&admission);
    CHECK(at_once != nullptr);
    return at_once->handle(request);
  }

  engine::LicenseContent content() const { return engine_->content(license_); }

 private:
  const LicenseId license_;
  const std::unique_ptr<store::Store> store_;
  const std::unique_ptr<engine::Engine> engine_;
  OneCaller access_;
  NoIntake intake_;
  StoreDirectory directory_;
  const api::Api api_;
};

LocalReports::LocalReports(std::unique_ptr<Everything> everything)
    : everything_(std::move(everything)) {}
LocalReports::~LocalReports() = default;

Result<std::unique_ptr<LocalReports>> LocalReports::open(const std::string& data_folder,
                                                         LicenseId license) {
  if (const auto there = store::require_readable_data_folder(data_folder); !there) {
    return std::unexpected(there.error());
  }
  auto store = store::Store::open_for_reading(data_folder);
  if (!store) return std::unexpected(std::move(store.error()));
  const auto is_known = (*store)->has_records(license);
  if (!is_known) return std::unexpected(is_known.error());
  if (!*is_known) {
    return std::unexpected(
        Error{ErrorKind::not_found,
              fmt::format("{} holds no records of licence {}", data_folder, license.value)});
  }
  const auto opened = store::DigestKeys::open_for_reading(data_folder);
  if (!opened) return std::unexpected(opened.error());
  auto keys = (*opened)->list();
  if (!keys) return std::unexpected(std::move(keys.error()));
  auto engine = engine::open_engine(engine::NativeOptions{.folder = data_folder + "/engine"});
  if (const auto filled = fill_for_reading(*engine, **store); !filled) {
    return std::unexpected(filled.error());
  }
  return std::unique_ptr<LocalReports>(new LocalReports(std::make_unique<Everything>(
      *std::move(store), std::move(engine), *std::move(keys), license)));
}

engine::LicenseContent LocalReports::content() const {
  return everything_->content();
}

http::Response LocalReports::ask(const std::string& target, const std::string& body) const {
  return everything_->ask(
      {body.empty() ? "GET" : "POST", target, {{"Authorization", std::string(token)}}, body});
}

}  // namespace chatreports::app
