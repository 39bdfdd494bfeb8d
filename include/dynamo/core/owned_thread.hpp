// Threads that are joined by their owner, also after a fork.
#pragma once

#include <dynamo/core/error.hpp>

#include <memory>
#include <new>
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
  [[nodiscard]] bool is_forked_child() const noexcept;

 private:
  int id_;
};

/// Leaks an object in a forked child: its destructor would wait for threads that do not exist
/// there, or for locks that they hold.
template <class T>
void abandon(std::unique_ptr<T>& owned) noexcept {
  [[maybe_unused]] T* const leaked = owned.release();
}
template <class T>
void abandon(std::shared_ptr<T>& shared) noexcept {
  struct owner {
    std::shared_ptr<T> object;
  };
  // If this allocation fails, the object is destroyed after all.
  [[maybe_unused]] auto* const leaked = new (std::nothrow) owner{shared};
  shared.reset();
}

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
    abandon_if_forked();
    home_ = other.home_;
    thread_ = std::move(other.thread_);
    return *this;
  }
  ~owned_thread() { abandon_if_forked(); }

  [[nodiscard]] bool is_forked_child() const noexcept { return home_.is_forked_child(); }
  [[nodiscard]] bool joinable() const noexcept { return thread_ && thread_->joinable(); }
  [[nodiscard]] bool is_this_thread() const noexcept {
    return thread_ && thread_->get_id() == std::this_thread::get_id();
  }
  /// Requires `joinable`.
  void join() {
    if (!is_forked_child()) thread_->join();
  }
  /// Requires `joinable`.
  void detach() { thread_->detach(); }

 private:
  // Even detaching would access memory that may belong to another thread here.
  void abandon_if_forked() noexcept {
    if (thread_ && is_forked_child()) abandon(thread_);
  }

  home_process home_;
  std::unique_ptr<std::thread> thread_;
};

}  // namespace dynamo::detail
