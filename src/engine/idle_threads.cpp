#include "engine/idle_threads.h"

#include <algorithm>
#include <exception>

namespace chatreports::engine {

struct IdleThreads::Job {
  std::size_t parts = 0;
  const std::function<void(std::size_t)>* work = nullptr;  // valid until all parts are done
  std::mutex mutex;
  std::condition_variable all_done;
  std::size_t next = 0;  // guarded by mutex, as are the next two
  std::size_t finished = 0;
  std::exception_ptr exception;
};

IdleThreads::IdleThreads() : IdleThreads(std::max(1U, std::thread::hardware_concurrency()) - 1) {}

IdleThreads::IdleThreads(std::size_t threads) {
  for (std::size_t thread = 0; thread < threads; ++thread) {
    threads_.emplace_back([this] { help(); });
  }
}

IdleThreads::~IdleThreads() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void IdleThreads::take_part(Job& job) {
  std::unique_lock lock(job.mutex);
  while (job.next < job.parts) {
    const std::size_t part = job.next++;
    lock.unlock();
    std::exception_ptr exception;
    try {
      (*job.work)(part);
    } catch (...) {
      exception = std::current_exception();
    }
    lock.lock();
    if (exception) job.exception = exception;
    if (++job.finished == job.parts) job.all_done.notify_all();
  }
}

void IdleThreads::run(std::size_t parts, const std::function<void(std::size_t)>& work) {
  if (parts == 1) return work(0);
  const auto job = std::make_shared<Job>();
  job->parts = parts;
  job->work = &work;
  const std::size_t wanted = parts == 0 ? 0 : std::min(threads_.size(), parts - 1);
  if (wanted > 0) {
    {
      const std::lock_guard lock(mutex_);
      jobs_.insert(jobs_.end(), wanted, job);
    }
    changed_.notify_all();
  }
  take_part(*job);
  std::unique_lock lock(job->mutex);
  job->all_done.wait(lock, [&job] { return job->finished == job->parts; });
  if (job->exception) std::rethrow_exception(job->exception);
}

void IdleThreads::help() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return is_ending_ || !jobs_.empty(); });
    if (is_ending_) return;
    const std::shared_ptr<Job> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    take_part(*job);  // does nothing if others were faster
    lock.lock();
  }
}

}  // namespace chatreports::engine
