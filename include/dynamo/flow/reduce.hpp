// Steps that gather events in a state: reduce, group_by, windows and their triggers.
#pragma once

#include <dynamo/flow/emit.hpp>
#include <dynamo/flow/fold.hpp>
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

/// Why a state is looked at.
enum class trigger : std::uint8_t {
  every,  ///< so many events have come
  done,   ///< the stage has seen its last event
};

/// What a trigger's function may want to know.
struct trigger_info {
  unsigned stage = 0;        ///< the copy of the step, from 0
  unsigned stages = 1;       ///< how many there are
  std::uint64_t window = 0;  ///< windows before this one in this stage; 0 in the global window
  std::uint64_t events = 0;  ///< in the window so far
  flow::trigger reason = trigger::done;
};

namespace detail {

/// All events of a stage.
struct global_window {};

/// So many events of a stage after each other. `anew`: each window begins with a state of its own.
struct count_window {
  std::size_t count = 1;
  bool anew = true;
};

/// Emits the state.
struct state_trigger {};
/// Emits the elements of the state.
struct entries_trigger {};
/// Emits nothing: events were emitted before.
struct silent_trigger {};
/// Emits what a function of the user's says.
template <class F>
struct user_trigger {
  F f;

  // A step of its own to its author, a part of the reduce to the flow: they share a number.
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

  // What a trigger emits travels as `type`; `silent` if it emits nothing.
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
      anew();
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
      // Of a window that has just ended there is nothing to tell.
      bool open = true;
      if constexpr (std::is_same_v<Window, count_window>) open = !op_.window.anew || since_ != 0;
      if (open) fire(trigger::done);
      state_.reset();
      down_.finish();
    }

   private:
    void anew() { state_.emplace(op_.fold.template make<In>(at_)); }
    void full() {
      since_ = 0;
      fire(trigger::every);
      if (!op_.window.anew) return;
      anew();
      ++info_.window;
      info_.events = 0;
    }
    void fire(trigger reason) {
      info_.reason = reason;
      if constexpr (std::is_same_v<Trigger, state_trigger>) {
        if constexpr (std::is_same_v<Window, count_window>) {
          // The state is kept where the window goes on.
          if (reason == trigger::every && !op_.window.anew) {
            down_.push(state<In>(call(at_, [&] { return *state_; })));
            return;
          }
        }
        down_.push(std::move(*state_));
      } else if constexpr (std::is_same_v<Trigger, entries_trigger>) {
        if constexpr (std::is_same_v<Window, count_window>) {
          if (reason == trigger::every && !op_.window.anew) {
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
    std::size_t since_ = 0;  // events since a trigger
  };

  template <class In, class Down>
  auto attach(step_place at, const stage_info& copy, Down down) const {
    return stage<In, Down>(*this, at, copy, std::move(down));
  }
};

}  // namespace detail

/// A flow whose next step is a reduce over a window.
template <class Node>
class windowed_pipeline {
 public:
  windowed_pipeline(Node node, detail::count_window window)
      : node_(std::move(node)), window_(window) {}

  template <class Fold, class Trigger>
  auto reduce(Fold fold, Trigger when) && {
    using op = detail::reduce_op<Fold, detail::count_window, Trigger>;
    op::template check<Node>();
    return pipeline(detail::step_node<Node, op>(std::move(node_),
                                                op(std::move(fold), window_, std::move(when))));
  }

 private:
  Node node_;
  detail::count_window window_;
};

namespace detail {

template <class Fold, class Trigger>
class reduce_adaptor {
 public:
  using flow_adaptor = void;

  reduce_adaptor(Fold fold, Trigger when) : fold_(std::move(fold)), when_(std::move(when)) {}

  template <class Node>
  auto apply(Node node) && {
    using op = reduce_op<Fold, global_window, Trigger>;
    op::template check<Node>();
    return pipeline(
        step_node<Node, op>(std::move(node), op(std::move(fold_), {}, std::move(when_))));
  }
  template <class Node>
  auto apply(windowed_pipeline<Node> flow) && {
    return std::move(flow).reduce(std::move(fold_), std::move(when_));
  }

 private:
  Fold fold_;
  Trigger when_;
};

template <class A>
inline constexpr bool is_reduce_adaptor = false;
template <class Fold, class Trigger>
inline constexpr bool is_reduce_adaptor<reduce_adaptor<Fold, Trigger>> = true;

class window_adaptor {
 public:
  using flow_adaptor = void;

  explicit window_adaptor(count_window window) : window_(window) {}

  template <class Node>
  auto apply(Node node) && {
    return windowed_pipeline<Node>(std::move(node), window_);
  }

 private:
  count_window window_;
};

template <class Op>
inline constexpr bool is_reduce = false;
template <class Fold, class Window, class Trigger>
inline constexpr bool is_reduce<reduce_op<Fold, Window, Trigger>> = true;
template <class Trigger>
inline constexpr bool is_user_trigger = false;
template <class F>
inline constexpr bool is_user_trigger<user_trigger<F>> = true;

template <class F>
class trigger_adaptor {
 public:
  using flow_adaptor = void;

  explicit trigger_adaptor(F f) : f_(std::move(f)) {}

  template <class Node>
  auto apply(Node node) && {
    static_assert(
        requires { requires is_reduce<typename Node::op_type>; },
        "dynamo: flow: on_trigger stands right behind a reduce, a group_by or an "
        "emit_and_reduce.");
    using before = typename Node::op_type;
    using prev = typename Node::prev_type;
    using op = reduce_op<typename before::fold_type, typename before::window_type, user_trigger<F>>;
    static_assert(!is_user_trigger<typename before::trigger_type>,
                  "dynamo: flow: one on_trigger in a partition.");
    static_assert(triggered_by<F, typename before::template state<typename Node::in>>,
                  "dynamo: flow: on_trigger's function cannot be called with (state&) or (state&, "
                  "const trigger_info&). It is shared by all copies of its step, so it must be "
                  "callable as const.");
    if constexpr (before::fold_type::emits) {
      using fired = typename op::template fired_type<typename Node::in>;
      static_assert(
          std::is_same_v<fired, typename op::silent> || std::is_same_v<fired, typename Node::out>,
          "dynamo: flow: on_trigger emits other events than emit_and_reduce before it.");
    }
    return pipeline(step_node<prev, op>(
        std::move(node.prev),
        op(std::move(node.op.fold), std::move(node.op.window), user_trigger<F>{std::move(f_)})));
  }

 private:
  F f_;
};

struct emit_events_op : step_op {
  static constexpr const char* name = "emit_events";
  template <class In>
  using out = emitted<In, text::is_a_range>;

  template <class In, class Down>
  struct stage : passing_stage<Down> {
    step_place at;
    void push(In event) { emit<text::is_a_range>(at, static_cast<In>(event), this->down); }
  };

  template <class Node>
  static constexpr void check() {
    static_assert(emits_many<typename Node::out>,
                  "dynamo: flow: emit_events wants events that are ranges.");
  }
  template <class In, class Down>
  auto attach(step_place at, const stage_info&, Down down) const {
    return stage<In, Down>{{std::move(down)}, at};
  }
};

}  // namespace detail

template <class Node, adaptor A>
auto operator|(windowed_pipeline<Node> flow, A with) {
  static_assert(detail::is_reduce_adaptor<A>,
                "dynamo: flow: a window stands right before a reduce, a group_by or an "
                "emit_and_reduce.");
  return std::move(with).apply(std::move(flow));
}

/// Gathers the events of each stage in a state of its own: `init()` makes it, `f(state&, event)`
/// changes it. The state is one event, emitted when the stage has seen its last event, by each
/// stage, also by one that saw none; what follows acts on the states. Before a partition the stages
/// are those that read the source. One reduce in a partition.
template <class Init, class F>
[[nodiscard]] auto reduce(Init init, F f) {
  return detail::reduce_adaptor(detail::user_fold<Init, F, false>{std::move(init), std::move(f)},
                                detail::state_trigger{});
}

/// As `reduce`, but `f(state&, event)` returns the events to emit at once: a range, a std::optional
/// or one event (text is one). The state itself is not emitted; an `on_trigger` may do it.
template <class Init, class F>
[[nodiscard]] auto emit_and_reduce(Init init, F f) {
  return detail::reduce_adaptor(detail::user_fold<Init, F, true>{std::move(init), std::move(f)},
                                detail::silent_trigger{});
}

/// Gathers the events of each stage by key, in the order they came, and emits a
/// `std::pair<key, std::vector<value>>` for each key behind the last event. The groups are a
/// stage's: put a `partition` by the same key before it. A reduce as any other: its state is a
/// std::unordered_map, memory grows with the events.
template <class Key, class Value = std::identity>
[[nodiscard]] auto group_by(Key key, Value value = {}) {
  return detail::reduce_adaptor(detail::group_fold<Key, Value>{std::move(key), std::move(value)},
                                detail::entries_trigger{});
}

/// Ends the state of the reduce that follows, and begins anew, behind each `count` events of a
/// stage, 1 or more; the last window may have fewer, but is not empty.
[[nodiscard]] inline auto window_count(std::size_t count) {
  return detail::window_adaptor(
      {.count = detail::checked_count(count, "window_count"), .anew = true});
}

/// Triggers behind each `count` events of a stage, 1 or more, and at the end. The state of the
/// reduce that follows is kept; without an `on_trigger` it is emitted as a copy.
[[nodiscard]] inline auto trigger_every(std::size_t count) {
  return detail::window_adaptor(
      {.count = detail::checked_count(count, "trigger_every"), .anew = false});
}

/// Stands behind a reduce and decides what is emitted at the end of each of its windows, instead of
/// the state: `f(state&)` or `f(state&, const trigger_info&)` returns events as a range, a
/// std::optional, one event (text is one), or nothing. It may change the state.
template <class F>
[[nodiscard]] auto on_trigger(F f) {
  return detail::trigger_adaptor<F>(std::move(f));
}

/// Emits the elements of events that are ranges: of a reduce's states. A map's are pairs of key and
/// value.
[[nodiscard]] inline auto emit_events() {
  return detail::step_adaptor(detail::emit_events_op{});
}

}  // namespace dynamo::flow
