#include "engine/contract/engines.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "engine/open.h"

namespace chatreports::engine::contract {
namespace {

// Restarts from its files after each batch of changes.
class RestartedEngine final : public Engine {
 public:
  explicit RestartedEngine(native::ChunkSizes chunks) : chunks_(chunks) {
    if (::mkdtemp(folder_.data()) == nullptr) std::abort();
    engine_ = open();
  }
  RestartedEngine(const RestartedEngine&) = delete;
  RestartedEngine& operator=(const RestartedEngine&) = delete;
  ~RestartedEngine() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  Result<void> apply(std::span<const chat::Change> changes) override {
    if (auto applied = engine_->apply(changes); !applied) return applied;
    if (auto saved = engine_->save(++saves_); !saved) return saved;
    engine_ = open();
    const auto restored =
        engine_->restore([this](std::int64_t origin, ChangeNumber) { return origin == saves_; });
    if (!restored) return std::unexpected(restored.error());
    return *restored ? Result<void>() : failed("nothing was saved");
  }
  using Engine::run;
  Result<report::Table> run(const report::Plan& plan, Allowance& allowance) const override {
    return engine_->run(plan, allowance);
  }
  ChangeNumber applied() const override { return engine_->applied(); }
  void has_all_up_to(ChangeNumber last) override { engine_->has_all_up_to(last); }
  EngineSize size() const override { return engine_->size(); }
  LicenseContent content(LicenseId license) const override { return engine_->content(license); }

 private:
  std::unique_ptr<Engine> open() const {
    return open_engine(NativeOptions{.chunks = chunks_, .folder = folder_});
  }

  const native::ChunkSizes chunks_;
  std::string folder_ =
      (std::filesystem::temp_directory_path() / "chatreports-engine-XXXXXX").string();
  std::unique_ptr<Engine> engine_;
  std::int64_t saves_ = 0;
};

EngineUnderTest native(std::string name, native::ChunkSizes chunks, Worlds worlds) {
  // They help with questions over a few dozen segments, even if there is one processor.
  static IdleThreads idle_threads(3);
  return {std::move(name),
          [chunks] {
            return open_engine(NativeOptions{.chunks = chunks, .idle_threads = &idle_threads});
          },
          worlds};
}

EngineUnderTest restarted(std::string name, native::ChunkSizes chunks, Worlds worlds) {
  return {std::move(name), [chunks] { return std::make_unique<RestartedEngine>(chunks); }, worlds};
}

}  // namespace

const std::vector<EngineUnderTest>& engines() {
  using enum Worlds;
  static const std::vector<EngineUnderTest> list = {
      {"reference", [] { return open_engine(ReferenceOptions{}); }},
      {"native", [] { return open_engine(NativeOptions{}); }},
      native("native_with_segments_of_2", {2, 1}, small),
      native("native_with_segments_of_3", {3, 2}, small),
      native("native_with_segments_of_70", {70, 4}, any),
      native("native_with_segments_of_1000", {1'000, 64}, large),
      native("native_with_segments_of_few_bytes", {70, 20, 6'000, 3'000}, small),
      native("native_with_segments_of_some_bytes", {3'000, 200, 200'000, 20'000}, large),
      restarted("native_from_its_files", {3, 2}, small),
      restarted("native_from_large_files", {2'000, 100}, large),
  };
  return list;
}

std::vector<EngineUnderTest> engines_for(Worlds worlds) {
  std::vector<EngineUnderTest> list = engines();
  std::erase_if(list, [worlds](const EngineUnderTest& engine) {
    return engine.worlds != worlds && engine.worlds != Worlds::any;
  });
  return list;
}

}  // namespace chatreports::engine::contract
