#pragma once
// The program without its process: records go in through the parser and the store, questions are
// answered by the api, on an engine of choice. For tests.

#include <memory>
#include <string>
#include <string_view>

#include "api/api.h"
#include "engine/engine.h"
#include "store/store.h"

namespace chatreports {

class World {
 public:
  // The store lies in a new folder that goes away with the World. `now` is the time at which all
  // questions are asked.
  World(std::unique_ptr<engine::Engine> engine, Instant now);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Takes in records of licence 1, in any form that an import takes, and shows them to the engine.
  // Answers what was refused, a line each.
  std::string take_in(std::string_view records);

  // The time zone of the agent whose token asks.
  void set_agent_timezone(std::string zone) { agent_timezone_ = std::move(zone); }

  // With the token of licence 1.
  http::Response ask(std::string_view method, std::string_view target, std::string_view body) const;

 private:
  std::string folder_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<engine::Engine> engine_;
  Instant now_;
  std::optional<std::string> agent_timezone_;
};

}  // namespace chatreports
