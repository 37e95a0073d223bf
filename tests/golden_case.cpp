#include "golden_case.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string_view>

#include "time/rfc3339.h"

namespace chatreports {
namespace {

GoldenCase empty_case() {
  GoldenCase empty;
  empty.now = parse_rfc3339("2021-04-15T12:00:00Z")->instant;
  return empty;
}

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// "`POST /v3.4/…`" → the question without its body.
GoldenQuestion question_of_line(const std::string& line) {
  std::istringstream words(line.substr(1, line.size() - 2));
  GoldenQuestion question;
  words >> question.method >> question.target;
  question.status = 200;
  return question;
}

}  // namespace

GoldenCase read_case_file(const std::filesystem::path& path) {
  GoldenCase read = empty_case();
  std::string* section = nullptr;
  for (const std::string& line : lines_of(path)) {
    std::istringstream words(line);
    std::string first;
    std::string second;
    words >> first >> second;
    if (first == "#") continue;
    if (first == "==") {
      if (second == "records") {
        section = &read.records;
      } else if (second == "refused") {
        section = &read.refused;
      } else if (second == "ask") {
        GoldenQuestion& question = read.questions.emplace_back();
        words >> question.method >> question.target;
        section = &question.body;
      } else {
        EXPECT_EQ(second, "answer") << path;
        words >> read.questions.back().status;
        section = &read.questions.back().answer;
      }
    } else if (section != nullptr) {
      *section += line + "\n";
    } else if (first == "now") {
      read.now = parse_rfc3339(second)->instant;
    } else if (first == "agent") {
      words >> read.agent_timezone;
    } else {
      EXPECT_TRUE(first.empty()) << path << ": " << line;
    }
  }
  return read;
}

std::vector<GoldenCase> read_examples(const std::filesystem::path& page) {
  constexpr std::string_view time_line = "It is ";
  std::vector<GoldenCase> examples;
  std::string now;
  std::string unread;  // blocks that are no part of an example
  std::string* block = nullptr;
  for (const std::string& line : lines_of(page)) {
    SCOPED_TRACE(page.string() + ": " + line);
    if (block != nullptr) {
      if (line == "```") {
        block = nullptr;
      } else {
        *block += line + "\n";
      }
    } else if (line == "```json records") {
      examples.push_back(empty_case());
      if (!now.empty()) examples.back().now = parse_rfc3339(now)->instant;
      now.clear();
      block = &examples.back().records;
    } else if (line == "```json question" || line == "```json answer") {
      if (examples.empty() || examples.back().questions.empty()) {
        ADD_FAILURE() << "no example begins, or nothing is asked, before this block";
        return examples;
      }
      GoldenQuestion& question = examples.back().questions.back();
      block = line == "```json question" ? &question.body : &question.answer;
      EXPECT_TRUE(block->empty()) << "the second block of one question";
    } else if (line.starts_with("```")) {
      block = &unread;
    } else if (line.starts_with("`POST /") || line.starts_with("`GET /")) {
      if (!examples.empty()) examples.back().questions.push_back(question_of_line(line));
    } else if (line.starts_with(time_line)) {
      now = line.substr(time_line.size(), line.find(". ") - time_line.size());
      if (now.ends_with('.')) now.pop_back();
    }
  }
  EXPECT_EQ(unread.find("-report\","), std::string::npos) << page << ": an answer in no example";
  for (const GoldenCase& example : examples) {
    EXPECT_FALSE(example.questions.empty()) << page << ": an example asks nothing";
    for (const GoldenQuestion& question : example.questions) {
      EXPECT_FALSE(question.answer.empty()) << page << ": " << question.target;
    }
  }
  return examples;
}

}  // namespace chatreports
