#include "base/product_version.h"

namespace chatreports {

std::string_view product_version() {
  return CHATREPORTS_VERSION;
}

}  // namespace chatreports
