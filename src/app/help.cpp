#include "app/help.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace chatreports::app {
namespace {

constexpr std::size_t least_columns = 40;
constexpr std::size_t columns_of_two_lists = 60;  // the names, and what they mean
constexpr std::size_t indent_of_names = 2;
constexpr std::size_t indent_of_rest_of_names = 6;
constexpr std::size_t least_gap = 2;

// Breaks the text at blanks into lines of at most `columns`.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  while (true) {
    const std::size_t begin = text.find_first_not_of(" \n");
    if (begin == text.npos) return lines;
    const std::string_view word = text.substr(begin, text.find_first_of(" \n", begin) - begin);
    text.remove_prefix(begin + word.size());
    if (lines.empty() || lines.back().size() + 1 + word.size() > columns) {
      lines.emplace_back(word);
    } else {
      lines.back().append(" ").append(word);
    }
  }
}

class Help final : public CLI::Formatter {
 public:
  explicit Help(std::size_t columns)
      : columns_(std::max(columns, least_columns)),
        indent_(columns_ < columns_of_two_lists ? indent_of_rest_of_names + 2 : column_width_) {}

  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    return item(make_option_name(option, is_positional) + make_option_opts(option),
                make_option_desc(option));
  }

  std::string make_subcommand(const CLI::App* command) const override {
    return item(command->get_display_name(true), command->get_description());
  }

  std::string make_description(const CLI::App* command) const override {
    return paragraph(Formatter::make_description(command));
  }

  std::string make_footer(const CLI::App* command) const override {
    const std::string footer = Formatter::make_footer(command);
    // Some versions of the library begin it with an empty line.
    return (footer.starts_with('\n') ? "\n" : "") + paragraph(footer);
  }

 private:
  std::string paragraph(std::string_view text) const {
    std::string lines;
    for (const std::string& line : wrapped(text, columns_)) lines += line + '\n';
    return lines;
  }

  // The names of a flag or a command, and what it means beside them or below.
  std::string item(std::string_view names, std::string_view meaning) const {
    std::string text;
    for (const std::string& line : wrapped(names, columns_ - indent_of_rest_of_names)) {
      if (!text.empty()) text += '\n';
      text.append(text.empty() ? indent_of_names : indent_of_rest_of_names, ' ').append(line);
    }
    bool goes_on = text.find('\n') == text.npos && text.size() + least_gap <= indent_;
    for (const std::string& line : wrapped(meaning, columns_ - indent_)) {
      text += goes_on ? std::string(indent_ - text.size(), ' ') : '\n' + std::string(indent_, ' ');
      text += line;
      goes_on = false;
    }
    return text + '\n';
  }

  const std::size_t columns_;
  const std::size_t indent_;  // of what names mean
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> help_for(std::size_t columns) {
  return std::make_shared<Help>(columns);
}

}  // namespace chatreports::app
