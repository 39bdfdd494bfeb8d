// Threads that run what is posted to them.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace dynamo {

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

  /// Runs `task` on one of the threads, behind those posted before. It must not throw. Tasks posted
  /// while the pool ends are dropped.
  void post(std::function<void()> task);

  [[nodiscard]] std::size_t threads() const noexcept;
  /// True on a thread of this pool: who waits there for other tasks may wait for ever.
  [[nodiscard]] bool runs_here() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace dynamo
