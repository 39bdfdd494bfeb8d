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

/// Gives each that has not failed yet the failure `why`: a store_failure of its own, since it is
/// caught on a thread of its own, where another one may still read it.
void fail_each(std::span<pending_write* const> writes, const std::exception_ptr& why) noexcept;

/// The first writer leads: it runs what has gathered. What gathers meanwhile is the next group, led
/// by its first writer. So one commit, and one wait for the disk, serves many. Whatever a leader
/// throws or cannot allocate, its followers return and the next group runs. Thread-safe.
class group_commit {
 public:
  /// `run` carries out a group, in its order, and says of each what became of it. It is called on
  /// one thread at a time. If it throws, all of the group have failed with what it threw.
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

  // Bounds how long the first one of a group waits for the others.
  static constexpr std::size_t largest_group = 64;

  /// Returns when it leads, or is done.
  void wait_for_turn(waiting_write& own, std::unique_lock<std::mutex>& lock);
  /// Runs the group that has gathered; `lock` is held before and after, not meanwhile.
  void lead(std::unique_lock<std::mutex>& lock) noexcept;
  /// The next one leads.
  void pass_on();

  const runner run_;
  mutable std::mutex mutex_;
  std::deque<waiting_write*> gathered_;
  bool somebody_leads_ = false;
};

}  // namespace dynamo::engine::store
