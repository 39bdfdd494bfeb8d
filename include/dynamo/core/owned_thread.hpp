// Threads that are joined by their owner, also after a fork.
#pragma once

#include <dynamo/core/error.hpp>

#include <memory>
#include <string_view>
#include <thread>
#include <utility>

namespace dynamo::detail {

/// Records the process in which it was created; copies record the same process. Threads and locks
/// do not survive a fork.
class home_process {
 public:
  home_process() noexcept;
  /// Returns true in a child that was forked since then. Costs a system call.
  [[nodiscard]] bool is_elsewhere() const noexcept;

 private:
  int id_;
};

/// Returns the error for using `what`, such as "client", in a child of the process that created it.
[[nodiscard]] error made_before_fork(std::string_view what);

/// A std::thread that may be joined or destroyed in a forked child: the thread does not exist
/// there, so there is nothing to wait for.
class owned_thread {
 public:
  owned_thread() noexcept = default;
  /// Throws std::system_error if the thread cannot be started.
  template <class F>
  explicit owned_thread(F work) : thread_(std::make_unique<std::thread>(std::move(work))) {}
  owned_thread(owned_thread&&) noexcept = default;
  owned_thread& operator=(owned_thread&& other) noexcept {
    leave_if_elsewhere();
    home_ = other.home_;
    thread_ = std::move(other.thread_);
    return *this;
  }
  ~owned_thread() { leave_if_elsewhere(); }

  [[nodiscard]] bool is_elsewhere() const noexcept { return home_.is_elsewhere(); }
  [[nodiscard]] bool joinable() const noexcept { return thread_ && thread_->joinable(); }
  [[nodiscard]] bool is_this_thread() const noexcept {
    return thread_ && thread_->get_id() == std::this_thread::get_id();
  }
  /// Requires `joinable`.
  void join() {
    if (!is_elsewhere()) thread_->join();
  }
  /// Requires `joinable`.
  void detach() { thread_->detach(); }

 private:
  // Even detaching would access memory that may belong to another thread here.
  void leave_if_elsewhere() noexcept {
    if (thread_ && is_elsewhere()) [[maybe_unused]]
      std::thread* const left = thread_.release();
  }

  home_process home_;
  std::unique_ptr<std::thread> thread_;
};

}  // namespace dynamo::detail
