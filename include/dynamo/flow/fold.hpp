// The state of a reduce: its creation, and the change by an event.
#pragma once

#include <dynamo/flow/emit.hpp>
#include <dynamo/flow/key_hash.hpp>
#include <dynamo/flow/step.hpp>

#include <concepts>
#include <functional>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace dynamo::flow::detail {

/// A state that users' functions create and change.
template <class Init, class F, bool Emits>
struct user_fold {
  static constexpr const char* name = Emits ? "emit_and_reduce" : "reduce";
  static constexpr bool emits = Emits;
  template <class In>
  using state = std::remove_cvref_t<std::invoke_result_t<const Init&>>;
  template <class In>
  using lvalue = std::remove_reference_t<In>&;

  Init init;
  F f;

  template <class In>
  static constexpr bool changes_in_place =
      std::invocable<const F&, state<In>&, In> || std::invocable<const F&, state<In>&, lvalue<In>>;
  template <class In>
  state<In> make(step_place at) const {
    return call(at, init);
  }
  template <class In>
  decltype(auto) add(step_place at, state<In>& to, lvalue<In> event) const {
    if constexpr (std::invocable<const F&, state<In>&, In>) {
      return call(at, f, to, static_cast<In>(event));
    } else {
      return call(at, f, to, event);
    }
  }
  template <class In>
  using added =
      typename std::conditional_t<std::is_invocable_v<const F&, state<In>&, In>,
                                  std::invoke_result<const F&, state<In>&, In>,
                                  std::invoke_result<const F&, state<In>&, lvalue<In>>>::type;

  template <class In>
  static constexpr void check() {
    static_assert(std::invocable<const Init&>,
                  "dynamo: flow: the first argument of reduce makes a state: a function without "
                  "parameters.");
    static_assert(changes_in_place<In>,
                  "dynamo: flow: the function of reduce cannot be called with (state&, event). It "
                  "is shared by all copies of its step, so it must be callable as const.");
    static_assert(Emits || std::is_void_v<added<In>>,
                  "dynamo: flow: the function of reduce changes the state that it is given and "
                  "returns nothing.");
    static_assert(!Emits || !std::is_void_v<added<In>>,
                  "dynamo: flow: the function of emit_and_reduce returns the events to emit.");
  }
};

/// Values grouped by key.
template <class Key, class Value>
struct group_fold {
  static constexpr const char* name = "group_by";
  static constexpr bool emits = false;
  template <class In>
  using state = std::unordered_map<kept_key<shown<Key, In>>,
                                   std::vector<std::remove_cvref_t<given<Value, In>>>, key_hash,
                                   std::equal_to<>>;

  Key key;
  Value value;

  template <class In>
  state<In> make(step_place) const {
    return {};
  }
  template <class In>
  void add(step_place at, state<In>& to, std::remove_reference_t<In>& event) const {
    auto&& found = show<In>(at, key, event);
    auto group = to.find(found);
    if (group == to.end()) group = to.try_emplace(kept_key<shown<Key, In>>(found)).first;
    group->second.push_back(give<In>(at, value, event));
  }

  template <class In>
  static constexpr void check() {
    static_assert(looks_at<Key, In>, "dynamo: flow: group_by's key cannot be taken of the event.");
    static_assert(takes<Value, In>, "dynamo: flow: group_by's value cannot be taken of the event.");
    static_assert(storable<kept_key<shown<Key, In>>> && storable<given<Value, In>>,
                  "dynamo: flow: keys and values that hold views cannot be kept: use owning ones.");
  }
};

}  // namespace dynamo::flow::detail
