#pragma once
// Threads that help with long questions while they have nothing else to do: a question over many
// segments is divided into independent parts.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace chatreports::engine {

class IdleThreads {
 public:
  // Starts one thread fewer than there are processors, because the caller of run works too.
  IdleThreads();
  explicit IdleThreads(std::size_t threads);
  ~IdleThreads();
  IdleThreads(const IdleThreads&) = delete;
  IdleThreads& operator=(const IdleThreads&) = delete;

  std::size_t size() const { return threads_.size(); }

  // Calls work(part) once for each part below `parts`, from this thread and from idle ones, and
  // returns when all parts are done. Throws what one of them threw. Any thread may call it at any
  // time; it waits for no thread that is busy elsewhere.
  void run(std::size_t parts, const std::function<void(std::size_t)>& work);

 private:
  struct Job;

  static void take_part(Job& job);
  void help();

  std::mutex mutex_;
  std::condition_variable changed_;
  // Both guarded by mutex_. A job has an entry for each thread that it could use.
  std::deque<std::shared_ptr<Job>> jobs_;
  bool is_ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace chatreports::engine
