#pragma once
// The reports of the catalogue as parts of an OpenAPI 3.1 document in YAML. Each text ends with a
// line break and is indented for its place in docs/openapi.yaml.

#include <string>

namespace chatreports::describe {

// Of `paths`: each report by POST and by GET.
std::string openapi_paths();
// Of `components/responses`: the answer of each report.
std::string openapi_responses();
// Of `components/schemas`: the shape of each report.
std::string openapi_schemas();

}  // namespace chatreports::describe
