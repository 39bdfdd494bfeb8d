// Worker pools: threads that run posted tasks.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace dynamo {

class worker_pool;

namespace detail {

/// A task that a pool can queue without an allocation: it is a node of the queue. It can be in one
/// queue at a time, once. Owned by shared pointers.
class pool_task {
 public:
  pool_task() = default;
  pool_task(const pool_task&) = delete;
  pool_task& operator=(const pool_task&) = delete;
  virtual ~pool_task() = default;

 protected:
  /// Called on a thread of the pool, after removal from the queue: it may be posted again.
  virtual void run() noexcept = 0;

 private:
  friend class dynamo::worker_pool;
  std::shared_ptr<pool_task> next_;  // next in the queue; guarded by the pool's lock
};

}  // namespace detail

/// A fixed number of threads and one queue. The destructor waits for running tasks and drops tasks
/// that have not started; it must not run on a thread of the pool. Thread-safe.
class worker_pool {
 public:
  /// Starts as many threads as the machine can run concurrently.
  worker_pool();
  /// Throws errc::invalid_argument if `threads` is 0.
  explicit worker_pool(std::size_t threads);
  worker_pool(const worker_pool&) = delete;
  worker_pool& operator=(const worker_pool&) = delete;
  ~worker_pool();

  /// Runs `task` on one of the threads, after those posted before. `task` must not throw: as on any
  /// thread, an exception that leaves it ends the process. Tasks posted during destruction are
  /// dropped. Throws std::bad_alloc; nothing was posted then.
  void post(std::function<void()> task);
  /// The same without an allocation. `task` must not be in a queue.
  void post(std::shared_ptr<detail::pool_task> task) noexcept;

  [[nodiscard]] std::size_t threads() const noexcept;
  /// Returns true on a thread of this pool: waiting there for other tasks may never end.
  [[nodiscard]] bool runs_here() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace dynamo
