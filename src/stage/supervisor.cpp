#include "stage/supervisor_core.hpp"

#include <dynamo/core/owned_thread.hpp>
#include <dynamo/stage/supervisor.hpp>

#include <atomic>

namespace dynamo::stage {
namespace {

[[noreturn]] void refuse(std::string message) {
  throw exception({.kind = errc::invalid_argument, .message = std::move(message)});
}

void check(const supervisor_options& options) {
  if (options.period <= std::chrono::milliseconds(0))
    refuse("period is 0 or negative: use more than 0");
}

void refuse_to_wait_on(const worker_pool& pool) {
  if (pool.runs_here()) {
    throw exception({.kind = errc::conflict,
                     .message = "a stage cannot wait for its own supervisor: use request_stop"});
  }
}

}  // namespace

namespace detail {

link_id next_link() noexcept {
  static std::atomic<link_id> last = 0;
  return ++last;
}

void check_child(std::size_t copies, bool single_copy, bool consumes, std::size_t producers,
                 std::size_t max_deliveries, bool copyable) {
  if (copies == 0) refuse("copies is 0: use 1 or more");
  if (single_copy && copies != 1) refuse("this producer reads one source: it cannot have copies");
  if (consumes && producers == 0) refuse("a stage that consumes needs a producer to subscribe to");
  if (max_deliveries < 2) refuse("max_deliveries is below 2: use 2 or more");
  if (!copyable) {
    refuse(
        "the stage may change its events, and these cannot be copied to deliver them again: accept "
        "std::span<const In>, or deliver at_most_once");
  }
}

}  // namespace detail

supervisor::supervisor(const supervisor_options& options)
    : pool_((check(options), options.pool ? options.pool : std::make_shared<worker_pool>())),
      core_(std::make_shared<detail::supervisor_core>(*pool_, options,
                                                      std::make_shared<detail::tree>())) {
  core_->watch(options.stop);
}

supervisor::supervisor(nested_tag, std::shared_ptr<detail::supervisor_core> core)
    : core_(std::move(core)) {}

supervisor::~supervisor() {
  if (core_->is_forked_child()) {
    dynamo::detail::abandon(core_);
    return;
  }
  core_->unwatch();
  if (!pool_) return;  // nested: the root stops it
  core_->request_stop();
  core_->join();
  core_->shut();
}

supervisor& supervisor::nest(const supervisor_options& options) {
  check(options);
  auto core = std::make_shared<detail::supervisor_core>(core_->on_pool(), core_->below(options),
                                                        core_->of_tree());
  core->watch(options.stop);
  std::unique_ptr<supervisor> made(new supervisor(nested_tag{}, core));
  supervisor& reported = *made;
  {
    const std::lock_guard lock(core_->of_tree()->mutex);
    nested_.push_back(std::move(made));
  }
  // The last call that may throw: if it does, a supervisor without children remains.
  core_->adopt(core, options.restart);
  return reported;
}

void supervisor::wait() {
  const auto ended = try_wait();
  if (ended) return;
  if (const auto cause = core_->cause()) {
    try {
      std::rethrow_exception(cause);
    } catch (...) {
      std::throw_with_nested(exception(ended.error()));
    }
  }
  throw exception(ended.error());
}

result<void> supervisor::try_wait() {
  refuse_to_wait_on(core_->on_pool());
  if (core_->is_forked_child()) return dynamo::detail::made_before_fork("supervisor");
  return core_->wait();
}

void supervisor::request_stop() {
  core_->request_stop();
}

void supervisor::stop() {
  refuse_to_wait_on(core_->on_pool());
  if (core_->is_forked_child()) throw exception(dynamo::detail::made_before_fork("supervisor"));
  core_->stop();
}

std::vector<child_info> supervisor::which_children() const {
  return core_->which_children();
}

worker_pool& supervisor::pool() const {
  return core_->on_pool();
}

std::string supervisor::name_for(std::string given) const {
  return core_->name_for(std::move(given));
}

void supervisor::adopt(const std::vector<detail::new_child>& children) {
  core_->adopt(children);
}

}  // namespace dynamo::stage
