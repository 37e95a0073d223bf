#pragma once
// Golden cases: data, questions and answers as text. They are read from two kinds of files.
//
// tests/golden/*.case, which are sections of text:
//
//   # what it shows
//   now 2021-04-15T12:00:00Z
//   agent timezone America/Phoenix          (optional: of the token's agent)
//   == records
//   … records as an import takes them; webhooks among them, each with `received_at` …
//   == refused                              (optional: `LINE: reason` of each refused record)
//   == ask POST /v3.4/reports/chats/tags    (any number of these)
//   … the body …
//   == answer 200
//   … the JSON; white space outside of strings does not count, order does …
//
// A question with an empty body and another verb is written the same way.
//
// docs/definitions/**/*.md, whose worked examples are blocks of code:
//
//   It is 2021-04-15T12:00:00Z.             (optional: the time of all questions of the example)
//   ```json records                         (begins an example)
//   `POST /v3.4/reports/chats/tags`         (a line of its own; any number of these)
//   ```json question                        (the body; absent with GET)
//   ```json answer                          (status 200)

#include <filesystem>
#include <string>
#include <vector>

#include "time/instant.h"

namespace chatreports {

struct GoldenQuestion {
  std::string method;
  std::string target;
  std::string body;
  int status = 0;
  std::string answer;
};

struct GoldenCase {
  Instant now;
  std::string agent_timezone;
  std::string records;
  std::string refused;
  std::vector<GoldenQuestion> questions;
};

GoldenCase read_case_file(const std::filesystem::path& path);

// The worked examples of a page, maybe none. A page that breaks the form above fails the running
// test.
std::vector<GoldenCase> read_examples(const std::filesystem::path& page);

}  // namespace chatreports
