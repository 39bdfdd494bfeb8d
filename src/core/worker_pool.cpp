#include <dynamo/core/error.hpp>
#include <dynamo/core/worker_pool.hpp>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace dynamo {

struct worker_pool::state {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> tasks;
  bool ending = false;
  std::vector<std::thread> threads;

  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [&] { return ending || !tasks.empty(); });
      if (ending) return;
      std::function<void()> task = std::move(tasks.front());
      tasks.pop_front();
      lock.unlock();
      task();
      task = nullptr;  // what it owns ends without the lock
      lock.lock();
    }
  }
  void end() {
    {
      const std::lock_guard lock(mutex);
      ending = true;
    }
    changed.notify_all();
    for (std::thread& each : threads) each.join();
  }
};

worker_pool::worker_pool() : worker_pool(std::max(1U, std::thread::hardware_concurrency())) {}

worker_pool::worker_pool(std::size_t threads) : state_(std::make_unique<state>()) {
  if (threads == 0) {
    throw exception(
        {.kind = errc::invalid_argument, .message = "a pool of 0 threads runs nothing"});
  }
  state_->threads.reserve(threads);
  try {
    for (std::size_t i = 0; i < threads; ++i) {
      state_->threads.emplace_back([of = state_.get()] { of->work(); });
    }
  } catch (...) {
    state_->end();
    throw;
  }
}

worker_pool::~worker_pool() {
  state_->end();
}

void worker_pool::post(std::function<void()> task) {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->ending) return;
    state_->tasks.push_back(std::move(task));
  }
  state_->changed.notify_one();
}

std::size_t worker_pool::threads() const noexcept {
  return state_->threads.size();
}

bool worker_pool::runs_here() const noexcept {
  return std::ranges::any_of(state_->threads, [](const std::thread& each) {
    return each.get_id() == std::this_thread::get_id();
  });
}

}  // namespace dynamo
