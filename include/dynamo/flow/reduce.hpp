// Steps that collect events in a state: reduce, group_by, windows and their triggers.
#pragma once

#include <dynamo/flow/emit.hpp>
#include <dynamo/flow/fold.hpp>
#include <dynamo/flow/node.hpp>
#include <dynamo/flow/operations.hpp>
#include <dynamo/flow/reduce_op.hpp>
#include <dynamo/flow/step.hpp>

#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>

namespace dynamo::flow {

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
        "dynamo: flow: on_trigger must directly follow a reduce, a group_by or an "
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
                  "dynamo: flow: emit_events requires events that are ranges.");
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

/// Reduces the events of each stage to a state: `init()` creates it, `f(state&, event)` changes it.
/// Each stage emits its state as one event after its last event, even if it had no events; the
/// steps after it handle the states. Before a partition, the stages are those that read the source.
/// At most one reduce per partition.
template <class Init, class F>
[[nodiscard]] auto reduce(Init init, F f) {
  return detail::reduce_adaptor(detail::user_fold<Init, F, false>{std::move(init), std::move(f)},
                                detail::state_trigger{});
}

/// As `reduce`, but `f(state&, event)` returns the events to emit at once: a range, a std::optional
/// or one event (text is one event). The state is not emitted; an `on_trigger` may emit it.
template <class Init, class F>
[[nodiscard]] auto emit_and_reduce(Init init, F f) {
  return detail::reduce_adaptor(detail::user_fold<Init, F, true>{std::move(init), std::move(f)},
                                detail::silent_trigger{});
}

/// Groups the events of each stage by key, in the order they arrive, and emits a `std::pair<key,
/// std::vector<value>>` for each key after the last event. Each stage has its own groups: put a
/// `partition` by the same key before it. This is a reduce whose state is a std::unordered_map;
/// memory grows with the events.
template <class Key, class Value = std::identity>
[[nodiscard]] auto group_by(Key key, Value value = {}) {
  return detail::reduce_adaptor(detail::group_fold<Key, Value>{std::move(key), std::move(value)},
                                detail::entries_trigger{});
}

/// Ends the state of the next reduce after every `count` events of a stage, 1 or more, and starts
/// with a new one. The last window may have fewer events, but is not empty.
[[nodiscard]] inline auto window_count(std::size_t count) {
  return detail::window_adaptor(
      {.count = detail::checked_count(count, "window_count"), .resets_state = true});
}

/// Triggers after every `count` events of a stage, 1 or more, and at the end. The state of the next
/// reduce is kept; without an `on_trigger`, a copy of it is emitted.
[[nodiscard]] inline auto trigger_every(std::size_t count) {
  return detail::window_adaptor(
      {.count = detail::checked_count(count, "trigger_every"), .resets_state = false});
}

/// Follows a reduce and replaces the state that it emits at the end of each window: `f(state&)` or
/// `f(state&, const trigger_info&)` returns the events to emit as a range, a std::optional, one
/// event (text is one event), or nothing. It may change the state.
template <class F>
[[nodiscard]] auto on_trigger(F f) {
  return detail::trigger_adaptor<F>(std::move(f));
}

/// Emits the elements of the states of a reduce, or of other events that are ranges. The elements
/// of a map are pairs of key and value.
[[nodiscard]] inline auto emit_events() {
  return detail::step_adaptor(detail::emit_events_op{});
}

}  // namespace dynamo::flow
