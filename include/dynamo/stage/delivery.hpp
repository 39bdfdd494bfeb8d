// What the runtime passes to a stage besides its events: `emit`, `delivery` and `waker`.
#pragma once

#include <dynamo/stage/demand.hpp>
#include <dynamo/stage/event_buffer.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace dynamo::stage {

namespace detail {
template <class Out>
struct emitted {
  chunk<Out> events;
  bool complete = false;
};
}  // namespace detail

/// Emits a stage's events: `emit(event)`. Valid during the call that receives it, on that thread
/// only; cheap to copy. Events are passed on when the call returns.
template <class Out>
class emit {
 public:
  using value_type = Out;
  explicit emit(detail::emitted<Out>& into) : into_(&into) {}

  void operator()(Out&& event) const { into_->events.push(std::move(event)); }
  void operator()(const Out& event) const { into_->events.push(event); }

  /// Emits the object that `write(Out&)` fills. The object may have been used before and still hold
  /// its old contents, which `write` must overwrite. Emits nothing if `write` returns false.
  template <class F>
  bool in_place(F&& write) const {
    Out& place = into_->events.place();
    bool written = false;
    try {
      written = std::forward<F>(write)(place);
    } catch (...) {
      into_->events.give_up();
      throw;
    }
    if (written) {
      into_->events.commit();
    } else {
      into_->events.give_up();
    }
    return written;
  }
  /// Ends the stream after the events emitted in this call. For producers.
  void complete() const { into_->complete = true; }
  /// Returns the number of events emitted in this call so far.
  [[nodiscard]] std::size_t count() const { return into_->events.size(); }

 private:
  detail::emitted<Out>* into_;
};

/// Describes the events that a stage receives, and controls its subscriptions. Valid during the
/// call, on that thread only.
class delivery {
 public:
  /// True if some of the events were delivered to this stage before it crashed.
  bool redelivered = false;

  /// Asks each producer in manual subscriptions for `count` more events; 0 does nothing. The events
  /// of this call count as handled when it returns.
  void ask(std::size_t count) { asked_ = detail::sum_of_demands(asked_, count); }
  /// Completes this stage with this call: waiting events are dropped, its producers are notified.
  void cancel() { cancelled_ = true; }

  [[nodiscard]] std::size_t asked() const noexcept { return asked_; }
  [[nodiscard]] bool cancelled() const noexcept { return cancelled_; }

 private:
  std::size_t asked_ = 0;
  bool cancelled_ = false;
};

/// Makes the runtime call a producer's `on_demand` again, with the demand at that time. For
/// producers that could not serve the demand at once: keep the waker that `on_start(waker)`
/// receives, and call it on any thread when there are events to emit. Copyable; may outlive the
/// stage.
class waker {
 public:
  waker() = default;
  explicit waker(std::function<void()> wake) : wake_(std::move(wake)) {}
  void operator()() const {
    if (wake_) wake_();
  }

 private:
  std::function<void()> wake_;
};

}  // namespace dynamo::stage
