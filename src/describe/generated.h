#pragma once
// Documents with generated parts. Such a part stands between two marks, each on a line of its own,
// in Markdown and in YAML:
//
//   <!-- ./dev docs: reports -->      # ./dev docs: openapi paths
//   …                                 …
//   <!-- ./dev docs: end -->          # ./dev docs: end

#include <string>
#include <string_view>

#include "base/error.h"

namespace chatreports::describe {

// The document with each generated part as it must be. Fails with `invalid` if a part has a name
// that nobody knows or no end; the message names the part.
Result<std::string> with_generated_parts(std::string_view document);

}  // namespace chatreports::describe
