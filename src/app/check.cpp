#include "app/check.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <vector>

#include "app/load_engine.h"
#include "app/messages.h"
#include "engine/open.h"
#include "store/check.h"
#include "store/data_folder.h"
#include "store/folder_lock.h"
#include "store/store.h"

namespace chatreports::app {
namespace {

constexpr std::size_t changes_per_batch = 4'096;
constexpr std::string_view no_engine_files = "there are no engine's files";

// Collects faults, one line each.
class Check {
 public:
  explicit Check(std::string data_folder) : data_folder_(std::move(data_folder)) {}

  // Fails if there is nothing that can be checked.
  Result<void> run() {
    auto lock = store::FolderLock::acquire(data_folder_, "chatreports check");
    const bool is_in_use = !lock && lock.error().kind == ErrorKind::in_use;
    if (!lock && !is_in_use) return std::unexpected(lock.error());
    auto opened = is_in_use ? store::Store::open(data_folder_)
                            : store::Store::open_locked(
                                  data_folder_, [this](const std::string& line) { add(line); });
    if (!opened) return std::unexpected(opened.error());
    check_files(**opened);
    if (is_in_use) {
      engine_ = "the engine's files were not checked: a server or an import uses the folder";
    } else {
      check_engine(**opened);
    }
    return {};
  }

  Result<void> run_on_copy() {
    const auto opened = store::Store::open_for_reading(data_folder_);
    if (!opened) return std::unexpected(opened.error());
    check_files(**opened);
    engine_ = no_engine_files;
    return {};
  }

  std::uint64_t facts() const { return facts_; }
  // The state of the engine's files if there is no fault.
  std::string_view engine() const { return engine_; }
  const std::vector<std::string>& faults() const { return faults_; }

 private:
  void add(std::string fault) { faults_.push_back(std::move(fault)); }

  void add_all(const char* file, const Result<std::vector<std::string>>& faults) {
    if (!faults) return add(faults.error().message);
    for (const std::string& fault : *faults) add(fmt::format("{}: {}", file, fault));
  }

  void check_files(store::Store& store) {
    add_all("chatreports.sqlite", store::faults_of_facts_file(data_folder_));
    add_all("access.sqlite", store::faults_of_access_file(data_folder_));
    check_records(store);
  }

  void check_records(store::Store& store) {
    if (const auto found = store.find_damage(); !found) return add(found.error().message);
    const auto read = store.replay({0}, changes_per_batch,
                                   [this](std::span<const chat::Change> changes) -> Result<void> {
                                     facts_ += changes.size();
                                     return {};
                                   });
    if (!read) add(read.error().message);
    const store::Damage damage = store.damage();
    for (const auto& [license, of_license] : damage.licenses) {
      for (const std::string& sentence : of_license.sentences) {
        add(fmt::format("licence {}: {}", license.value, sentence));
      }
    }
    for (const std::string& row : damage.rows) add(row + " is damaged");
    if (damage.is_of_index) add("the index of ids is damaged: the next start rebuilds it");
    if (damage.is_of_strings) add("texts that records name are damaged");
    if (damage.is_of_labels) {
      add("labels of forms are damaged: the report chats/forms is not answered; import the chats "
          "with their forms again");
    }
    if (damage.is_of_history) {
      add("the history of changes is damaged: stop the server and remove the folder engine before "
          "the next start");
    }
  }

  void check_engine(store::Store& store) {
    using State = RestoredFiles::State;
    engine::IdleThreads idle_threads;
    const auto engine = engine::open_engine(
        engine::NativeOptions{.folder = data_folder_ + "/engine", .idle_threads = &idle_threads});
    const RestoredFiles files = restore_engine(*engine, store, store.damage());
    switch (files.state) {
      case State::unusable:
        return add(fmt::format("engine: {}; the next start rebuilds these files", files.why));
      case State::missing:
        engine_ = no_engine_files;
        return;
      case State::restored:
        engine_ = "the engine's files are intact and belong to this store";
        return;
    }
  }

  const std::string data_folder_;
  std::uint64_t facts_ = 0;
  std::string_view engine_;
  std::vector<std::string> faults_;
};

}  // namespace

CheckedFiles check_copy(const std::string& data_folder) {
  Check check(data_folder);
  if (const auto checked = check.run_on_copy(); !checked) return {0, {checked.error().message}};
  return {check.facts(), check.faults()};
}

int run_check(const CheckOptions& options) {
  const bool is_backup = store::is_backup(options.data_folder);
  const auto there = is_backup ? store::require_readable_data_folder(options.data_folder)
                               : store::require_data_folder(options.data_folder);
  if (!there) return exit_with(there.error());
  Check check(options.data_folder);
  const auto checked = is_backup ? check.run_on_copy() : check.run();
  std::string lines;
  for (const std::string& fault : check.faults()) lines += fault + '\n';
  if (checked && check.faults().empty()) {
    lines = fmt::format("{} facts, all intact; {}\n", check.facts(), check.engine());
  }
  Output output;
  if (const auto printed = output.print(lines); !printed) return output.end(printed);
  if (!checked) return exit_with(checked.error());
  if (check.faults().empty()) return exit_ok;
  return exit_with(
      {ErrorKind::failed, "the data folder is damaged; see docs/operations.md, Damage"});
}

}  // namespace chatreports::app
