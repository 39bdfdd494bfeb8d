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

  // The worker that became idle last gets the next task: its stack and its part of the heap are
  // still in the caches.
  struct idle_worker {
    std::condition_variable changed;
    idle_worker* next = nullptr;
    bool waits = false;
  };

  explicit state(std::size_t count) : workers(count) { threads.reserve(count); }

  const detail::home_process home{};
  std::vector<idle_worker> workers;  // one for each thread
  std::mutex mutex;
  idle_worker* idle = nullptr;
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
  // Removes a worker from the idle ones, to be notified; null if there is none. With the lock.
  idle_worker* call_one() noexcept {
    idle_worker* const called = idle;
    if (called != nullptr) {
      idle = called->next;
      called->waits = false;
    }
    return called;
  }
  void work(idle_worker& self) {
    std::unique_lock lock(mutex);
    for (;;) {
      while (!ending && !first) {
        self.next = std::exchange(idle, &self);
        self.waits = true;
        self.changed.wait(lock, [&] { return !self.waits; });
      }
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
      while (idle_worker* const called = call_one()) called->changed.notify_one();
    }
    for (std::thread& each : threads) each.join();
  }
};

worker_pool::worker_pool() : worker_pool(std::max(1U, std::thread::hardware_concurrency())) {}

worker_pool::worker_pool(std::size_t threads) : state_(std::make_unique<state>(threads)) {
  if (threads == 0) {
    throw exception(
        {.kind = errc::invalid_argument, .message = "a pool of 0 threads runs nothing"});
  }
  try {
    for (state::idle_worker& each : state_->workers) {
      state_->threads.emplace_back([of = state_.get(), &each] { of->work(each); });
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
  state::idle_worker* called = nullptr;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->ending) return;
    detail::pool_task* const added = task.get();
    (state_->first ? state_->last->next_ : state_->first) = std::move(task);
    state_->last = added;
    called = state_->call_one();
  }
  if (called != nullptr) called->changed.notify_one();
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
