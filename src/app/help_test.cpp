#include "app/help.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

namespace chatreports::app {
namespace {

std::string help_of_sample(std::size_t columns) {
  CLI::App program("Does one thing after another, as long as there is something to be done.",
                   "program");
  program.formatter(help_for(columns));
  std::string value;
  program.add_option("--length", value, "How long it takes to do each of the things")
      ->type_name("TIME");
  program.add_option("--a-flag-with-a-long-name", value, "Short")->type_name("TEXT");
  program.add_subcommand("begin", "Begin with the first of the things that are to be done");
  program.footer("Exit code: 0 everything was done, 1 something was not.");
  return program.help();
}

std::size_t longest_line(const std::string& text) {
  std::istringstream stream(text);
  std::size_t longest = 0;
  for (std::string line; std::getline(stream, line);) longest = std::max(longest, line.size());
  return longest;
}

TEST(Help, PutsTheMeaningBesideOrBelowTheNames) {
  const std::string help = help_of_sample(60);
  EXPECT_NE(help.find("  --length TIME               How long it takes to do each\n"
                      "                              of the things\n"),
            std::string::npos)
      << help;
  EXPECT_NE(help.find("  --a-flag-with-a-long-name TEXT\n"
                      "                              Short\n"),
            std::string::npos)
      << help;
  EXPECT_NE(help.find("  begin                       Begin with the first of the\n"
                      "                              things that are to be done\n"),
            std::string::npos)
      << help;
}

TEST(Help, FitsTheColumns) {
  for (const std::size_t columns : {40U, 50U, 60U, 72U, 80U}) {
    const std::string help = help_of_sample(columns);
    EXPECT_LE(longest_line(help), columns) << help;
  }
  EXPECT_EQ(help_of_sample(1), help_of_sample(40));
}

}  // namespace
}  // namespace chatreports::app
