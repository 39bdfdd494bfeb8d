// What a stage is given besides its events: where to emit, and what it may say.
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

/// Where a stage puts its events: `emit(event)`. Valid during the call that it is given to, on that
/// thread alone; cheap to copy. Events are passed on when the call returns.
template <class Out>
class emit {
 public:
  using value_type = Out;
  explicit emit(detail::emitted<Out>& into) : into_(&into) {}

  void operator()(Out&& event) const { into_->events.push(std::move(event)); }
  void operator()(const Out& event) const { into_->events.push(event); }

  /// Emits what `write(Out&)` writes into an object that may be one used before, with all that was
  /// in it: for whoever fills it anew. Emits nothing if `write` returns false.
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
  /// The stream ends behind the events emitted in this call. For producers.
  void complete() const { into_->complete = true; }
  /// Emitted in this call so far.
  [[nodiscard]] std::size_t count() const { return into_->events.size(); }

 private:
  detail::emitted<Out>* into_;
};

/// About the events that a stage is given, and what it may do besides handling them. Valid during
/// the call, on that thread alone.
class delivery {
 public:
  /// True if the events, or some of them, were given to this stage before it crashed.
  bool redelivered = false;

  /// Asks for `count` more from each producer in manual subscriptions; 0 does nothing. The events
  /// that this call was given count as handled when it returns.
  void ask(std::size_t count) { asked_ = detail::sum_of_demands(asked_, count); }
  /// This stage is complete with this call: events that wait are dropped, its producers are told.
  void cancel() { cancelled_ = true; }

  [[nodiscard]] std::size_t asked() const noexcept { return asked_; }
  [[nodiscard]] bool cancelled() const noexcept { return cancelled_; }

 private:
  std::size_t asked_ = 0;
  bool cancelled_ = false;
};

/// Makes the runtime call a producer's `on_demand` again, with what is wanted then. For producers
/// that could not serve at once: keep the waker that `on_start(waker)` is given and call it, from
/// any thread, when there is something to emit. May outlive the stage; copyable.
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
