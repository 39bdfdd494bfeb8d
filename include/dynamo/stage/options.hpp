// Options of stages and supervisors. Every member has a default.
#pragma once

#include <dynamo/core/clock.hpp>
#include <dynamo/core/error.hpp>
#include <dynamo/core/log.hpp>
#include <dynamo/core/metrics.hpp>
#include <dynamo/core/worker_pool.hpp>
#include <dynamo/stage/demand.hpp>
#include <dynamo/stage/dispatcher.hpp>
#include <dynamo/stage/handle.hpp>
#include <dynamo/stage/restart_policy.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

namespace dynamo::stage {

/// What a crash does to the events that a stage was handling.
enum class guarantee : std::uint8_t {
  at_least_once,  ///< redelivered, flagged; events that the crashed call emitted are dropped
  at_most_once,   ///< dropped and counted
};

/// Whether demand reaches a producer.
enum class demand_mode : std::uint8_t {
  forward,     ///< demand reaches it as it arrives
  accumulate,  ///< demand is held until `handle::forward`
};

/// What a stage does when the last of its consumers has cancelled.
enum class unsubscribed_policy : std::uint8_t {
  complete,  ///< it ends, and cancels its own subscriptions
  wait,      ///< it waits for another consumer
};

/// Each event goes to the consumer with the largest demand.
struct by_demand {};
/// Every event goes to every consumer, at the pace of the slowest. Events must be copyable.
struct broadcast {};
/// Each event goes to the consumer that subscribed with the partition that `hash` returns.
template <class Out>
struct partition_by {
  std::size_t partitions = 1;  ///< 1 or more
  /// Returns a number below `partitions`, or nothing for an event that goes to no consumer. Any
  /// other value is a crash.
  std::function<std::optional<std::size_t>(const Out&)> hash{};
};

/// A stage's buffer for events without demand.
struct buffer_options {
  /// Number of events. Unset: 10,000 for a producer; as many as needed for a producer-consumer.
  std::optional<std::size_t> size{};
  stage::keep keep = stage::keep::last;  ///< which events are kept when it is full
};

/// Options of a stage. A value out of range is reported as errc::invalid_argument by the call.
template <class In, class Out>
struct child_options {
  std::vector<subscription<In>> subscribe_to{};  ///< its producers; empty for a producer

  std::string name{};  ///< used in errors; empty: "stage" and its number
  /// Number of identical stages, each with its own object and its own subscriptions: 1 or more,
  /// default 1.
  std::size_t copies = 1;

  /// Which consumers get the emitted events. Default: `by_demand`.
  std::variant<by_demand, broadcast, partition_by<Out>> dispatcher{};
  buffer_options buffer{};
  demand_mode demand = demand_mode::forward;  ///< for producers
  unsubscribed_policy when_cancelled = unsubscribed_policy::complete;

  stage::restart restart = stage::restart::transient;
  guarantee delivery = guarantee::at_least_once;

  /// Receives an event that crashed the stage in each of `max_deliveries` deliveries, with the last
  /// crash, and the stage does not get the event again; such crashes do not count towards the
  /// supervisor's limit. Called in the stage's turn; an exception is a crash that counts. Empty:
  /// every crash counts, and exceeding the limit ends the tree.
  std::function<void(In&&, const error&)> dead_letter{};
  std::size_t max_deliveries = 3;  ///< 2 or more, default 3; requires `dead_letter`

  /// How long `supervisor::stop` waits for the stage's current call before it continues with the
  /// next child, in milliseconds. Default: 5000.
  std::chrono::milliseconds shutdown{5000};
};

/// Options of a supervisor. A value out of range is reported as errc::invalid_argument by the call.
struct supervisor_options {
  stage::strategy strategy = stage::strategy::one_for_one;
  /// Restarts allowed within `period`, default 3; one more ends the tree.
  std::size_t max_restarts = 3;
  std::chrono::milliseconds period{5000};  ///< in milliseconds, more than 0, default 5000

  std::string name{};  ///< used in errors of nested supervisors; empty: "supervisor"
  /// What the parent does when this supervisor gives up. For nested supervisors.
  stage::restart restart = stage::restart::transient;

  /// The threads that run stages. Null: a new pool with as many threads as the machine runs at a
  /// time. Nested supervisors use their parent's.
  std::shared_ptr<worker_pool> pool{};
  /// Clock for `period`. Null: the system's steady clock.
  std::shared_ptr<dynamo::clock> clock{};
  std::stop_token stop{};  ///< stops the tree: `wait` throws errc::cancelled

  /// Records metrics of the stages, by their names. Null: the parent's recorder for a nested
  /// supervisor, else none.
  std::shared_ptr<metrics_recorder> metrics{};
  /// Logs crashes and restarts. Null: as for `metrics`.
  std::shared_ptr<logger> log{};
};

/// The state of a child.
enum class child_state : std::uint8_t {
  running,
  restarting,  ///< it crashed, or is restarted with another child
  draining,    ///< its object has ended; events that it emitted wait for demand
  complete,    ///< ended, after its last event
  failed,      ///< ended by the error in `reason`
  stopped,     ///< ended by its supervisor
};

/// Returns the enumerator's name, for logs.
[[nodiscard]] std::string_view to_string(child_state state) noexcept;

/// One child of a supervisor, as `which_children` returns it.
struct child_info {
  std::string name{};
  child_state state = child_state::running;
  std::uint64_t restarts = 0;     ///< after its own crashes and with others
  std::uint64_t crashes = 0;      ///< calls of its functions that threw
  std::uint64_t handled = 0;      ///< events that it handled to the end
  std::uint64_t redelivered = 0;  ///< events delivered again after a crash
  std::uint64_t dropped =
      0;  ///< events that arrived and were never handled: at_most_once, or the stage ended before
  std::uint64_t discarded = 0;     ///< emitted events that did not fit into the buffer, or waited
                                   ///< there when the stage or its last consumer ended
  std::uint64_t dead_letters = 0;  ///< events given to `dead_letter`
  std::optional<error> reason{};   ///< of the last crash, or of its end
};

}  // namespace dynamo::stage
