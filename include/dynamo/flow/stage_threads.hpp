// The threads of a flow, which start together and end together, once.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace dynamo::flow::detail {

/// Runs the stages of one flow, each on its own thread. The first failure in any stage, or a stop,
/// ends all of them: no stage continues, and waiting stages are woken. The objects that stages use
/// must outlive the stage_threads; its destructor ends and joins them.
class stage_threads {
 public:
  /// One copy of a group's steps.
  class stage {
   public:
    stage() = default;
    stage(const stage&) = delete;
    stage& operator=(const stage&) = delete;
    virtual ~stage() = default;
    /// Returns when its input has ended, or soon after `of.ending()`.
    virtual void run(stage_threads& of) = 0;
  };

  stage_threads() = default;
  stage_threads(const stage_threads&) = delete;
  stage_threads& operator=(const stage_threads&) = delete;
  ~stage_threads();

  // Call these before `start`, on one thread.

  void add(std::unique_ptr<stage> one) { stages_.push_back(std::move(one)); }
  /// Calls `wake` once when the flow ends without completing, on the thread that ends it, to wake
  /// waiting stages. `wake` must not throw or block.
  void on_end(std::function<void()> wake) { wakes_.push_back(std::move(wake)); }
  /// Adds a stop token that ends the flow with errc::cancelled.
  void obey(std::stop_token stop);

  /// Starts every stage. If a thread cannot be started, the flow fails.
  void start();
  /// Returns true if stages must not continue.
  [[nodiscard]] bool ending() const noexcept { return ending_.load(std::memory_order_relaxed); }
  /// Waits for all stages. Throws the error that ended the flow if it did not complete.
  void join();

  /// Ends the flow without a failure, when its events are not needed any more. Thread-safe.
  void abandon() noexcept { end(nullptr); }

 private:
  using stop_callback = std::stop_callback<std::function<void()>>;

  void end(std::exception_ptr failure) noexcept;
  void run(std::unique_ptr<stage> one) noexcept;

  std::vector<std::unique_ptr<stage>> stages_;
  std::vector<std::function<void()>> wakes_;
  std::vector<std::stop_token> stops_;
  std::vector<std::unique_ptr<stop_callback>> obeyed_;
  std::atomic<bool> ending_ = false;
  std::mutex mutex_;
  std::size_t unfinished_ = 0;
  std::exception_ptr failure_;
  std::vector<std::jthread> threads_;
};

}  // namespace dynamo::flow::detail
