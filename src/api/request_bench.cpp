#include <benchmark/benchmark.h>

#include "api/fakes.h"
#include "api/parameters.h"
#include "api/parse_question.h"
#include "engine/open.h"
#include "render/json.h"
#include "report/catalogue.h"

namespace chatreports::api {
namespace {

const std::string body =
    R"({"distribution":"day","timezone":"Europe/Warsaw","filters":{"from":"2021-04-08T00:00:00Z",)"
    R"("to":"2021-04-14T23:59:59Z","agents":{"values":["ann@example.com","bob@example.com"]}}})";

report::Query query() {
  return parse_question(*parse_json_parameters(body), {{1}, std::nullopt, {}})->query;
}

void parse_body(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(query());
}
BENCHMARK(parse_body);

void parse_query_string(benchmark::State& state, const char* query) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        parse_question(*parse_query_parameters(query), {{1}, std::nullopt, {}}));
  }
}
BENCHMARK_CAPTURE(parse_query_string, dots,
                  "distribution=day&timezone=Europe/Warsaw&filters.from=2021-04-08T00:00:00Z"
                  "&filters.to=2021-04-14T23:59:59Z&filters.agents.values=ann@example.com");
BENCHMARK_CAPTURE(parse_query_string, brackets,
                  "distribution=day&timezone=Europe/Warsaw&filters[from]=2021-04-08T00:00:00Z"
                  "&filters[to]=2021-04-14T23:59:59Z&filters[agents][values][]=ann@example.com");

// The plans of each report over a week, and its report of tables with nothing in them, as JSON.
void plan_and_render(benchmark::State& state) {
  const report::Definition& definition =
      report::catalogue()[static_cast<std::size_t>(state.range(0))];
  state.SetLabel(std::string(definition.action));
  const report::Query asked = query();
  const auto engine = engine::open_engine(engine::ReferenceOptions{});
  for (auto _ : state) {
    const auto plans = *report::plans_of(definition, asked);
    std::vector<report::Table> tables;
    for (const report::Plan& plan : plans) tables.push_back(*engine->run(plan));
    Allowance allowance;
    benchmark::DoNotOptimize(
        render::to_json(report::report_of(definition, asked, plans, tables, allowance), allowance));
  }
}
BENCHMARK(plan_and_render)->DenseRange(0, 9);

void whole_request(benchmark::State& state, std::size_t max_kept_bytes) {
  const auto engine = engine::open_engine(engine::ReferenceOptions{});
  Fakes fakes;
  const Api api(fakes.with(*engine), {.now = [] { return latest_instant; }},
                {.max_kept_bytes = max_kept_bytes});
  const http::Request request{
      "POST", "/v3.6/reports/chats/total_chats", {{"Authorization", "Bearer reader"}}, body};
  for (auto _ : state) benchmark::DoNotOptimize(answer(api, request));
}
BENCHMARK_CAPTURE(whole_request, made, 0);
BENCHMARK_CAPTURE(whole_request, cached, std::size_t{1} << 20);

}  // namespace
}  // namespace chatreports::api
