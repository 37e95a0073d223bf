#pragma once
// Threads that help with one long question, where they have nothing else to do: a question over
// many segments is cut into parts that know nothing of each other.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace chatreports::engine::native {

class IdleThreads {
 public:
  // One less than there are processors, of the whole process; made when they are first asked for.
  static IdleThreads& shared();

  explicit IdleThreads(std::size_t threads);
  ~IdleThreads();
  IdleThreads(const IdleThreads&) = delete;
  IdleThreads& operator=(const IdleThreads&) = delete;

  std::size_t size() const { return threads_.size(); }

  // Calls work(part) once for each part below `parts`, from this thread and from idle ones, and
  // returns when all are done. What one of them throws is thrown here. Any number of threads may
  // call it at a time; none of them waits for a thread that is busy elsewhere.
  void run(std::size_t parts, const std::function<void(std::size_t)>& work);

 private:
  struct Job;

  static void take_part(Job& job);
  void help();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Job>>
      jobs_;                // guarded by mutex_; an entry for each thread that is wanted
  bool is_ending_ = false;  // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace chatreports::engine::native
