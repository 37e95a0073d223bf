#include "engine/open.h"

#include <utility>

#include "base/overloaded.h"

namespace chatreports::engine {

std::unique_ptr<Engine> open_engine(EngineOptions options) {
  return std::visit(
      Overloaded{[](NativeOptions&& native) { return make_native_engine(std::move(native)); },
                 [](ReferenceOptions&&) { return make_reference_engine(); }},
      std::move(options));
}

}  // namespace chatreports::engine
