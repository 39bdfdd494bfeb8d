// Commits writes of several threads together.
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

/// A write and its outcome.
struct pending_write {
  const std::function<void(writer&)>* work = nullptr;
  bool decided = false;          ///< as in `database::write_decided`
  std::exception_ptr failure{};  ///< null: committed
};

/// Gives each write without a failure the failure `why`, as its own copy: each is caught on another
/// thread, which may still read it.
void fail_each(std::span<pending_write* const> writes, const std::exception_ptr& why) noexcept;

/// The first writer leads: it runs all writes queued so far. Writes queued meanwhile form the next
/// group, led by its first writer. So one commit, and one wait for the disk, serves many writes. If
/// a leader throws or cannot allocate, its followers still return and the next group runs.
/// Thread-safe.
class group_commit {
 public:
  /// `run` executes a group in order and records the outcome of each write. It is called on one
  /// thread at a time. If it throws, all writes of the group have failed with that exception.
  using runner = std::function<void(std::span<pending_write* const>)>;
  explicit group_commit(runner run) : run_(std::move(run)) {}

  /// Returns when `work` is committed, or throws why it is not.
  void write(const std::function<void(writer&)>& work, bool decided = false);
  /// Calls `work` between two groups: later writes wait. Its exceptions are passed on.
  void alone(const std::function<void()>& work);
  /// The number of writes that wait for the next group.
  [[nodiscard]] std::size_t gathered() const;

 private:
  struct waiting_write : pending_write {
    bool alone = false;  // leads an empty group
    bool leads = false;
    bool done = false;
    std::condition_variable changed;
  };

  // Bounds how long the first writer of a group waits for the others.
  static constexpr std::size_t largest_group = 64;

  /// Returns when the writer leads, or its write is done.
  void wait_for_turn(waiting_write& own, std::unique_lock<std::mutex>& lock);
  /// Runs the queued group; `lock` is held on entry and return, but not meanwhile.
  void lead(std::unique_lock<std::mutex>& lock) noexcept;
  /// Makes the next writer the leader.
  void pass_on();

  const runner run_;
  mutable std::mutex mutex_;
  std::deque<waiting_write*> gathered_;
  bool somebody_leads_ = false;
};

}  // namespace dynamo::engine::store
