// How stages are connected and supervised: plain data with a default for every member.
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

/// What a crash does to the events that a stage had in hand.
enum class guarantee : std::uint8_t {
  at_least_once,  ///< they are delivered again, flagged; what the crashed call emitted is dropped
  at_most_once,   ///< they are dropped and counted
};

/// Whether a producer is asked.
enum class demand_mode : std::uint8_t {
  forward,     ///< demand reaches it as it comes
  accumulate,  ///< demand is kept until `handle::forward`
};

/// What a stage does when the last of its consumers has cancelled.
enum class without_consumers : std::uint8_t {
  complete,  ///< nobody will ask: it ends, and its own subscriptions with it
  wait,      ///< another consumer may come
};

/// Each event to the consumer with the largest demand.
struct by_demand {};
/// Every event to every consumer, as fast as the slowest takes them. Events must be copyable.
struct broadcast {};
/// Each event to the consumer that subscribed with the partition that `hash` names.
template <class Out>
struct partition_by {
  std::size_t partitions = 1;  ///< 1 or more
  /// Below `partitions`, or nothing for an event that nobody gets. Anything else is a crash.
  std::function<std::optional<std::size_t>(const Out&)> hash{};
};

/// A stage's buffer for events that nobody has asked for.
struct buffer_options {
  /// Events it holds. Unset: 10,000 for a producer; for a stage that also consumes, as many as it
  /// must.
  std::optional<std::size_t> size{};
  stage::keep keep = stage::keep::last;  ///< which events stay when it is full
};

/// How a stage is started. A value outside its range is errc::invalid_argument at the call.
template <class In, class Out>
struct child_options {
  std::vector<subscription<In>> subscribe_to{};  ///< its producers; none for a producer

  std::string name{};  ///< for errors; empty: "stage" and its number
  /// Stages alike, each with its own object and its own subscriptions: 1 or more.
  std::size_t copies = 1;

  /// Who gets the events that it emits.
  std::variant<by_demand, broadcast, partition_by<Out>> dispatcher{};
  buffer_options buffer{};
  demand_mode demand = demand_mode::forward;  ///< of a producer
  without_consumers when_cancelled = without_consumers::complete;

  stage::restart restart = stage::restart::transient;
  guarantee delivery = guarantee::at_least_once;

  /// Gets an event that the stage was given `poison_after` times and crashed each time, with the
  /// last crash, instead of the stage; such crashes do not count towards the supervisor's limit.
  /// Called in the stage's turn; if it throws, that is a crash that counts. Empty: every crash
  /// counts, and the limit ends the tree.
  std::function<void(In&&, const error&)> dead_letter{};
  std::size_t poison_after = 3;  ///< 2 or more; needs `dead_letter`

  /// How long `supervisor::stop` waits for the call that the stage is in, before it goes on with
  /// the next child.
  std::chrono::milliseconds shutdown{5000};
};

/// How a supervisor works. A value outside its range is errc::invalid_argument at the call.
struct supervisor_options {
  stage::strategy strategy = stage::strategy::one_for_one;
  /// Restarts within `period` that are too few to give up: one more ends the tree.
  std::size_t max_restarts = 3;
  std::chrono::milliseconds period{5000};  ///< more than 0

  std::string name{};  ///< for errors of nested supervisors; empty: "supervisor"
  /// What a parent does when this supervisor gives up. For nested ones.
  stage::restart restart = stage::restart::transient;

  /// Where stages run; null: threads of its own, as many as the machine has. Nested ones use their
  /// parent's.
  std::shared_ptr<worker_pool> pool{};
  /// Time for `period`; null: the machine's.
  std::shared_ptr<dynamo::clock> clock{};
  std::stop_token stop{};  ///< stops the tree: `wait` gives errc::cancelled

  /// Counts what its stages do, by their names. Null: of a nested supervisor, its parent's; else
  /// nobody.
  std::shared_ptr<metrics_recorder> metrics{};
  /// Is told of crashes and restarts. Null: the same.
  std::shared_ptr<logger> log{};
};

/// Where a child stands.
enum class child_state : std::uint8_t {
  running,
  restarting,  ///< it crashed, or is restarted with another
  draining,    ///< its object has ended; events that it emitted wait for demand
  complete,    ///< ended, behind its last event
  failed,      ///< ended by the error in `reason`
  stopped,     ///< ended by its supervisor
};

/// The enumerator's name, for logs.
[[nodiscard]] std::string_view to_string(child_state state) noexcept;

/// One child of a supervisor, as `which_children` tells.
struct child_info {
  std::string name{};
  child_state state = child_state::running;
  std::uint64_t restarts = 0;      ///< of its own crashes and with others
  std::uint64_t crashes = 0;       ///< calls of its functions that threw
  std::uint64_t handled = 0;       ///< events that it was given and returned from
  std::uint64_t redelivered = 0;   ///< events that it was given again after a crash
  std::uint64_t dropped = 0;       ///< events that came and were never handled: at_most_once, or
                                   ///< the stage ended before
  std::uint64_t discarded = 0;     ///< emitted events that did not fit into the buffer, or that
                                   ///< waited there when the stage or its last consumer ended
  std::uint64_t dead_letters = 0;  ///< events given to `dead_letter`
  std::optional<error> reason{};   ///< of the last crash, or of its end
};

}  // namespace dynamo::stage
