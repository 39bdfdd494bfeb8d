// Stages under supervision: started in order, restarted when they crash, stopped in reverse.
#pragma once

#include <dynamo/core/result.hpp>
#include <dynamo/stage/options.hpp>
#include <dynamo/stage/traits.hpp>
#include <dynamo/stage/typed_cell.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace dynamo::stage {

namespace detail {
class supervisor_core;

/// A child that is being started, as the supervisor needs to know it.
struct new_child {
  std::shared_ptr<cell> stage;
  stage::restart restart;
  std::chrono::milliseconds shutdown;
};
}  // namespace detail

/// Runs stages, and restarts or ends them when they crash, as its options say.
///
/// A crash ends only the user's object: subscriptions, buffers and the events being handled
/// survive, and go to the next object that the factory makes. After more than `max_restarts`
/// restarts within `period`, all children end, and `wait` throws one error that names the stage.
///
/// Lack of memory in a function of a stage is a crash like any other. Lack of memory for messages
/// between stages ends the tree with errc::out_of_memory; `on_cancel` is not called then.
///
/// A stage may subscribe to stages of another supervisor as to any other producer. If that
/// supervisor ends before it is complete, the stage fails.
///
/// Thread safety: all functions are thread-safe. Users' functions run only on the pool, those of
/// one object one at a time.
/// Lifetime: the destructor stops the children and waits for their current calls. It must not run
/// on a thread of the pool.
class supervisor {
 public:
  supervisor() : supervisor(supervisor_options{}) {}
  /// Throws errc::invalid_argument if an option is out of range.
  explicit supervisor(const supervisor_options& options);
  supervisor(const supervisor&) = delete;
  supervisor& operator=(const supervisor&) = delete;
  ~supervisor();

  /// Starts a stage, after those started before, and returns its handle. `factory()` makes the
  /// stage's object, on the pool, now and after each crash. Demand flows at once; use
  /// `demand_mode::accumulate` for a producer with several consumers that must all get its first
  /// events.
  /// Throws errc::invalid_argument if an option is out of range or a producer cannot accept the
  /// subscription; errc::cancelled if the tree was stopped or has failed; std::bad_alloc. Nothing
  /// is started then.
  template <class F>
  auto start(F factory,
             child_options<typename detail::made_by<F>::in, typename detail::made_by<F>::out>
                 options = {}) {
    static_assert(
        detail::made_by<F>::valid,
        "dynamo: start() takes a function that makes a stage: an object with one function "
        "on_events(std::span<In>), or on_events(std::span<In>, stage::emit<Out>), each also with "
        "a last parameter stage::delivery&; or on_demand(std::size_t, stage::emit<Out>). It must "
        "not be a template or overloaded.");
    if constexpr (detail::made_by<F>::valid) {
      return start_checked(std::move(factory), std::move(options));
    }
  }

  /// Starts a child supervisor with its own strategy and restart limit. When it exceeds the limit,
  /// it fails like a stage.
  /// Throws as `start` does.
  /// Lifetime: the reference is valid as long as this supervisor.
  supervisor& nest(const supervisor_options& options);

  /// Blocks until every child has ended.
  /// Throws the error that ended the tree, with the exception that caused it nested;
  /// errc::cancelled if the tree was stopped before it was complete; errc::conflict on a thread of
  /// the pool.
  void wait();
  /// The same without throwing.
  result<void> try_wait();

  /// Begins to stop the children, from the last to the first. May be called on any thread, also in
  /// a stage.
  void request_stop();
  /// Requests the stop and waits until all children have ended: for each current call of a user's
  /// function at most its `shutdown`. The destructor waits for the rest.
  /// Throws errc::conflict on a thread of the pool.
  void stop();

  /// Returns the children in the order of their start, each copy separately.
  [[nodiscard]] std::vector<child_info> which_children() const;

 private:
  struct nested_tag {};
  supervisor(nested_tag, std::shared_ptr<detail::supervisor_core> core);

  template <class F, class Options>
  auto start_checked(F factory, Options options);

  [[nodiscard]] worker_pool& pool() const;
  [[nodiscard]] std::string name_for(std::string given) const;
  void adopt(const std::vector<detail::new_child>& children);

  std::shared_ptr<worker_pool> pool_;  // of the root
  std::shared_ptr<detail::supervisor_core> core_;
  std::vector<std::unique_ptr<supervisor>> nested_;
};

namespace detail {
/// Returns a number that no other subscription of the operating system process has: stages of
/// several trees may subscribe to each other.
[[nodiscard]] link_id next_link() noexcept;
/// Throws errc::invalid_argument.
void check_child(std::size_t copies, bool single_copy, bool consumes, std::size_t producers,
                 std::size_t max_deliveries, bool copyable);
}  // namespace detail

template <class F, class Options>
auto supervisor::start_checked(F factory, Options options) {
  using cell_type = detail::typed_cell<F>;
  using traits = detail::made_by<F>;
  using in = typename traits::in;
  using out = typename traits::out;
  using reported = std::conditional_t<traits::produces, out, void>;

  std::size_t producers = 0;
  for (const auto& each : options.subscribe_to) producers += each.to.outlets().size();
  detail::check_child(options.copies, detail::single<F>, traits::consumes, producers,
                      options.max_deliveries,
                      !traits::changes || options.delivery == guarantee::at_most_once ||
                          (std::is_copy_constructible_v<in> && std::is_copy_assignable_v<in>));

  std::string name = name_for(options.name);
  const auto shared = std::make_shared<F>(std::move(factory));
  std::vector<detail::new_child> children;
  std::vector<std::weak_ptr<detail::control>> controls;
  std::vector<std::weak_ptr<detail::outlet_port<out>>> outlets;
  struct link {
    std::shared_ptr<detail::outlet_port<in>> producer;
    detail::link_request<in> request;
    std::weak_ptr<detail::inlet_port<in>> consumer;
  };
  std::vector<link> links;
  try {
    children.reserve(options.copies);
    for (std::size_t copy = 0; copy < options.copies; ++copy) {
      const auto made_cell = std::make_shared<cell_type>(
          pool(), options.copies == 1 ? name : name + " #" + std::to_string(copy + 1), shared,
          options);
      if constexpr (traits::consumes) {
        for (const auto& each : options.subscribe_to) {
          auto partition = each.options.partition;
          if (partition) *partition += copy;
          for (const auto& port : each.to.outlets()) {
            auto producer = port.lock();
            if (!producer) {
              throw exception(
                  {.kind = errc::invalid_argument,
                   .message = "the producer '" + each.to.name() + "' no longer exists"});
            }
            const detail::link_id id = detail::next_link();
            made_cell->consuming().add(id, port, each.options);
            links.push_back({std::move(producer),
                             {id, made_cell.get(), partition, each.options.selector},
                             made_cell->inlet_end()});
            links.back().producer->reserve(links.back().request);
          }
        }
      }
      controls.emplace_back(std::shared_ptr<detail::control>(made_cell));
      if constexpr (traits::produces) outlets.push_back(made_cell->outlet_end());
      children.push_back({made_cell, options.restart, options.shutdown});
    }
    // Only when nothing can be refused any more, and all of a consumer's subscriptions are known: a
    // producer that has ended notifies its consumer at once, on another thread.
    if constexpr (traits::consumes) {
      for (const link& each : links) {
        each.producer->subscribe(each.request, each.consumer);
      }
    }
    adopt(children);
  } catch (...) {
    for (const link& each : links) each.producer->withdraw(each.request.id);
    throw;
  }
  // Nothing may throw after this point: the stage runs.
  if constexpr (traits::produces) {
    return handle<reported>(std::move(name), std::move(controls), std::move(outlets));
  } else {
    return handle<reported>(std::move(name), std::move(controls), {});
  }
}

}  // namespace dynamo::stage
