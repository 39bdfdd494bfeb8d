// Something that does one thing at a time, on whatever thread of a pool is free.
#pragma once

#include <dynamo/core/error.hpp>
#include <dynamo/core/worker_pool.hpp>

#include <memory>
#include <mutex>
#include <utility>

namespace dynamo::stage::detail {

/// Thrown by a step of the runtime that failed halfway, so that no restart mends it: ends the
/// actor. Never given to users' code.
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

/// Takes messages from any thread, and turns on a pool: in a turn it reads its messages, in the
/// order they came, and then works. Never concurrent with itself. Owned by shared pointers.
///
/// A message that does not fit into memory, and an exception that leaves a message or a turn, end
/// the actor that it concerns: `perish` is called, in a turn, which needs no memory to be had.
class actor : public dynamo::detail::pool_task, public std::enable_shared_from_this<actor> {
 public:
  /// Runs `what` in one of the next turns. Thread-safe; nothing happens once the actor is closed.
  template <class F>
  void tell(F what) noexcept {
    try {
      try_tell(std::move(what));
    } catch (...) {
      lose();
    }
  }
  /// The same for a message that cannot be made without an allocation: `make` returns it.
  template <class F>
  void tell_made(F make) noexcept {
    try {
      try_tell(make());
    } catch (...) {
      lose();
    }
  }
  /// The same. Returns false if the actor is closed. Throws std::bad_alloc: nothing happens then.
  template <class F>
  bool try_tell(F what) {
    return put(std::make_unique<message_of<F>>(std::move(what)));
  }
  /// Leads to a turn that begins later. Thread-safe; nothing happens once the actor is closed.
  void wake() noexcept;
  /// Something that the actor had to know could not be told: it ends, in one of the next turns.
  /// Thread-safe; nothing happens once the actor is closed.
  void lose() noexcept;
  /// From now on messages are dropped; those that wait are dropped too. From a turn, or when no
  /// turn is to come.
  void close() noexcept;
  ~actor() override;

 protected:
  /// The pool must outlive the last turn.
  explicit actor(worker_pool& pool) : pool_(pool) {}

  [[nodiscard]] worker_pool& its_pool() const noexcept { return pool_; }

  /// Works. Returns whether there is more to do at once.
  virtual bool turn() = 0;
  /// Ends for want of memory, or for what was thrown. May be called more than once.
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
  // A list through the messages: taking one in cannot fail.
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
  // Runs a message or a turn. True if it threw, and the actor has perished.
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
