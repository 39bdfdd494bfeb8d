// Writers of several threads, committed together.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <vector>

namespace dynamo::engine::store {

class writer;

/// What somebody wants to write, and what became of it.
struct pending_write {
  const std::function<void(writer&)>* work = nullptr;
  bool decided = false;          ///< as `database::write_decided` wants it
  std::exception_ptr failure{};  ///< null: it is committed
};

/// Whoever comes first leads: he runs what has gathered, and what gathers meanwhile is the next
/// group, led by its first. So one commit, and one wait for the disk, serves many. Thread-safe.
class group_commit {
 public:
  /// `run` carries out a group, in its order, and says of each what became of it. It is called on
  /// one thread at a time, and does not throw.
  using runner = std::function<void(std::span<pending_write* const>)>;
  explicit group_commit(runner run) : run_(std::move(run)) {}

  /// Returns when `work` is committed, or throws why it is not.
  void write(const std::function<void(writer&)>& work, bool decided = false);
  /// Calls `work` in its turn, between two groups: what is written later waits. What it throws is
  /// passed on.
  void alone(const std::function<void()>& work);
  /// How many wait for the next group to begin.
  [[nodiscard]] std::size_t gathered() const;

 private:
  struct waiting_write : pending_write {
    bool alone = false;  // leads a group of nobody
    bool leads = false;
    bool done = false;
    std::condition_variable changed;
  };

  /// Returns when it leads, or is done.
  void wait_for_turn(waiting_write& own, std::unique_lock<std::mutex>& lock);
  /// The next one leads.
  void pass_on();

  const runner run_;
  mutable std::mutex mutex_;
  std::deque<waiting_write*> gathered_;
  bool somebody_leads_ = false;
};

}  // namespace dynamo::engine::store
