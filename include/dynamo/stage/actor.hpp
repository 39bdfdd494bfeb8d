// Something that does one thing at a time, on whatever thread of a pool is free.
#pragma once

#include <dynamo/core/worker_pool.hpp>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace dynamo::stage::detail {

/// Takes messages from any thread, and turns on a pool: in a turn it reads its messages, in the
/// order they came, and then works. Never concurrent with itself. Owned by shared pointers.
class actor : public std::enable_shared_from_this<actor> {
 public:
  actor(const actor&) = delete;
  actor& operator=(const actor&) = delete;
  virtual ~actor() = default;

  /// Runs `what` in one of the next turns. Thread-safe; nothing happens once the actor is closed.
  template <class F>
  void tell(F what) {
    put(std::make_unique<message_of<F>>(std::move(what)));
  }
  /// From now on messages are dropped; those that wait are dropped too. From a turn, or when no
  /// turn is to come.
  void close();

 protected:
  /// The pool must outlive the last turn.
  explicit actor(worker_pool& pool) : pool_(pool) {}

  [[nodiscard]] worker_pool& its_pool() const noexcept { return pool_; }

  /// Works. Returns whether there is more to do at once.
  virtual bool turn() = 0;

 private:
  struct message {
    message() = default;
    message(const message&) = delete;
    message& operator=(const message&) = delete;
    virtual ~message() = default;
    virtual void read() = 0;
  };
  template <class F>
  struct message_of final : message {
    explicit message_of(F of) : what(std::move(of)) {}
    void read() override { what(); }
    F what;
  };
  using messages = std::vector<std::unique_ptr<message>>;

  void put(std::unique_ptr<message> what);
  void run();

  worker_pool& pool_;
  std::mutex mutex_;
  messages inbox_;
  messages reading_;  // of the turn
  bool scheduled_ = false;
  bool closed_ = false;
};

}  // namespace dynamo::stage::detail
