// Stages as others see them: what to subscribe to.
#pragma once

#include <dynamo/core/error.hpp>
#include <dynamo/stage/demand.hpp>
#include <dynamo/stage/dispatcher.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace dynamo::stage {

/// What the end of a producer does to its consumer. It is told behind the last event.
enum class cancel : unsigned char {
  permanent,  ///< the consumer ends too: when the last such producer is complete, or one failed
  transient,  ///< the consumer ends if the producer failed
  temporary,  ///< nothing
};

/// How a stage subscribes to one producer. T is what the producer emits.
template <class T>
struct subscription_options {
  /// Events asked for and not handled, at most: 1 or more.
  std::size_t max_demand = 1000;
  /// More are asked for when so few are left, below max_demand; batches have max - min events at
  /// most. Unset: half of max_demand.
  std::optional<std::size_t> min_demand{};
  stage::cancel cancel = stage::cancel::permanent;
  asking demand = asking::automatic;
  /// Which events it wants of a broadcast; empty: all. Runs in the producer's turn.
  std::function<bool(const T&)> selector{};
  /// Its partition, if the producer's dispatcher is `partition_by`; a stage with copies takes one
  /// partition for each, from this one on.
  std::optional<std::size_t> partition{};
};

namespace detail {

/// How a stage ended.
struct ending {
  enum class kind : unsigned char { complete, failed, stopped };
  kind how = kind::complete;
  error reason{};
  std::exception_ptr cause{};  ///< what was thrown, if it was
  std::string who{};           ///< the stage that ended
};

/// What handles can do to a stage. Thread-safe.
class control {
 public:
  virtual ~control() = default;
  virtual void ask_upstream(std::size_t count) = 0;
  virtual void set_open(bool open) = 0;
};

/// The consumer's end of subscriptions. Called in a producer's turn; only passes on. What it cannot
/// be told for want of memory ends the consumer.
template <class T>
class inlet_port {
 public:
  virtual ~inlet_port() = default;
  virtual void receive(link_id link, chunk<T> events) noexcept = 0;
  virtual void upstream_ended(link_id link, std::shared_ptr<const ending> how) noexcept = 0;
  /// There is no memory for its subscription.
  virtual void lose_upstream() noexcept = 0;
};

/// The producer's end of subscriptions. Thread-safe; only passes on. What it cannot be told for
/// want of memory ends the producer.
template <class T>
class outlet_port {
 public:
  virtual ~outlet_port() = default;
  /// Takes the consumer's place, which `cancel` and `withdraw` give back. Throws
  /// errc::invalid_argument if the dispatcher cannot take the consumer, std::bad_alloc.
  virtual void reserve(const link_request<T>& link) = 0;
  /// Requires its place. Throws std::bad_alloc. `consumer` gets `upstream_ended` if the stage has
  /// ended, or ends before it reads of the subscription.
  virtual void subscribe(link_request<T> link, std::weak_ptr<inlet_port<T>> consumer) = 0;
  virtual void ask(link_id link, std::size_t count) noexcept = 0;
  /// The consumer leaves.
  virtual void cancel(link_id link) noexcept = 0;
  /// The consumer could not be started: it does not count as one that left.
  virtual void withdraw(link_id link) noexcept = 0;
};

}  // namespace detail

/// A stage that was started, with all its copies. Out is what it emits; void: nothing. Cheap to
/// copy, thread-safe, may outlive its supervisor: its functions then do nothing.
template <class Out>
class handle {
 public:
  handle() = default;
  handle(std::string name, std::vector<std::weak_ptr<detail::control>> controls,
         std::vector<std::weak_ptr<detail::outlet_port<Out>>> outlets)
      : name_(std::move(name)), controls_(std::move(controls)), outlets_(std::move(outlets)) {}
  /// Does not compile: a subscription to a producer of other events.
  template <class Other>
    requires(!std::is_same_v<Other, Out>)
  // NOLINTNEXTLINE(google-explicit-constructor): to be chosen where a conversion is looked for
  handle(const handle<Other>&) {
    static_assert(std::is_same_v<Other, Out>,
                  "dynamo: the producer emits events of another type than the stage takes.");
  }

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// Asks each producer of its manual subscriptions for `count` more events; 0 does nothing.
  void ask(std::size_t count) const {
    for (const auto& each : controls_) {
      if (const auto one = each.lock()) one->ask_upstream(count);
    }
  }
  /// Lets demand through to the producer, with what has gathered.
  void forward() const { set_open(true); }
  /// Keeps demand, and events, until `forward`.
  void accumulate() const { set_open(false); }

  [[nodiscard]] const auto& outlets() const noexcept { return outlets_; }

 private:
  void set_open(bool open) const {
    for (const auto& each : controls_) {
      if (const auto one = each.lock()) one->set_open(open);
    }
  }
  std::string name_;
  std::vector<std::weak_ptr<detail::control>> controls_;
  std::vector<std::weak_ptr<detail::outlet_port<Out>>> outlets_;
};

/// A producer to subscribe to, and how.
template <class T>
struct subscription {
  handle<T> to{};
  subscription_options<T> options{};
};

}  // namespace dynamo::stage
