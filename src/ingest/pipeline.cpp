#include "ingest/pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "base/exception.h"
#include "ingest/parse_record.h"
#include "ingest/splitter.h"

namespace chatreports::ingest {
namespace {

std::string place_of(const Unit& unit) {
  switch (unit.wrapper) {
    case Wrapper::none:
      return {};
    case Wrapper::array:
      return fmt::format("[{}]: ", unit.index);
    case Wrapper::page:
      return fmt::format("chats[{}]: ", unit.index);
  }
  return {};
}

using Memory = std::shared_ptr<const BudgetPart>;

// The memory for a byte of input: the buffer that it is read into, the values made of it, and the
// parser's tables for the longest piece.
constexpr std::size_t bytes_of_values = 6;
constexpr std::size_t bytes_of_parser = 12;

std::size_t memory_of(const UnitBatch& batch) {
  std::size_t longest = 0;
  for (const Unit& unit : batch.units) {
    longest = std::max({longest, unit.length, unit.text.size()});
  }
  return bytes_of_values * batch.bytes.size() + bytes_of_parser * longest;
}

// Waits for room. A batch that needs more than the whole budget gets the whole budget.
Result<Memory> take_memory(const PipelineOptions& options, const UnitBatch& batch,
                           const std::function<bool()>& stop_requested) {
  if (options.memory == nullptr || batch.units.empty()) return nullptr;
  constexpr std::chrono::milliseconds pause{5};
  auto part = std::make_shared<BudgetPart>(*options.memory);
  const std::size_t wanted = std::min(memory_of(batch), options.memory->limit());
  for (auto waited = pause; !part->grow(wanted); waited += pause) {
    if (waited > options.memory_patience || stop_requested()) {
      return std::unexpected(
          Error{ErrorKind::unavailable, "there is no memory left for what is being taken in"});
    }
    std::this_thread::sleep_for(pause);
  }
  return part;
}

Batch parse_units(const UnitBatch& input, Memory memory, RecordParser& parser) {
  Batch batch;
  batch.memory = std::move(memory);
  batch.records.reserve(input.units.size());
  for (const Unit& unit : input.units) {
    if (unit.kind == UnitKind::refused) {
      batch.refused.push_back({unit.line, place_of(unit) + unit.text});
      continue;
    }
    const auto take = [&](Result<chat::Record>&& record) {
      if (record) {
        batch.records.push_back(std::move(*record));
        batch.lines.push_back(unit.line);
      } else {
        batch.refused.push_back({unit.line, place_of(unit) + record.error().message});
      }
    };
    if (unit.kind == UnitKind::apart) {
      parser.parse(unit.text, take);
    } else {
      parser.parse_padded(std::string_view(input.bytes).substr(unit.offset, unit.length), take);
    }
    for (Warning& warning : parser.take_warnings()) {
      warning.line = unit.line;
      add_warning(batch.warnings, std::move(warning));
    }
    for (Page& page : parser.take_pages()) {
      page.line = unit.line;
      batch.pages.push_back(page);
    }
  }
  batch.formats = parser.take_formats();
  return batch;
}

Result<void> hand_over(Batch batch, const std::function<Result<void>(Batch)>& take) {
  if (batch.records.empty() && batch.refused.empty() && batch.pages.empty()) return {};
  return take(std::move(batch));
}

// One thread reads and splits, several parse, and the caller of run() takes the batches in order.
class ParsingThreads {
 public:
  ParsingThreads(Splitter& splitter, const PipelineOptions& options)
      : splitter_(splitter),
        options_(options),
        parsers_(std::max(options.threads, 1U)),
        max_jobs_(2 * std::size_t{parsers_} + 2) {}
  ~ParsingThreads() { stop(); }
  ParsingThreads(const ParsingThreads&) = delete;
  ParsingThreads& operator=(const ParsingThreads&) = delete;

  // Returns whether everything was taken: false after a stop.
  Result<bool> run(UnitBatch first, Memory memory, const std::function<Result<void>(Batch)>& take,
                   const std::function<bool()>& stop_requested) {
    jobs_.push_back(std::make_unique<Job>(std::move(first), std::move(memory)));
    threads_.emplace_back([this] { guarded([this] { read(); }); });
    for (unsigned i = 0; i < parsers_; ++i) {
      threads_.emplace_back([this] { guarded([this] { parse(); }); });
    }
    while (!stop_requested()) {
      const std::unique_ptr<Job> job = next_parsed();
      if (job == nullptr) {
        stop();
        if (failure_) return std::unexpected(*failure_);
        return true;
      }
      if (auto taken = hand_over(std::move(job->output), take); !taken) {
        return std::unexpected(taken.error());
      }
    }
    return false;
  }

 private:
  struct Job {
    Job(UnitBatch units, Memory of) : input(std::move(units)), memory(std::move(of)) {}
    UnitBatch input;
    Memory memory;
    Batch output;
    bool is_parsed = false;
  };

  void read() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return stopping_ || jobs_.size() < max_jobs_; });
      if (stopping_) return;
      lock.unlock();
      UnitBatch batch = splitter_.next();
      const bool is_last = splitter_.finished();
      auto memory = take_memory(options_, batch, [this] {
        const std::scoped_lock looking(mutex_);
        return stopping_;
      });
      lock.lock();
      if (!memory) {
        if (!stopping_) failure_ = memory.error();
        stopping_ = true;
        changed_.notify_all();
        return;
      }
      // An empty batch is handed over, too, so that a stop is noticed.
      jobs_.push_back(std::make_unique<Job>(std::move(batch), *std::move(memory)));
      all_read_ = is_last;
      changed_.notify_all();
      if (is_last) return;
    }
  }

  void parse() {
    RecordParser parser(Webhooks::recorded, options_.highest_rating, options_.format);
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return stopping_ || next_ < jobs_.size() || all_read_; });
      if (stopping_ || next_ == jobs_.size()) return;
      Job& job = *jobs_[next_++];
      lock.unlock();
      Batch output = parse_units(job.input, std::move(job.memory), parser);
      job.input = {};
      lock.lock();
      job.output = std::move(output);
      job.is_parsed = true;
      changed_.notify_all();
    }
  }

  // Returns nothing at the end, or if a thread has failed.
  std::unique_ptr<Job> next_parsed() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] {
      return stopping_ || (jobs_.empty() ? all_read_ : jobs_.front()->is_parsed);
    });
    if (stopping_ || jobs_.empty()) return nullptr;
    std::unique_ptr<Job> job = std::move(jobs_.front());
    jobs_.pop_front();
    --next_;
    changed_.notify_all();
    return job;
  }

  // Only a lack of memory throws here. It ends the import and not the process.
  template <class Work>
  void guarded(const Work& work) {
    try {
      work();
    } catch (const std::exception& exception) {
      const std::scoped_lock lock(mutex_);
      failure_ = failed_import(exception);
      stopping_ = true;
      changed_.notify_all();
    }
  }

  void stop() {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  Splitter& splitter_;
  const PipelineOptions& options_;
  const unsigned parsers_;
  const std::size_t max_jobs_;  // between the reader and the taker

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Job>> jobs_;  // in the order of the input
  std::size_t next_ = 0;                   // the first of jobs_ that no thread parses
  bool all_read_ = false;
  bool stopping_ = false;
  std::optional<Error> failure_;
  std::vector<std::thread> threads_;
};

Result<void> read_all(ByteSource& source, const PipelineOptions& options,
                      const std::function<Result<void>(Batch)>& take,
                      const std::function<bool()>& stop_requested) {
  Splitter splitter(source, options.batch_bytes, options.max_record_bytes);
  if (stop_requested()) return {};
  UnitBatch first = splitter.next();
  auto memory = take_memory(options, first, stop_requested);
  if (!memory) return std::unexpected(std::move(memory.error()));
  if (splitter.finished()) {
    // Most bodies of requests are one batch, for which no thread has to be started.
    RecordParser parser(Webhooks::recorded, options.highest_rating, options.format);
    if (auto taken = hand_over(parse_units(first, *std::move(memory), parser), take); !taken)
      return taken;
  } else {
    ParsingThreads threads(splitter, options);
    const auto all_taken = threads.run(std::move(first), *std::move(memory), take, stop_requested);
    if (!all_taken) return std::unexpected(all_taken.error());
    if (!*all_taken) return {};
  }
  if (splitter.error()) return std::unexpected(*splitter.error());
  return {};
}

}  // namespace

Error failed_import(const std::exception& exception) {
  return {ErrorKind::failed, fmt::format("the import failed: {}", error_of(exception).message)};
}

Result<void> read_records(ByteSource& source, const PipelineOptions& options,
                          const std::function<Result<void>(Batch)>& take,
                          const std::function<bool()>& stop_requested) {
  try {
    return read_all(source, options, take, stop_requested);
  } catch (const std::exception& exception) {
    return std::unexpected(failed_import(exception));
  }
}

}  // namespace chatreports::ingest
