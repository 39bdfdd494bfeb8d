// The part of a process that is independent of its state and messages: start and end.
#pragma once

#include <dynamo/core/error.hpp>

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace dynamo {

/// How a process ended.
struct process_end {
  std::exception_ptr failure{};  ///< exception of a handler or a linked process; null: ended
                                 ///< normally

  [[nodiscard]] bool normal() const noexcept { return failure == nullptr; }
};

namespace detail {

[[noreturn]] void called_by_itself();
[[noreturn]] void state_was_taken();

/// Lets a caller wait for the end of a call. Thread-safe.
class call_slot {
 public:
  /// Blocks until the call is settled. Throws the exception of the call, or errc::cancelled if the
  /// process ended before.
  void wait();

 protected:
  void answered();
  void thrown(std::exception_ptr what);
  /// Has no effect if the call was settled before.
  void dropped();

 private:
  enum class outcome : std::uint8_t { none, answered, thrown, dropped };
  void settle(outcome how, std::exception_ptr what);

  std::mutex mutex_;
  std::condition_variable changed_;
  outcome outcome_ = outcome::none;
  std::exception_ptr thrown_;
};

/// The work of a call.
class process_work {
 public:
  virtual ~process_work() = default;
  virtual void run(void* state) = 0;
};

template <class R>
struct call_response : call_slot {
  std::conditional_t<std::is_void_v<R>, std::monostate, std::optional<R>> value;

  template <class F, class State>
  void settle_with(F& f, State& state) {
    std::exception_ptr failure;
    try {
      if constexpr (std::is_void_v<R>) {
        std::invoke(f, state);
      } else {
        value.emplace(std::invoke(f, state));
      }
    } catch (...) {
      failure = std::current_exception();
    }
    // Outside the handler, so that this thread no longer holds the exception.
    if (failure) {
      thrown(std::move(failure));
    } else {
      answered();
    }
  }
  void settle_without() { dropped(); }
};

/// Uses `f` only before the answer is settled; the destructor settles it.
template <class State, class F, class R>
class call_work final : public process_work {
 public:
  call_work(F& f, std::shared_ptr<call_response<R>> answer) : f_(f), answer_(std::move(answer)) {}
  call_work(const call_work&) = delete;
  call_work& operator=(const call_work&) = delete;
  ~call_work() override { answer_->settle_without(); }

  void run(void* state) override { answer_->settle_with(f_, *static_cast<State*>(state)); }

 private:
  F& f_;
  const std::shared_ptr<call_response<R>> answer_;
};

/// Asks a process to end after the messages before it.
struct stop_request {};
using process_call = std::unique_ptr<process_work>;

/// The contents of the mailbox of a process.
template <class M>
using envelope_contents = std::variant<M, process_call, stop_request>;
template <class M>
struct envelope {
  envelope_contents<M> contents;
};

/// Start and end of one process. Thread-safe.
class process_core {
 public:
  using observer = std::function<void(const process_end&)>;

  explicit process_core(std::function<void()> close_inbox) : close_inbox_(std::move(close_inbox)) {}

  // Called on the process's thread.
  void started();
  /// Ends the process. `failure` is ignored if the process was killed before. Calls the observers;
  /// the exception of an observer becomes the failure if there was none.
  void end(std::exception_ptr failure);

  // Called on any thread.
  /// Blocks until it has started, or ended before.
  void wait_until_started();
  /// Calls `tell` at the end, on the process's thread; at once, on the calling thread, if it has
  /// ended.
  void observe(observer tell);
  /// Ends the process with `reason` after the message that it is handling.
  void kill(std::exception_ptr reason);
  [[nodiscard]] bool ended() const;
  /// Returns the exception that ended the process. Requires that it has ended.
  [[nodiscard]] std::exception_ptr failure() const;
  [[nodiscard]] bool is_this_thread() const;

 private:
  const std::function<void()> close_inbox_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::thread::id thread_;
  bool started_ = false;
  std::exception_ptr killed_;
  std::optional<process_end> end_;
  std::vector<observer> observers_;
};

/// The abnormal end of each of the two ends the other.
void link(const std::shared_ptr<process_core>& one, const std::shared_ptr<process_core>& other);

}  // namespace detail
}  // namespace dynamo
