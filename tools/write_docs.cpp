// Writes the generated parts of the documents that are named, or says which are stale:
//
//   write_docs [--check] FILE…

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "describe/generated.h"

int main(int argc, char** argv) {
  bool only_check = false;
  bool is_fine = true;
  for (int at = 1; at < argc; ++at) {
    const std::string name = argv[at];
    if (name == "--check") {
      only_check = true;
      continue;
    }
    std::ifstream file(name, std::ios::binary);
    const std::string known((std::istreambuf_iterator<char>(file)), {});
    if (!file) {
      fmt::print(stderr, "{}: cannot be read\n", name);
      return 1;
    }
    file.close();
    const auto made = chatreports::describe::with_generated_parts(known);
    if (!made) {
      fmt::print(stderr, "{}: {}\n", name, made.error().message);
      return 1;
    }
    if (*made == known) continue;
    if (only_check) {
      fmt::print(stderr, "{}: a generated part is stale; run ./dev docs\n", name);
      is_fine = false;
      continue;
    }
    std::ofstream written(name, std::ios::binary | std::ios::trunc);
    written << *made;
    written.close();
    if (!written) {
      fmt::print(stderr, "{}: cannot be written\n", name);
      return 1;
    }
    fmt::print("{}: written\n", name);
  }
  return is_fine ? 0 : 1;
}
