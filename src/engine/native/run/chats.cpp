#include <algorithm>
#include <optional>
#include <span>

#include "engine/native/run/bucket_sums.h"
#include "engine/native/run/group_chats.h"
#include "engine/native/run/queue_waits.h"
#include "engine/native/run/run_plan.h"
#include "engine/native/run/select.h"
#include "engine/native/run/selection.h"

namespace chatreports::engine::native {
namespace {

using report::Column;
using report::Sum;

void add_ungrouped(const Segment& segment, const std::vector<BucketRows>& buckets,
                   const std::vector<report::Measure>& measures,
                   const std::vector<MeasureRows>& selection, BucketSums& sums) {
  for (const BucketRows& bucket : buckets) {
    const std::span<Sum> figures = sums[bucket.bucket];
    for (std::size_t at = 0; at < measures.size(); ++at) {
      const auto& [column, where, aggregate] = measures[at];
      grow(figures[at],
           column == Column::count ? Sum{selection[at].count(bucket.rows)}
                                   : selection[at].part(segment, column, bucket.rows, aggregate),
           aggregate);
    }
  }
}

// Sums over segments.
struct ChatsSums {
  ChatsSums(const std::vector<report::Measure>& measures, CellBytes& bytes)
      : ungrouped(measures), groups(measures, bytes) {}
  BucketSums ungrouped;
  Groups groups;  // used in place of it if the plan groups
};

class ChatsRun {
 public:
  ChatsRun(const Run& run, const report::ChatsSource& source)
      : plan_(run.plan),
        allowance_(run.allowance),
        group_by_(source.group_by),
        predicate_(prepared(plan_.predicate)),
        has_no_filter_(holds_for_all(predicate_)),
        measures_(source.measures) {
    for (report::Measure& measure : measures_) {
      if (measure.where) measure.where = prepared(*std::move(measure.where));
    }
  }

  void add(const Segment& segment, ChatsSums& sums) const {
    const std::vector<BucketRows> buckets =
        rows_by_bucket(segment.started_at(), rows_picked_by_start(segment, plan_), plan_.buckets);
    if (buckets.empty()) return;
    std::optional<RowSet> picked;
    if (!has_no_filter_) {
      picked.emplace(select(segment, predicate_, allowance_));
      if (picked->count({buckets.front().rows.begin, buckets.back().rows.end}) == 0) return;
    }
    const RowSet* among = picked ? &*picked : nullptr;
    if (!group_by_) {
      add_ungrouped(segment, buckets, measures_,
                    select_measures(segment, among, measures_, MeasureRows::Form::any, allowance_),
                    sums.ungrouped);
    } else if (are_of_queue_waits(*group_by_, measures_)) {
      add_queue_waits(segment, buckets, among, measures_, sums.groups);
    } else if (has_no_filter_ && buckets.size() == 1 && buckets[0].rows.size() == segment.size()) {
      add_totals(segment, buckets[0].bucket, *group_by_, measures_, sums.groups);
    } else {
      add_grouped({segment, buckets, measures_,
                   select_measures(segment, among, measures_, MeasureRows::Form::set, allowance_)},
                  *group_by_, sums.groups);
    }
  }

  report::ChatsTable table(ChatsSums& sums) const {
    if (group_by_) return sums.groups.table();
    report::ChatsTable table(measures_.size());
    sums.ungrouped.for_each([&table](std::uint32_t bucket, std::span<const Sum> figures) {
      table.add(bucket, report::ChatsTable::no_group, figures);
    });
    return table;
  }

 private:
  const report::Plan& plan_;
  Allowance& allowance_;
  const std::optional<report::Field>& group_by_;
  const report::Predicate predicate_;
  const bool has_no_filter_;
  std::vector<report::Measure> measures_;
};

// Returns the segments that the range meets.
std::span<const std::shared_ptr<const Segment>> segments_picked(const Chunks<Segment>& segments,
                                                                const report::Plan& plan) {
  if (plan.any_start) return segments;
  const TimeRange range = plan.buckets.range();
  const auto begin = std::ranges::partition_point(
      segments, [&range](const auto& segment) { return segment->last_start() < range.from; });
  const auto end = std::partition_point(begin, segments.end(), [&range](const auto& segment) {
    return segment->first_start() <= range.to;
  });
  return {begin, end};
}

// Fewer segments are done sooner than another thread wakes up.
constexpr std::size_t least_segments_a_part = 16;
constexpr std::size_t parts_a_thread = 2;  // a thread that comes late still finds one

std::size_t parts_of(std::size_t segments, const IdleThreads& idle_threads) {
  const std::size_t most = parts_a_thread * (idle_threads.size() + 1);
  return std::clamp<std::size_t>(segments / least_segments_a_part, 1, most);
}

}  // namespace

report::Table run_source(const Run& run, const report::ChatsSource& source) {
  const ChatsRun chats(run, source);
  Allowance& allowance = run.allowance;
  const auto picked = segments_picked(run.chunks<Segment>(), run.plan);
  // A cell that several parts have met is counted several times. If that makes too many, all is
  // done again in one part, so that memory never holds several answers.
  for (std::size_t parts = parts_of(picked.size(), run.idle_threads);; parts = 1) {
    CellBytes bytes(allowance, allowance.max_bytes());
    std::vector<ChatsSums> sums;
    sums.reserve(parts);
    for (std::size_t part = 0; part < parts; ++part) {
      sums.emplace_back(source.measures, bytes);
    }
    run.idle_threads.run(parts, [&](std::size_t part) {
      const std::size_t begin = picked.size() * part / parts;
      const std::size_t end = picked.size() * (part + 1) / parts;
      for (const auto& segment : picked.subspan(begin, end - begin)) {
        if (bytes.are_too_many() || allowance.is_used_up()) return;
        chats.add(*segment, sums[part]);
      }
    });
    if (bytes.are_too_many() && parts > 1) continue;
    if (bytes.are_too_many()) allowance.is_used_up_by(SIZE_MAX);
    if (allowance.end() != Allowance::End::none) return report::ChatsTable(source.measures.size());
    for (; sums.size() > 1; sums.pop_back()) {
      sums[0].ungrouped.add(sums.back().ungrouped);
      sums[0].groups.add(sums.back().groups);
    }
    return chats.table(sums[0]);
  }
}

}  // namespace chatreports::engine::native
