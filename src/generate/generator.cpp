#include "generate/generator.h"

#include "base/check.h"
#include "generate/agenda.h"
#include "generate/arrivals.h"
#include "generate/chat_maker.h"
#include "generate/chat_writer.h"
#include "generate/greetings.h"
#include "generate/identifiers.h"
#include "generate/line_writer.h"
#include "generate/team.h"

namespace chatreports::generate {
namespace {

Instant begin_of(const Options& options) {
  return options.end - std::chrono::days(options.days);
}

std::chrono::sys_days day_of(Instant at) {
  return std::chrono::floor<std::chrono::days>(at);
}

}  // namespace

void generate(const Options& options, const std::function<bool(std::string_view lines)>& take) {
  CHECK(options.days > 0 && options.agents > 0);
  const Instant begin = begin_of(options);
  CHECK(earliest_instant <= begin && options.end <= latest_instant);

  const Identifiers identifiers(options.seed);
  const Greetings greetings(options.seed);
  Team team(options);
  Agenda agenda(begin, options.end, identifiers);
  Arrivals arrivals(options);
  ChatMaker maker(options, team, greetings);
  LineWriter lines(take);
  ChatWriter writer(identifiers, lines);

  team.write_records(lines);
  team.begin_day(begin, agenda);
  std::chrono::sys_days today = day_of(begin);
  Stretch stretch;
  while (lines.wanted() && arrivals.next(stretch)) {
    if (day_of(stretch.begin) != today) {
      today = day_of(stretch.begin);
      team.begin_day(stretch.begin, agenda);
    }
    greetings.plan(stretch, agenda);
    std::uint64_t number = stretch.first_number;
    for (const Instant start : stretch.starts) {
      if (!lines.wanted()) break;
      agenda.write_until(start, lines);
      writer.write(maker.make(number++, start, agenda));
    }
    agenda.write_until(stretch.end, lines);
  }
  lines.finish();
}

}  // namespace chatreports::generate
