// The step that implements reduce, group_by and emit_and_reduce: a state for each window of a
// stage, and the events that its trigger emits.
#pragma once

#include <dynamo/flow/emit.hpp>
#include <dynamo/flow/node.hpp>
#include <dynamo/flow/operations.hpp>
#include <dynamo/flow/step.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace dynamo::flow {

/// The reason of a trigger.
enum class trigger : std::uint8_t {
  every,  ///< the given number of events has arrived
  done,   ///< the stage has seen its last event
};

/// Passed to the function of a trigger.
struct trigger_info {
  unsigned stage = 0;        ///< the copy of the step, from 0
  unsigned stages = 1;       ///< number of copies
  std::uint64_t window = 0;  ///< windows before this one in this stage; 0 in the global window
  std::uint64_t events = 0;  ///< so far in the window
  flow::trigger reason = trigger::done;
};

namespace detail {

/// All events of a stage.
struct global_window {};

/// A number of consecutive events of a stage. `resets_state`: each window starts with a new state.
struct count_window {
  std::size_t count = 1;
  bool resets_state = true;
};

/// Emits the state.
struct state_trigger {};
/// Emits the elements of the state.
struct entries_trigger {};
/// Emits nothing: the events were emitted before.
struct silent_trigger {};
/// Emits the events that a user's function returns.
template <class F>
struct user_trigger {
  F f;

  // The user sees a separate step, the flow a part of the reduce: both have the same number.
  static step_place place(step_place of_reduce) {
    return {.operation = "on_trigger", .number = of_reduce.number};
  }
  template <class State>
  decltype(auto) operator()(step_place of_reduce, State& state, const trigger_info& info) const {
    const step_place at = place(of_reduce);
    if constexpr (std::invocable<const F&, State&, const trigger_info&>) {
      return call(at, f, state, info);
    } else {
      return call(at, f, state);
    }
  }
};

template <class F, class State>
concept triggered_by =
    std::invocable<const F&, State&, const trigger_info&> || std::invocable<const F&, State&>;

template <class Fold, class Window, class Trigger>
struct reduce_op : step_op {
  static constexpr const char* name = Fold::name;
  static constexpr bool reduces = true;
  using fold_type = Fold;
  using window_type = Window;
  using trigger_type = Trigger;

  template <class In>
  using state = typename Fold::template state<In>;

  // The type in which a trigger's events are passed on; `silent` if it emits nothing.
  struct silent {};
  template <class In, class T>
  struct fired;
  template <class In>
  struct fired<In, state_trigger> : std::type_identity<state<In>&&> {};
  template <class In>
  struct fired<In, entries_trigger> : std::type_identity<emitted<state<In>, text::is_an_event>> {};
  template <class In>
  struct fired<In, silent_trigger> : std::type_identity<silent> {};
  template <class In, class F>
  struct fired<In, user_trigger<F>> {
    using returned = decltype(std::declval<const user_trigger<F>&>()(
        step_place{}, std::declval<state<In>&>(), trigger_info{}));
    template <class R>
    struct of : std::type_identity<emitted<R, text::is_an_event>> {};
    template <class R>
      requires std::is_void_v<R>
    struct of<R> : std::type_identity<silent> {};
    using type = typename of<returned>::type;
  };
  template <class In>
  using fired_type = typename fired<In, Trigger>::type;

  template <class In>
  struct out_of : std::type_identity<fired_type<In>> {};
  template <class In>
    requires Fold::emits
  struct out_of<In>
      : std::type_identity<emitted<typename Fold::template added<In>, text::is_an_event>> {};
  template <class In>
    requires(!Fold::emits && std::is_same_v<fired_type<In>, silent>)
  struct out_of<In> : std::type_identity<silent&&> {};
  template <class In>
  using out = typename out_of<In>::type;

  Fold fold;
  Window window;
  Trigger on_trigger;

  reduce_op(Fold by, Window over, Trigger when)
      : fold(std::move(by)), window(std::move(over)), on_trigger(std::move(when)) {}

  template <class Node>
  static constexpr void check() {
    static_assert(
        !Node::reduced,
        "dynamo: flow: one reduce in a partition: put a partition or a shuffle before the "
        "second.");
    Fold::template check<typename Node::out>();
  }

  template <class In, class Down>
  class stage {
   public:
    stage(const reduce_op& op, step_place at, const stage_info& copy, Down down)
        : op_(op), at_(at), down_(std::move(down)) {
      info_.stage = copy.index;
      info_.stages = copy.total;
    }

    void begin() {
      down_.begin();
      reset_state();
    }
    void push(In event) {
      if constexpr (Fold::emits) {
        emit<text::is_an_event>(at_, op_.fold.template add<In>(at_, *state_, event), down_);
      } else {
        op_.fold.template add<In>(at_, *state_, event);
      }
      if constexpr (std::is_same_v<Window, count_window>) {
        ++info_.events;
        ++since_;
        if (since_ == op_.window.count) full();
      } else {
        ++info_.events;
      }
    }
    void batch_end() { down_.batch_end(); }
    void finish() {
      // A window that has just ended is not reported again.
      bool open = true;
      if constexpr (std::is_same_v<Window, count_window>)
        open = !op_.window.resets_state || since_ != 0;
      if (open) fire(trigger::done);
      state_.reset();
      down_.finish();
    }

   private:
    void reset_state() { state_.emplace(op_.fold.template make<In>(at_)); }
    void full() {
      since_ = 0;
      fire(trigger::every);
      if (!op_.window.resets_state) return;
      reset_state();
      ++info_.window;
      info_.events = 0;
    }
    void fire(trigger reason) {
      info_.reason = reason;
      if constexpr (std::is_same_v<Trigger, state_trigger>) {
        if constexpr (std::is_same_v<Window, count_window>) {
          // The state is kept if the window continues.
          if (reason == trigger::every && !op_.window.resets_state) {
            down_.push(state<In>(call(at_, [&] { return *state_; })));
            return;
          }
        }
        down_.push(std::move(*state_));
      } else if constexpr (std::is_same_v<Trigger, entries_trigger>) {
        if constexpr (std::is_same_v<Window, count_window>) {
          if (reason == trigger::every && !op_.window.resets_state) {
            emit<text::is_an_event>(at_, call(at_, [&] { return *state_; }), down_);
            return;
          }
        }
        emit<text::is_an_event>(at_, std::move(*state_), down_);
      } else if constexpr (!std::is_same_v<Trigger, silent_trigger>) {
        if constexpr (std::is_same_v<fired_type<In>, silent>) {
          op_.on_trigger(at_, *state_, info_);
        } else {
          emit<text::is_an_event>(Trigger::place(at_), op_.on_trigger(at_, *state_, info_), down_);
        }
      }
    }

    const reduce_op& op_;
    step_place at_;
    Down down_;
    std::optional<state<In>> state_;
    trigger_info info_;
    std::size_t since_ = 0;  // events since the last trigger
  };

  template <class In, class Down>
  auto attach(step_place at, const stage_info& copy, Down down) const {
    return stage<In, Down>(*this, at, copy, std::move(down));
  }
};

}  // namespace detail

}  // namespace dynamo::flow
