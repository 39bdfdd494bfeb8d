#include <dynamo/core/error.hpp>
#include <dynamo/core/owned_thread.hpp>
#include <dynamo/core/worker_pool.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace dynamo {
namespace {

class function_task final : public detail::pool_task {
 public:
  explicit function_task(std::function<void()> what) : what_(std::move(what)) {}

 private:
  void run() noexcept override { what_(); }

  std::function<void()> what_;
};

}  // namespace

struct worker_pool::state {
  using task_pointer = std::shared_ptr<detail::pool_task>;

  const detail::home_process home{};
  std::mutex mutex;
  std::condition_variable changed;
  task_pointer first;
  detail::pool_task* last = nullptr;  // of the queue, if there is a first
  bool ending = false;
  std::vector<std::thread> threads;

  ~state() {
    // One by one: the end of the first must not recurse into the others'.
    while (first) take();
  }

  // With the lock, unless no thread is left.
  task_pointer take() noexcept {
    task_pointer task = std::move(first);
    first = std::move(task->next_);
    return task;
  }
  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [&] { return ending || first; });
      if (ending) return;
      task_pointer task = take();
      lock.unlock();
      task->run();
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
  if (state_->home.is_forked_child())
    detail::abandon(state_);
  else
    state_->end();
}

void worker_pool::post(std::function<void()> task) {
  post(std::make_shared<function_task>(std::move(task)));
}

void worker_pool::post(std::shared_ptr<detail::pool_task> task) noexcept {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->ending) return;
    detail::pool_task* const added = task.get();
    (state_->first ? state_->last->next_ : state_->first) = std::move(task);
    state_->last = added;
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
