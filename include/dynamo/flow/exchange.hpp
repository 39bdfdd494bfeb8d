// Steps that pass events from one group of stages to another.
#pragma once

#include <dynamo/flow/emit.hpp>
#include <dynamo/flow/key_hash.hpp>
#include <dynamo/flow/node.hpp>
#include <dynamo/flow/operations.hpp>
#include <dynamo/process/mailbox.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace dynamo::flow {
namespace detail {

template <class T>
using batch_box = mailbox<std::vector<T>>;

/// The end of a stage's chain on its thread: collects a batch for each of the boxes that it feeds.
///
/// The queue holds one batch for each stage that feeds it, and each of these stages holds one more:
/// two batches, max_demand events, are on their way for each subscription.
template <class In, class Router>
class outlet {
  using value_type = std::remove_cvref_t<In>;

 public:
  outlet(Router route, std::vector<typename batch_box<value_type>::sender> to, std::size_t full)
      : route_(std::move(route)), to_(std::move(to)), full_(full), batches_(to_.size()) {}

  void begin() {}
  void push(In event) {
    const std::size_t target = route_.template operator()<In>(event, to_.size());
    std::vector<value_type>& batch = batches_[target];
    if (batch.capacity() == 0) batch.reserve(full_);
    batch.push_back(static_cast<In>(event));
    if (batch.size() == full_) send(target);
  }
  void batch_end() {
    for (std::size_t target = 0; target < to_.size(); ++target) {
      if (!batches_[target].empty()) send(target);
    }
  }
  void finish() {
    batch_end();
    to_.clear();
  }

 private:
  void send(std::size_t target) {
    if (!to_[target].send(std::exchange(batches_[target], {}))) throw flow_ended{};
  }

  Router route_;
  std::vector<typename batch_box<value_type>::sender> to_;
  std::size_t full_;
  std::vector<std::vector<value_type>> batches_;
};

/// Sends all events to one box.
struct straight_router {
  template <class In>
  std::size_t operator()(std::remove_reference_t<In>&, std::size_t) const noexcept {
    return 0;
  }
};

/// Sends events by key: the same key to the same box.
template <class Key>
struct key_router {
  const Key* key;
  step_place at;

  template <class In>
  std::size_t operator()(std::remove_reference_t<In>& event, std::size_t boxes) const {
    return key_hash()(show<In>(at, *key, event)) % boxes;
  }
};

/// A stage that takes batches from a box, which several stages may share.
template <class T, class Chain>
class taker final : public stage_threads::stage {
 public:
  taker(batch_box<T>& from, Chain chain) : from_(from), chain_(std::move(chain)) {}

  void run(stage_threads& of) override {
    chain_.begin();
    for (;;) {
      std::optional<std::vector<T>> batch = from_.try_receive();
      if (!batch) {
        chain_.batch_end();
        batch = from_.receive();
      }
      if (!batch) break;
      for (T& event : *batch) {
        if (of.ending()) return;
        chain_.push(std::move(event));
      }
    }
    if (!of.ending()) chain_.finish();
  }

 private:
  batch_box<T>& from_;
  Chain chain_;
};

/// The boxes before a group of stages.
template <class T>
class exchange {
 public:
  /// Creates one box for each stage, or one for all.
  exchange(unsigned producers, const group_options& behind, bool shared) {
    const std::size_t batches = shared ? std::max(producers, behind.stages) : producers;
    for (unsigned i = 0; i < (shared ? 1U : behind.stages); ++i) {
      boxes_.push_back(std::make_unique<batch_box<T>>(mailbox_options{.capacity = batches}));
    }
  }

  template <class Factory>
  void add_takers(stage_threads& of, const group_options& group, const Factory& down) {
    for (const auto& box : boxes_) {
      of.on_end([closed = box.get()] { closed->close(); });
    }
    for (unsigned i = 0; i < group.stages; ++i) {
      using chain = decltype(down(stage_info{}));
      of.add(std::make_unique<taker<T, chain>>(*boxes_[i % boxes_.size()],
                                               down(stage_info{i, group.stages, group.batch()})));
    }
  }
  template <class In, class Router>
  outlet<In, Router> attach(Router route, std::size_t full) {
    std::vector<typename batch_box<T>::sender> to;
    for (const auto& box : boxes_) to.push_back(box->get_sender());
    return {std::move(route), std::move(to), full};
  }
  [[nodiscard]] batch_box<T>& front() { return *boxes_.front(); }

 private:
  std::vector<std::unique_ptr<batch_box<T>>> boxes_;
};

template <class In>
constexpr void check_leaves_thread() {
  static_assert(storable<In>,
                "dynamo: flow: events that view their page cannot leave the stage that decoded it: "
                "map them to owning values first.");
  static_assert(std::is_constructible_v<std::remove_cvref_t<In>, In>,
                "dynamo: flow: the event can neither be moved nor copied to another stage.");
}

/// Any stage after it takes batches from all stages before it, whichever is free.
struct shuffle_policy {
  static constexpr const char* name = "shuffle";
  static constexpr bool shared = true;
  template <class In>
  static constexpr void check() {}
  straight_router router(step_place) const { return {}; }
};

template <class Key>
struct partition_policy {
  static constexpr const char* name = "partition";
  static constexpr bool shared = false;
  Key key;
  template <class In>
  static constexpr void check() {
    static_assert(looks_at<Key, In>, "dynamo: flow: partition's key cannot be taken of the event.");
  }
  key_router<Key> router(step_place at) const { return {&key, at}; }
};

/// A group of stages that is fed by one other group, or by the groups of several flows.
template <class Policy, class... Prev>
class exchange_node {
  using first = std::tuple_element_t<0, std::tuple<Prev...>>;
  using value_type = std::remove_cvref_t<typename first::out>;

 public:
  using out = value_type&&;
  static constexpr unsigned step = std::max({Prev::step...}) + 1;
  static constexpr bool reduced = false;

  exchange_node(Policy policy, const exchange_options& given, Prev... prev)
      : policy_(std::move(policy)),
        group_(checked(given, std::get<0>(std::tie(prev...)).group())),
        prev_(std::move(prev)...) {
    (check_leaves_thread<typename Prev::out>(), ...);
    (Policy::template check<typename Prev::out>(), ...);
    static_assert((std::is_same_v<std::remove_cvref_t<typename Prev::out>, value_type> && ...),
                  "dynamo: flow: flows that merge must have events of one type.");
  }

  [[nodiscard]] group_options group() const noexcept { return group_; }

  template <class Factory>
  void start(stage_threads& of, const Factory& down) {
    std::apply(
        [&](Prev&... prev) {
          exchange_.emplace((prev.group().stages + ...), group_, Policy::shared);
          exchange_->add_takers(of, group_, down);
          (feed(of, prev), ...);
        },
        prev_);
  }

 private:
  template <class Node>
  void feed(stage_threads& of, Node& prev) {
    prev.start(of, [this](const stage_info&) {
      return exchange_->template attach<typename Node::out>(policy_.router({Policy::name, step}),
                                                            group_.batch());
    });
  }

  Policy policy_;
  group_options group_;
  std::tuple<Prev...> prev_;
  std::optional<exchange<value_type>> exchange_;
};

template <class Policy>
class exchange_adaptor {
 public:
  using flow_adaptor = void;

  exchange_adaptor(Policy policy, const exchange_options& given)
      : policy_(std::move(policy)), given_(given) {}

  template <class Node>
  auto apply(Node node) && {
    return pipeline(exchange_node<Policy, Node>(std::move(policy_), given_, std::move(node)));
  }

 private:
  Policy policy_;
  exchange_options given_;
};

struct merge_policy : shuffle_policy {
  static constexpr const char* name = "merge";
};

/// Keeps the first `count` events in an order.
template <class Compare>
struct take_sort_op : step_op {
  static constexpr const char* name = "take_sort";
  template <class In>
  using out = std::remove_cvref_t<In>&&;

  template <class In, class Down>
  struct stage : passing_stage<Down> {
    const take_sort_op* op;
    step_place at;
    std::vector<std::remove_cvref_t<In>>
        kept{};  // a heap, with the last event of the order at its front

    void push(In event) {
      call(at, [&] {
        const auto before = [this](const auto& a, const auto& b) {
          return std::invoke(op->compare, a, b);
        };
        if (kept.size() == op->count) {
          if (!before(event, kept.front())) return;
          std::pop_heap(kept.begin(), kept.end(), before);
          kept.back() = static_cast<In>(event);
        } else {
          kept.push_back(static_cast<In>(event));
        }
        std::push_heap(kept.begin(), kept.end(), before);
      });
    }
    void finish() {
      call(at, [&] {
        std::sort_heap(kept.begin(), kept.end(), [this](const auto& a, const auto& b) {
          return std::invoke(op->compare, a, b);
        });
      });
      for (auto& event : kept) this->down.push(std::move(event));
      kept.clear();
      this->down.finish();
    }
  };

  std::size_t count;
  Compare compare;

  take_sort_op(std::size_t how_many, Compare by) : count(how_many), compare(std::move(by)) {}
  template <class Node>
  static constexpr void check() {
    using value = std::remove_cvref_t<typename Node::out>;
    check_leaves_thread<typename Node::out>();
    static_assert(std::predicate<const Compare&, const value&, const value&>,
                  "dynamo: flow: take_sort's order cannot compare two events, or not as const.");
  }
  template <class In, class Down>
  auto attach(step_place at, const stage_info&, Down down) const {
    return stage<In, Down>{{std::move(down)}, this, at};
  }
};

template <class Compare>
class take_sort_adaptor {
 public:
  using flow_adaptor = void;

  take_sort_adaptor(std::size_t count, Compare compare)
      : count_(count), compare_(std::move(compare)) {}

  template <class Node>
  auto apply(Node node) && {
    using op = take_sort_op<Compare>;
    // Each stage finds its own first events; one stage finds the first of those.
    return pipeline(std::move(node)) | step_adaptor(op(count_, compare_)) |
           exchange_adaptor(shuffle_policy{}, {.stages = 1}) |
           step_adaptor(op(count_, std::move(compare_)));
  }

 private:
  std::size_t count_;
  Compare compare_;
};

}  // namespace detail

/// Sends each event to one of a new group of stages, by its key: events with the same key go to the
/// same stage, which handles them one by one. Events of one stage keep their order. The key is
/// hashed with `key_hash`; it may be a view into the event.
template <class Key = std::identity>
[[nodiscard]] auto partition(Key key = {}, const exchange_options& given = {}) {
  return detail::exchange_adaptor(detail::partition_policy<Key>{std::move(key)}, given);
}

/// Sends events to a new group of stages, in batches to whichever stage is free.
[[nodiscard]] inline auto shuffle(const exchange_options& given = {}) {
  return detail::exchange_adaptor(detail::shuffle_policy{}, given);
}

/// Merges the events of several flows, which all run at the same time. The steps after it run in
/// their own stages, as after a shuffle. Unset options are those of the first flow. The stop token
/// of any of the flows ends all of them.
template <class First, class... More>
[[nodiscard]] auto merge(const exchange_options& given, pipeline<First> first,
                         pipeline<More>... more) {
  return pipeline(detail::exchange_node<detail::merge_policy, First, More...>(
      detail::merge_policy{}, given, std::move(first).take(), std::move(more).take()...));
}
template <class First, class... More>
[[nodiscard]] auto merge(pipeline<First> first, pipeline<More>... more) {
  return merge(exchange_options{}, std::move(first), std::move(more)...);
}

/// Emits the first `count` events (1 or more) in the order of `compare`, by default the smallest
/// first. They are emitted sorted, after the last event, by one stage; the steps after it run in
/// that stage.
template <class Compare = std::ranges::less>
[[nodiscard]] auto take_sort(std::size_t count, Compare compare = {}) {
  return detail::take_sort_adaptor<Compare>(detail::checked_count(count, "take_sort"),
                                            std::move(compare));
}

}  // namespace dynamo::flow
