#pragma once
// docs/openapi.yaml, as it was when the program was built.

#include <string_view>

namespace chatreports::api {

std::string_view openapi_document();

}  // namespace chatreports::api
