// The functions that run a flow: collect, run, into, stream.
#pragma once

#include <dynamo/flow/exchange.hpp>
#include <dynamo/flow/node.hpp>
#include <dynamo/flow/stage_threads.hpp>
#include <dynamo/flow/step.hpp>

#include <concepts>
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace dynamo::flow {

/// A callable that receives a flow's events in batches, as a std::vector<T>& that it may move them
/// out of. It may return a bool: false if it accepts no more.
template <class S, class T>
concept sink = std::invocable<S&, std::vector<T>&> &&
               (std::is_void_v<std::invoke_result_t<S&, std::vector<T>&>> ||
                std::convertible_to<std::invoke_result_t<S&, std::vector<T>&>, bool>);

namespace detail {

/// Ends a stage's chain and drops the events.
template <class In>
struct dropping_end {
  void begin() {}
  void push(In) {}
  void batch_end() {}
  void finish() {}
};

/// Ends a stage's chain and keeps the events.
template <class In>
struct keeping_end {
  using values = std::vector<std::remove_cvref_t<In>>;
  values* to;
  values kept{};  // separate for each stage, since their threads write at the same time

  void begin() {}
  void push(In event) { kept.push_back(static_cast<In>(event)); }
  void batch_end() {}
  void finish() { *to = std::move(kept); }
};

/// A running flow whose events go to the caller's thread through one box.
template <class T>
class delivery {
 public:
  delivery() = default;
  delivery(const delivery&) = delete;
  delivery& operator=(const delivery&) = delete;
  virtual ~delivery() = default;

  /// Returns the next batch; nothing when the flow has completed. Throws the error that ended it
  /// otherwise.
  virtual std::optional<std::vector<T>> next() = 0;
};

template <class Node>
class node_delivery final : public delivery<std::remove_cvref_t<typename Node::out>> {
  using in = typename Node::out;
  using value_type = std::remove_cvref_t<in>;

 public:
  explicit node_delivery(Node node)
      : node_(std::move(node)), group_(node_.group()), exchange_(group_.stages, {1, 2}, true) {
    check_leaves_thread<in>();
  }

  std::optional<std::vector<value_type>> next() override {
    if (!started_) start();
    auto batch = exchange_.front().receive();
    if (!batch) threads_.join();
    return batch;
  }

 private:
  void start() {
    started_ = true;
    threads_.on_end([this] { exchange_.front().close(); });
    node_.start(threads_, [this](const stage_info&) {
      return exchange_.template attach<in>(straight_router{}, group_.batch());
    });
    threads_.start();
  }

  Node node_;
  const group_options group_;
  exchange<value_type> exchange_;
  bool started_ = false;
  stage_threads threads_;  // last: its stages use the other members
};

/// Refuses a second event of a key where a container holds one.
[[noreturn]] void refuse_second_key();

template <class Container, class T>
void insert(Container& into, T&& event) {
  if constexpr (
      requires { typename Container::mapped_type; } &&
      requires { into.insert(std::forward<T>(event)).second; }) {
    if (!into.insert(std::forward<T>(event)).second) refuse_second_key();
  } else {
    into.insert(into.end(), std::forward<T>(event));
  }
}

template <class Container>
class collect_adaptor {
 public:
  using flow_adaptor = void;

  template <class Node>
  auto apply(Node node) && {
    using in = typename Node::out;
    using value_type = std::remove_cvref_t<in>;
    check_leaves_thread<in>();
    using container =
        std::conditional_t<std::is_void_v<Container>, std::vector<value_type>, Container>;
    std::vector<std::vector<value_type>> parts(node.group().stages);
    stage_threads of;
    node.start(of, [&](const stage_info& copy) { return keeping_end<in>{&parts[copy.index]}; });
    of.start();
    of.join();
    if constexpr (std::is_same_v<container, std::vector<value_type>>) {
      if (parts.size() == 1) return std::move(parts.front());
      std::size_t size = 0;
      for (const auto& part : parts) size += part.size();
      container all;
      all.reserve(size);
      for (auto& part : parts) {
        for (auto& event : part) all.push_back(std::move(event));
      }
      return all;
    } else {
      container all;
      for (auto& part : parts) {
        for (auto& event : part) insert(all, std::move(event));
      }
      return all;
    }
  }
};

class run_adaptor {
 public:
  using flow_adaptor = void;

  template <class Node>
  void apply(Node node) && {
    stage_threads of;
    node.start(of, [](const stage_info&) { return dropping_end<typename Node::out>{}; });
    of.start();
    of.join();
  }
};

/// For a sink that accepts no more.
[[noreturn]] void refuse_rest();

template <class Sink>
class into_adaptor {
 public:
  using flow_adaptor = void;

  explicit into_adaptor(Sink to) : to_(std::forward<Sink>(to)) {}

  template <class Node>
  void apply(Node node) && {
    using value_type = std::remove_cvref_t<typename Node::out>;
    static_assert(
        sink<Sink, value_type>,
        "dynamo: flow: a sink is called with a std::vector<event>& and returns nothing or "
        "a bool.");
    const step_place at{"into", Node::step + 1};
    node_delivery<Node> running(std::move(node));
    while (auto batch = running.next()) {
      if constexpr (std::is_void_v<std::invoke_result_t<Sink&, std::vector<value_type>&>>) {
        call(at, to_, *batch);
      } else if (!static_cast<bool>(call(at, to_, *batch))) {
        refuse_rest();
      }
    }
  }

 private:
  Sink to_;
};

}  // namespace detail

/// A flow's events as a `std::ranges::input_range`: single pass, move-only. The flow starts when
/// the first event is asked for, and continues in the background as far as its bounds allow. The
/// error that ends the flow is thrown in place of the next event, and again on each further access.
///
/// Thread safety: one thread at a time.
/// Lifetime: a reference is valid until the iterator is incremented; it may be moved from.
/// Cancellation: the destructor ends the flow, joins its threads, and waits for running calls of
/// users' functions.
template <class T>
class [[nodiscard("a stream runs its flow only when it is read")]] event_stream {
 public:
  class iterator;

  explicit event_stream(std::unique_ptr<detail::delivery<T>> running)
      : state_(std::make_unique<state>(std::move(running))) {}

  [[nodiscard]] iterator begin() { return iterator(*state_); }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  struct state {
    explicit state(std::unique_ptr<detail::delivery<T>> of) : running(std::move(of)) {}

    T* at() {
      while (place == batch.size()) {
        if (failure) std::rethrow_exception(failure);
        if (ended) return nullptr;
        fetch();
      }
      return &batch[place];
    }
    void fetch() {
      place = 0;
      batch.clear();
      try {
        if (auto next = running->next()) {
          batch = *std::move(next);
        } else {
          ended = true;
        }
      } catch (...) {
        failure = std::current_exception();
      }
    }

    std::unique_ptr<detail::delivery<T>> running;
    std::vector<T> batch;
    std::size_t place = 0;
    bool ended = false;
    std::exception_ptr failure;
  };

  std::unique_ptr<state> state_;  // on the heap, so that iterators survive a move
};

template <class T>
class event_stream<T>::iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = T;
  using difference_type = std::ptrdiff_t;

  T& operator*() const { return *state_->at(); }
  T* operator->() const { return state_->at(); }
  iterator& operator++() {
    state_->at();
    ++state_->place;
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const iterator& i, std::default_sentinel_t) {
    return i.state_->at() == nullptr;
  }

 private:
  friend class event_stream;
  explicit iterator(state& of) : state_(&of) {}

  state* state_;
};

namespace detail {

class stream_adaptor {
 public:
  using flow_adaptor = void;

  template <class Node>
  auto apply(Node node) && {
    using value_type = std::remove_cvref_t<typename Node::out>;
    return event_stream<value_type>(std::make_unique<node_delivery<Node>>(std::move(node)));
  }
};

}  // namespace detail

// These functions run the flow: they start its threads, and return or throw after all of them have
// been joined. A failure anywhere ends the whole flow, once: stages stop at their next event,
// requests of a scan are cancelled, and a `step_failure`, or errc::cancelled, is thrown. Users'
// functions are not interrupted; the flow waits for them.

/// Runs the flow and returns its events as a std::vector: those of each last stage in their order,
/// one stage after the other. Cost: memory grows with the events.
[[nodiscard]] inline auto collect() {
  return detail::collect_adaptor<void>();
}
/// The same into a container with `insert`.
/// Throws errc::invalid_argument for a second event of one key if the container is a map with
/// unique keys.
template <class Container>
[[nodiscard]] auto collect() {
  return detail::collect_adaptor<Container>();
}

/// Runs the flow for the effects of its steps, and drops the events.
[[nodiscard]] inline auto run() {
  return detail::run_adaptor();
}

/// Runs the flow and passes its events to `to`, a `sink`, on the caller's thread. An lvalue is used
/// by reference.
/// Throws errc::cancelled if `to` accepts no more events before the flow completes.
template <class Sink>
[[nodiscard]] auto into(Sink&& to) {
  return detail::into_adaptor<Sink>(std::forward<Sink>(to));
}

/// Returns the flow as a range; see `event_stream`.
[[nodiscard]] inline auto stream() {
  return detail::stream_adaptor();
}

}  // namespace dynamo::flow
