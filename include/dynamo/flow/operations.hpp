// Steps that handle events one by one.
#pragma once

#include <dynamo/flow/emit.hpp>
#include <dynamo/flow/key_hash.hpp>
#include <dynamo/flow/node.hpp>
#include <dynamo/flow/step.hpp>

#include <concepts>
#include <cstddef>
#include <functional>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

namespace dynamo::flow {
namespace detail {

/// The common part of all steps' descriptions.
struct step_op {
  static constexpr bool reduces = false;
  template <class Node>
  static constexpr void check() {}
};

template <class F>
struct map_op : step_op {
  static constexpr const char* name = "map";
  template <class In>
  using out = travelling<given<F, In>>;

  template <class In, class Down>
  struct stage : passing_stage<Down> {
    const F* f;
    step_place at;
    void push(In event) { this->down.push(give<In>(at, *f, event)); }
  };

  F f;

  explicit map_op(F with) : f(std::move(with)) {}
  template <class Node>
  static constexpr void check() {
    static_assert(takes<F, typename Node::out>,
                  "dynamo: flow: map's function cannot be called with the event. It is shared by "
                  "all copies of its step, so it must be callable as const.");
  }
  template <class In, class Down>
  auto attach(step_place at, const stage_info&, Down down) const {
    return stage<In, Down>{{std::move(down)}, &f, at};
  }
};

template <class F, bool Wanted>
struct filter_op : step_op {
  static constexpr const char* name = Wanted ? "filter" : "reject";
  template <class In>
  using out = In;

  template <class In, class Down>
  struct stage : passing_stage<Down> {
    const F* f;
    step_place at;
    void push(In event) {
      if (static_cast<bool>(show<In>(at, *f, event)) == Wanted) {
        this->down.push(static_cast<In>(event));
      }
    }
  };

  F f;

  explicit filter_op(F with) : f(std::move(with)) {}
  template <class Node>
  static constexpr void check() {
    static_assert(
        looks_at<F, typename Node::out>,
        "dynamo: flow: the predicate cannot be called with the event. It is shared by all "
        "copies of its step, so it must be callable as const.");
  }
  template <class In, class Down>
  auto attach(step_place at, const stage_info&, Down down) const {
    return stage<In, Down>{{std::move(down)}, &f, at};
  }
};

template <class F>
struct each_op : step_op {
  static constexpr const char* name = "each";
  template <class In>
  using out = In;

  template <class In, class Down>
  struct stage : passing_stage<Down> {
    const F* f;
    step_place at;
    void push(In event) {
      static_cast<void>(show<In>(at, *f, event));
      this->down.push(static_cast<In>(event));
    }
  };

  F f;

  explicit each_op(F with) : f(std::move(with)) {}
  template <class Node>
  static constexpr void check() {
    static_assert(looks_at<F, typename Node::out>,
                  "dynamo: flow: each's function cannot be called with the event. It is shared by "
                  "all copies of its step, so it must be callable as const.");
  }
  template <class In, class Down>
  auto attach(step_place at, const stage_info&, Down down) const {
    return stage<In, Down>{{std::move(down)}, &f, at};
  }
};

template <class F>
struct flat_map_op : step_op {
  static constexpr const char* name = "flat_map";
  template <class In>
  using out = emitted<given<F, In>, text::is_a_range>;

  template <class In, class Down>
  struct stage : passing_stage<Down> {
    const F* f;
    step_place at;
    void push(In event) { emit<text::is_a_range>(at, give<In>(at, *f, event), this->down); }
  };

  F f;

  explicit flat_map_op(F with) : f(std::move(with)) {}
  template <class Node>
  static constexpr void check() {
    static_assert(takes<F, typename Node::out>,
                  "dynamo: flow: flat_map's function cannot be called with the event. It is shared "
                  "by all copies of its step, so it must be callable as const.");
    static_assert(emits_many<given<F, typename Node::out>>,
                  "dynamo: flow: flat_map's function returns no range and no std::optional.");
  }
  template <class In, class Down>
  auto attach(step_place at, const stage_info&, Down down) const {
    return stage<In, Down>{{std::move(down)}, &f, at};
  }
};

template <class F>
struct map_batch_op : step_op {
  static constexpr const char* name = "map_batch";
  template <class In>
  using batch_of = std::vector<std::remove_cvref_t<In>>;
  template <class In>
  using result_of = std::invoke_result_t<const F&, batch_of<In>&>;
  template <class In>
  struct out_of : std::type_identity<emitted<result_of<In>, text::is_a_range>> {};
  template <class In>
    requires std::is_void_v<result_of<In>>
  struct out_of<In> : std::type_identity<std::remove_cvref_t<In>&&> {};
  template <class In>
  using out = typename out_of<In>::type;

  template <class In, class Down>
  struct stage {
    Down down;
    const F* f;
    step_place at;
    std::size_t full;
    batch_of<In> batch{};

    void begin() { down.begin(); }
    void push(In event) {
      batch.push_back(static_cast<In>(event));
      if (batch.size() == full) hand_over();
    }
    void batch_end() {
      hand_over();
      down.batch_end();
    }
    void finish() {
      hand_over();
      down.finish();
    }
    void hand_over() {
      if (batch.empty()) return;
      if constexpr (std::is_void_v<result_of<In>>) {
        call(at, *f, batch);
        for (auto& event : batch) down.push(std::move(event));
      } else {
        emit<text::is_a_range>(at, call(at, *f, batch), down);
      }
      batch.clear();
    }
  };

  F f;

  explicit map_batch_op(F with) : f(std::move(with)) {}
  template <class Node>
  static constexpr void check() {
    using in = typename Node::out;
    static_assert(storable<in>,
                  "dynamo: flow: events that view their page cannot be kept for a batch: map them "
                  "to owning values first.");
    static_assert(std::invocable<const F&, batch_of<in>&>,
                  "dynamo: flow: map_batch's function cannot be called with a std::vector<event>&, "
                  "or not as const.");
    if constexpr (!std::is_void_v<result_of<in>>) {
      static_assert(emits_many<result_of<in>>,
                    "dynamo: flow: map_batch's function returns no range, and is not void.");
    }
  }
  template <class In, class Down>
  auto attach(step_place at, const stage_info& copy, Down down) const {
    return stage<In, Down>{std::move(down), &f, at, copy.batch};
  }
};

template <class Key>
struct uniq_by_op : step_op {
  static constexpr const char* name = "uniq_by";
  template <class In>
  using out = In;

  template <class In, class Down>
  struct stage : passing_stage<Down> {
    const Key* key;
    step_place at;
    std::unordered_set<kept_key<shown<Key, In>>, key_hash, std::equal_to<>> seen{};

    void push(In event) {
      if (is_new(show<In>(at, *key, event))) this->down.push(static_cast<In>(event));
    }
    template <class K>
    bool is_new(const K& found) {
      if (seen.find(found) != seen.end()) return false;
      seen.emplace(found);
      return true;
    }
  };

  Key key;

  explicit uniq_by_op(Key by) : key(std::move(by)) {}
  template <class Node>
  static constexpr void check() {
    static_assert(looks_at<Key, typename Node::out>,
                  "dynamo: flow: uniq_by's key cannot be taken of the event.");
    static_assert(storable<kept_key<shown<Key, typename Node::out>>>,
                  "dynamo: flow: keys that hold views cannot be kept: use owning ones.");
  }
  template <class In, class Down>
  auto attach(step_place at, const stage_info&, Down down) const {
    return stage<In, Down>{{std::move(down)}, &key, at};
  }
};

}  // namespace detail

// The copies of a step share its function and call it concurrently, as const: its captures must be
// safe for that. Keep state in a reduce. A function gets an event of type `T` as `const T&`; those
// of `map`, `flat_map` and `reduce` may also accept `T&&`, to move from it, or `T&`. Pointers to
// members and to member functions are functions too. An exception ends the flow with a
// `step_failure`.

/// Replaces each event by the result of `f`.
template <class F>
[[nodiscard]] auto map(F f) {
  return detail::step_adaptor(detail::map_op<F>(std::move(f)));
}

/// Keeps the events for which `predicate` holds.
template <class F>
[[nodiscard]] auto filter(F predicate) {
  return detail::step_adaptor(detail::filter_op<F, true>(std::move(predicate)));
}

/// Drops the events for which `predicate` holds.
template <class F>
[[nodiscard]] auto reject(F predicate) {
  return detail::step_adaptor(detail::filter_op<F, false>(std::move(predicate)));
}

/// Replaces each event by any number of events: the elements of the range, or of the std::optional,
/// that `f` returns.
template <class F>
[[nodiscard]] auto flat_map(F f) {
  return detail::step_adaptor(detail::flat_map_op<F>(std::move(f)));
}

/// Calls `f` with each event, and passes the event on. The result of `f` is ignored.
template <class F>
[[nodiscard]] auto each(F f) {
  return detail::step_adaptor(detail::each_op<F>(std::move(f)));
}

/// Calls `f` with batches of events as they arrive: 1 to max_demand / 2 of them, in a
/// std::vector<T>& (or a std::span over it). The events that `f` returns replace them; if it
/// returns void, the events pass on as `f` left them. A batch does not wait for more events while
/// none arrive.
template <class F>
[[nodiscard]] auto map_batch(F f) {
  return detail::step_adaptor(detail::map_batch_op<F>(std::move(f)));
}

/// Passes on the first event of each key that the stage sees, at once. Put a `partition` by the
/// same key before it. Remembers every key in memory.
template <class Key = std::identity>
[[nodiscard]] auto uniq_by(Key key = {}) {
  return detail::step_adaptor(detail::uniq_by_op<Key>(std::move(key)));
}

}  // namespace dynamo::flow
