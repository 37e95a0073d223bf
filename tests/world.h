#pragma once
// The program without its process, for tests: records go in through the parser and the store, and
// the api answers questions on an engine of choice.

#include <memory>
#include <string>
#include <string_view>

#include "api/api.h"
#include "engine/engine.h"
#include "store/store.h"

namespace chatreports {

class World {
 public:
  // Makes a store in a new folder, which the destructor removes. All questions are asked at `now`.
  World(std::unique_ptr<engine::Engine> engine, Instant now);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Imports records of licence 1 in any form that an import takes, and applies them to the engine.
  // Returns a line for each refused record.
  std::string take_in(std::string_view records);

  // Sets the time zone of the agent whose token is used.
  void set_agent_timezone(std::string zone) { agent_timezone_ = std::move(zone); }

  // Asks with the token of licence 1.
  http::Response ask(std::string_view method, std::string_view target, std::string_view body) const;

 private:
  std::string folder_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<engine::Engine> engine_;
  Instant now_;
  std::optional<std::string> agent_timezone_;
};

}  // namespace chatreports
