// Handles of started stages, for subscriptions and demand.
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

/// What the end of a producer does to its consumer. The consumer learns of it after the last event.
enum class cancel : unsigned char {
  permanent,  ///< the consumer ends when the last such producer is complete, or when one has failed
  transient,  ///< the consumer ends if the producer failed
  temporary,  ///< no effect
};

/// Options of a subscription to one producer. T is the type of its events.
template <class T>
struct subscription_options {
  /// Maximum number of events asked for and not handled: 1 or more, default 1000.
  std::size_t max_demand = 1000;
  /// When this many are left, the consumer asks for more; below max_demand. A batch has at most
  /// max_demand - min_demand events. Unset: half of max_demand.
  std::optional<std::size_t> min_demand{};
  stage::cancel cancel = stage::cancel::permanent;
  asking demand = asking::automatic;
  /// Selects events of a broadcast; empty: all. Runs in the producer's turn.
  std::function<bool(const T&)> selector{};
  /// The partition, if the producer's dispatcher is `partition_by`. A stage with copies uses one
  /// partition for each copy, starting with this one.
  std::optional<std::size_t> partition{};
};

namespace detail {

/// How a stage ended.
struct ending {
  enum class kind : unsigned char { complete, failed, stopped };
  kind how = kind::complete;
  error reason{};
  std::exception_ptr cause{};  ///< the exception, if one was thrown
  std::string who{};           ///< the stage that ended
};

/// What handles can do to a stage. Thread-safe.
class control {
 public:
  virtual ~control() = default;
  virtual void ask_upstream(std::size_t count) = 0;
  virtual void set_open(bool open) = 0;
};

/// The consumer's side of subscriptions. Called in a producer's turn; only forwards. A message that
/// cannot be forwarded for lack of memory ends the consumer.
template <class T>
class inlet_port {
 public:
  virtual ~inlet_port() = default;
  virtual void receive(link_id link, chunk<T> events) noexcept = 0;
  virtual void upstream_ended(link_id link, std::shared_ptr<const ending> how) noexcept = 0;
  /// There is no memory for its subscription.
  virtual void lose_upstream() noexcept = 0;
};

/// The producer's side of subscriptions. Thread-safe; only forwards. A message that cannot be
/// forwarded for lack of memory ends the producer.
template <class T>
class outlet_port {
 public:
  virtual ~outlet_port() = default;
  /// Reserves a place for the consumer; `cancel` and `withdraw` release it. Throws
  /// errc::invalid_argument if the dispatcher cannot accept the consumer, and std::bad_alloc.
  virtual void reserve(const link_request<T>& link) = 0;
  /// Requires a reserved place. Throws std::bad_alloc. `consumer` gets `upstream_ended` if the
  /// stage has ended, or ends before it processes the subscription.
  virtual void subscribe(link_request<T> link, std::weak_ptr<inlet_port<T>> consumer) = 0;
  virtual void ask(link_id link, std::size_t count) noexcept = 0;
  /// The consumer cancels.
  virtual void cancel(link_id link) noexcept = 0;
  /// The consumer could not be started; it does not count as one that cancelled.
  virtual void withdraw(link_id link) noexcept = 0;
};

}  // namespace detail

/// A started stage, with all its copies. Out is the type of the events it emits; void: none. Cheap
/// to copy.
///
/// Thread safety: all functions are thread-safe.
/// Lifetime: may outlive its supervisor; its functions then do nothing.
template <class Out>
class handle {
 public:
  handle() = default;
  handle(std::string name, std::vector<std::weak_ptr<detail::control>> controls,
         std::vector<std::weak_ptr<detail::outlet_port<Out>>> outlets)
      : name_(std::move(name)), controls_(std::move(controls)), outlets_(std::move(outlets)) {}
  /// Rejects, at compile time, a subscription to a producer of another event type.
  template <class Other>
    requires(!std::is_same_v<Other, Out>)
  // NOLINTNEXTLINE(google-explicit-constructor): must be selected where a conversion is looked for
  handle(const handle<Other>&) {
    static_assert(std::is_same_v<Other, Out>,
                  "dynamo: the producer emits events of another type than the stage takes.");
  }

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// Asks each producer of the stage's manual subscriptions for `count` more events; 0 does
  /// nothing.
  void ask(std::size_t count) const {
    for (const auto& each : controls_) {
      if (const auto one = each.lock()) one->ask_upstream(count);
    }
  }
  /// Passes demand to the producer, including the demand held so far.
  void forward() const { set_open(true); }
  /// Holds demand, and events, until `forward`.
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

/// A producer and the options of the subscription to it.
template <class T>
struct subscription {
  handle<T> to{};
  subscription_options<T> options{};
};

}  // namespace dynamo::stage
