// Threads that run what is posted to them.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace dynamo {

class worker_pool;

namespace detail {

/// Work that a pool can queue without an allocation: it is a node of the queue. In one queue at a
/// time, and once. Owned by shared pointers.
class pool_task {
 public:
  pool_task() = default;
  pool_task(const pool_task&) = delete;
  pool_task& operator=(const pool_task&) = delete;
  virtual ~pool_task() = default;

 protected:
  /// On a thread of the pool. Out of the queue already: it may be posted again.
  virtual void run() noexcept = 0;

 private:
  friend class dynamo::worker_pool;
  std::shared_ptr<pool_task> next_;  // in the queue; with the pool's lock
};

}  // namespace detail

/// A fixed number of threads and one queue. Thread-safe. Its end waits for the tasks that run and
/// drops those that have not begun; a pool must not be ended by a thread of its own.
class worker_pool {
 public:
  /// As many threads as the machine runs at a time.
  worker_pool();
  /// Throws errc::invalid_argument if `threads` is 0.
  explicit worker_pool(std::size_t threads);
  worker_pool(const worker_pool&) = delete;
  worker_pool& operator=(const worker_pool&) = delete;
  ~worker_pool();

  /// Runs `task` on one of the threads, after those posted before. It must not throw: as on any
  /// thread, an exception that leaves it ends the process. Tasks posted while the pool ends are
  /// dropped. Throws std::bad_alloc; nothing was posted then.
  void post(std::function<void()> task);
  /// The same, without an allocation. `task` must not be in a queue.
  void post(std::shared_ptr<detail::pool_task> task) noexcept;

  [[nodiscard]] std::size_t threads() const noexcept;
  /// True on a thread of this pool: who waits there for other tasks may wait for ever.
  [[nodiscard]] bool runs_here() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace dynamo
