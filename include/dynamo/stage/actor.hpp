// An object that does one thing at a time, on any free thread of a pool.
#pragma once

#include <dynamo/core/error.hpp>
#include <dynamo/core/worker_pool.hpp>

#include <memory>
#include <mutex>
#include <utility>

namespace dynamo::stage::detail {

/// Thrown by a runtime step that failed halfway, so that a restart cannot repair it: ends the
/// actor. Never passed to user code.
struct beyond_repair {
  error why;
};

/// Runs a step of the runtime that must not fail halfway. Throws `beyond_repair` if it does.
template <class F>
decltype(auto) irrevocably(F&& step) {
  try {
    return std::forward<F>(step)();
  } catch (...) {
    throw beyond_repair{dynamo::detail::caught_error()};
  }
}

/// Receives messages from any thread, and runs turns on a pool: in a turn it handles its messages,
/// in the order they arrived, and then works. Turns of one actor are never concurrent. Owned by
/// shared pointers.
///
/// A message that does not fit into memory, and an exception that leaves a message or a turn, end
/// the actor concerned: `perish` is called in a turn, which needs no additional memory.
class actor : public dynamo::detail::pool_task, public std::enable_shared_from_this<actor> {
 public:
  /// Runs `what` in one of the next turns. Thread-safe; does nothing once the actor is closed.
  template <class F>
  void tell(F what) noexcept {
    try {
      try_tell(std::move(what));
    } catch (...) {
      lose();
    }
  }
  /// The same for a message that cannot be created without an allocation: `make` returns it.
  template <class F>
  void tell_made(F make) noexcept {
    try {
      try_tell(make());
    } catch (...) {
      lose();
    }
  }
  /// The same. Returns false if the actor is closed. Throws std::bad_alloc and does nothing then.
  template <class F>
  bool try_tell(F what) {
    return put(std::make_unique<message_of<F>>(std::move(what)));
  }
  /// Schedules a turn that begins later. Thread-safe; does nothing once the actor is closed.
  void wake() noexcept;
  /// Ends the actor in one of the next turns, because a message that it needs could not be sent.
  /// Thread-safe; does nothing once the actor is closed.
  void lose() noexcept;
  /// Drops the waiting messages and all later ones. Call it in a turn, or when no turn will follow.
  void close() noexcept;
  ~actor() override;

 protected:
  /// The pool must outlive the last turn.
  explicit actor(worker_pool& pool) : pool_(pool) {}

  [[nodiscard]] worker_pool& its_pool() const noexcept { return pool_; }

  /// Works. Returns whether there is more to do at once.
  virtual bool turn() = 0;
  /// Ends the actor for lack of memory, or for an exception. May be called more than once.
  virtual void perish(error why) noexcept = 0;

 private:
  struct message {
    message() = default;
    message(const message&) = delete;
    message& operator=(const message&) = delete;
    virtual ~message() = default;
    virtual void read() = 0;

    std::unique_ptr<message> next;
  };
  template <class F>
  struct message_of final : message {
    explicit message_of(F of) : what(std::move(of)) {}
    void read() override { what(); }
    F what;
  };
  // A list linked through the messages: adding one cannot fail.
  class messages {
   public:
    messages() = default;
    messages(const messages&) = delete;
    messages& operator=(const messages&) = delete;
    ~messages();
    [[nodiscard]] bool empty() const noexcept { return !first_; }
    void push(std::unique_ptr<message> added) noexcept;
    [[nodiscard]] std::unique_ptr<message> pop() noexcept;
    void swap(messages& other) noexcept;

   private:
    std::unique_ptr<message> first_;
    message* last_ = nullptr;  // if there is a first
  };

  bool put(std::unique_ptr<message> what) noexcept;
  void schedule() noexcept;  // with the lock
  void run() noexcept final;
  // Runs a message or a turn. Returns true if it threw, and the actor has perished.
  template <class F>
  bool breaks(F&& step) noexcept;

  worker_pool& pool_;
  std::mutex mutex_;
  messages inbox_;
  bool scheduled_ = false;
  bool closed_ = false;
  bool woken_ = false;
  bool lost_ = false;
};

}  // namespace dynamo::stage::detail
