#include "share.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

namespace vlmq {
namespace {

// How long a thread stays awake for the next work: longer than what lies between two products of a token, far too short to be in the way
// of others.
constexpr std::chrono::microseconds kAwake{100};

inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#else
  std::this_thread::yield();
#endif
}

class Work {
 public:
  Work(int64_t count, int64_t least, int64_t threads, const std::function<void(int64_t, int64_t)>& body)
      : count_(count), least_(least), threads_(threads), helpers_(threads - 1), body_(body) {}

  // Whether one more helper may take part.
  bool admit() { return helpers_.fetch_sub(1) > 0; }

  // Takes part after part until none is left.
  void take_part() {
    for (int64_t begin = next_.load(); begin < count_;) {
      const int64_t fair = (count_ - begin) / (2 * threads_) / least_ * least_, end = std::min(count_, begin + std::max(fair, least_));
      if (!next_.compare_exchange_weak(begin, end)) continue;
      try {
        body_(begin, end);
      } catch (...) {
        std::lock_guard<std::mutex> lock(failing_);
        if (!failure_) failure_ = std::current_exception();
      }
      done_.fetch_add(end - begin);
      begin = next_.load();
    }
  }

  void wait() {
    for (int turns = 0; done_.load() < count_; ++turns) {
      if (turns < 1000) relax();
      else std::this_thread::yield();
    }
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  const int64_t count_, least_, threads_;
  std::atomic<int64_t> helpers_, next_{0}, done_{0};
  // Only touched while a part is left to take, when share_out() has not returned.
  const std::function<void(int64_t, int64_t)>& body_;
  std::mutex failing_;
  std::exception_ptr failure_;
};

class Helpers {
 public:
  // The threads live as long as the process.
  static Helpers& instance() {
    static Helpers* const helpers = new Helpers();
    return *helpers;
  }

  // False where other work is being shared out.
  bool run(const std::shared_ptr<Work>& work, int64_t helpers) {
    std::unique_lock<std::mutex> turn(turn_, std::try_to_lock);
    if (!turn) return false;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      for (; started_ < helpers; ++started_) std::thread([this] { serve(); }).detach();
      work_ = work;
      number_.fetch_add(1);
    }
    wake_.notify_all();
    work->take_part();
    std::lock_guard<std::mutex> lock(mutex_);
    work_.reset();
    return true;
  }

 private:
  void serve() {
    for (uint64_t seen = 0;;) {
      const auto sleeps = std::chrono::steady_clock::now() + kAwake;
      while (number_.load() == seen && std::chrono::steady_clock::now() < sleeps) relax();
      std::shared_ptr<Work> work;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait(lock, [&] { return number_.load() != seen; });
        seen = number_.load();
        work = work_;
      }
      if (work && work->admit()) work->take_part();
    }
  }

  std::mutex turn_, mutex_;
  std::condition_variable wake_;
  std::atomic<uint64_t> number_{0};
  std::shared_ptr<Work> work_;
  int64_t started_ = 0;
};

}  // namespace

void share_out(int64_t count, int64_t least, const std::function<void(int64_t, int64_t)>& body) {
  const int64_t threads = at::in_parallel_region() ? 1 : std::min<int64_t>(at::get_num_threads(), (count + least - 1) / least);
  if (threads > 1) {
    const auto work = std::make_shared<Work>(count, least, threads, body);
    if (Helpers::instance().run(work, threads - 1)) {
      work->wait();
      return;
    }
  }
  if (count > 0) body(0, count);
}

}  // namespace vlmq
