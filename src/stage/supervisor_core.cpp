#include "stage/supervisor_core.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace dynamo::stage::detail {
namespace {

ending stopped_by_request() {
  ending how{ending::kind::stopped, {}, nullptr, {}};
  how.reason.kind = errc::cancelled;
  how.reason.message = "the supervisor was stopped";
  return how;
}

// The last owner of a supervisor's core may be a thread of the pool, which cannot destroy the pool.
supervisor_options without_pool(supervisor_options options) {
  options.pool.reset();
  return options;
}

}  // namespace

supervisor_core::supervisor_core(worker_pool& pool, const supervisor_options& options,
                                 std::shared_ptr<tree> of)
    : actor(pool),
      options_(without_pool(options)),
      clock_(options.clock ? options.clock : system_clock_source()),
      tree_(std::move(of)),
      policy_(options.strategy, options.max_restarts, options.period) {}

void supervisor_core::refuse_if_stopping() const {
  if (!stopping_) return;
  throw exception({.kind = errc::cancelled,
                   .message = "cannot start a stage: the supervisor has stopped or failed"});
}

// All or none: memory first.
void supervisor_core::adopt(const std::vector<new_child>& children) {
  const std::lock_guard lock(tree_->mutex);
  refuse_if_stopping();
  children_.reserve(children_.size() + children.size());
  policy_.reserve(children_.size() + children.size());
  // While it is halted by its parent, the command that launches the other children launches these
  // too. If a stage were launched twice, it would be restarted without a restart that counts.
  const bool halted = state_ == child_state::restarting;
  for (const new_child& each : children) {
    const std::uint64_t number = halted ? 0 : ++tree_->numbers;
    const std::size_t index = policy_.add(each.restart);
    children_.push_back({each.stage, nullptr, each.restart, each.shutdown, number});
    each.stage->report_to(std::static_pointer_cast<supervisor_core>(shared_from_this()), index);
    each.stage->be_watched(options_.metrics, options_.log);
    if (!halted) each.stage->launch(number);
  }
}

void supervisor_core::adopt(const std::shared_ptr<supervisor_core>& nested,
                            stage::restart restart) {
  const std::lock_guard lock(tree_->mutex);
  refuse_if_stopping();
  children_.reserve(children_.size() + 1);
  policy_.reserve(children_.size() + 1);
  const std::uint64_t number = ++tree_->numbers;
  const std::size_t index = policy_.add(restart);
  children_.push_back({nested, nested.get(), restart, {}, number});
  nested->report_to(std::static_pointer_cast<supervisor_core>(shared_from_this()), index);
  nested->launch(number);
}

std::string supervisor_core::name_for(std::string given) {
  const std::lock_guard lock(tree_->mutex);
  ++named_;
  return given.empty() ? fmt::format("stage {}", named_) : std::move(given);
}

supervisor_options supervisor_core::below(supervisor_options options) const {
  if (!options.metrics) options.metrics = options_.metrics;
  if (!options.log) options.log = options_.log;
  return options;
}

void supervisor_core::watch(const std::stop_token& stop) {
  on_stop_.emplace(stop, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) static_cast<supervisor_core&>(*self).request_stop();
  });
}

void supervisor_core::request_stop() noexcept {
  {
    const std::lock_guard lock(tree_->mutex);
    if (std::exchange(stopping_, true)) return;
    // Without a stage it is not complete, although no child is left.
    if (!has_stages()) interrupted_ = true;
  }
  tell([this] {
    // Its parent may wait for the plan that this one replaces.
    carry_out(to_all(command::end, stopped_by_request()), [this, report = std::move(then_)] {
      {
        const std::lock_guard lock(tree_->mutex);
        stopped_ = true;
        state_ = child_state::stopped;
      }
      if (report) report();
    });
  });
}

result<void> supervisor_core::wait() {
  std::unique_lock lock(tree_->mutex);
  tree_->changed.wait(lock, [&] { return all_ended(); });
  if (failure_) return failure_->reason;
  if (was_interrupted()) return stopped_by_request().reason;
  return {};
}

void supervisor_core::join() {
  std::unique_lock lock(tree_->mutex);
  tree_->changed.wait(lock, [&] { return all_ended(); });
}

void supervisor_core::stop() {
  request_stop();
  std::unique_lock lock(tree_->mutex);
  while (!all_ended() && !stopped_) {
    const tree::ending_step current = tree_->current;
    auto moved_on = [&] {
      return all_ended() || stopped_ || tree_->current.number != current.number;
    };
    if (current.number == 0) {
      tree_->changed.wait(lock, moved_on);
    } else if (!tree_->changed.wait_until(lock, current.until, moved_on)) {
      lock.unlock();
      if (const auto by = current.by.lock()) by->acknowledged(0, current.number);
      lock.lock();
      tree_->changed.wait(lock, moved_on);
    }
  }
}

std::exception_ptr supervisor_core::cause() const {
  const std::lock_guard lock(tree_->mutex);
  return failure_ ? failure_->cause : nullptr;
}

std::vector<child_info> supervisor_core::which_children() const {
  std::vector<std::shared_ptr<supervised>> all;
  {
    const std::lock_guard lock(tree_->mutex);
    for (const entry& each : children_) all.push_back(each.who);
  }
  std::vector<child_info> infos;
  infos.reserve(all.size());
  for (const auto& each : all) infos.push_back(each->info());
  return infos;
}

child_info supervisor_core::info() const {
  const std::lock_guard lock(tree_->mutex);
  child_info info;
  info.name = options_.name.empty() ? "supervisor" : options_.name;
  info.state = state_ == child_state::running && !children_.empty() && all_ended()
                   ? child_state::complete
                   : state_;
  info.restarts = restarts_;
  info.crashes = crashes_;
  if (failure_) info.reason = failure_->reason;
  return info;
}

bool supervisor_core::all_ended() const noexcept {
  if (aborted_) return is_over();
  return !unsettled_ && std::ranges::all_of(children_, [](const entry& each) {
    return each.ended || (each.nested != nullptr && each.nested->all_ended());
  });
}

bool supervisor_core::is_over() const noexcept {
  return std::ranges::all_of(children_, [](const entry& each) { return each.who->is_over(); });
}

bool supervisor_core::was_interrupted() const noexcept {
  return interrupted_ || std::ranges::any_of(children_, [](const entry& each) {
           return each.nested != nullptr && each.nested->was_interrupted();
         });
}

bool supervisor_core::has_stages() const noexcept {
  return std::ranges::any_of(children_, [](const entry& each) {
    return each.nested == nullptr || each.nested->has_stages();
  });
}

std::string supervisor_core::name_of(std::size_t child) const {
  std::shared_ptr<supervised> who;
  bool nested = false;
  {
    const std::lock_guard lock(tree_->mutex);
    who = children_[child].who;
    nested = children_[child].nested != nullptr;
  }
  return fmt::format("{} '{}'", nested ? "supervisor" : "stage", who->info().name);
}

// As a child of another supervisor.

// Its children are launched as they are adopted, unless it is halted.
void supervisor_core::launch(std::uint64_t number) noexcept {
  tell([this, number] {
    std::deque<step> plan;
    {
      const std::lock_guard lock(tree_->mutex);
      if (stopping_) return acknowledge_after_end(number);
      if (state_ == child_state::restarting) {
        plan = steps_of_all(command::launch, {});
        state_ = child_state::running;
        policy_.forget();
      }
    }
    life_ = number;
    carry_out(std::move(plan), [this, number] {
      if (const auto parent = overseer_.lock()) parent->acknowledged(index_, number);
    });
  });
}

void supervisor_core::halt(std::uint64_t number) noexcept {
  tell([this, number] {
    {
      const std::lock_guard lock(tree_->mutex);
      if (stopping_) return acknowledge_after_end(number);
      state_ = child_state::restarting;
      ++restarts_;
    }
    carry_out(to_all(command::halt), [this, number] {
      if (const auto parent = overseer_.lock()) parent->acknowledged(index_, number);
    });
  });
}

// Another plan would replace the end, and its report.
void supervisor_core::acknowledge_after_end(std::uint64_t number) {
  then_ = [this, number, report = std::move(then_)] {
    if (report) report();
    if (const auto parent = overseer_.lock()) parent->acknowledged(index_, number);
  };
}

void supervisor_core::end(std::uint64_t number, ending how) noexcept {
  {
    const std::lock_guard lock(tree_->mutex);
    stopping_ = true;
  }
  tell([this, number, how = std::move(how)] {
    ending each = how;
    each.how = ending::kind::stopped;
    carry_out(to_all(command::end, each), [this, number, how] {
      std::optional<ending> failure;  // the previous one is destroyed without the lock
      if (how.how == ending::kind::failed) failure = how;
      {
        const std::lock_guard lock(tree_->mutex);
        stopped_ = true;
        unsettled_ = false;
        if (failure) failure_.swap(failure);
        state_ = failure_ ? child_state::failed : child_state::stopped;
      }
      if (const auto parent = overseer_.lock()) {
        ending mine = how;
        if (mine.how == ending::kind::stopped) {
          const std::lock_guard lock(tree_->mutex);
          if (failure_) {
            mine = *failure_;
          } else if (!was_interrupted()) {
            // Its children were complete.
            mine.how = ending::kind::complete;
          }
        }
        parent->child_ended(index_, mine);
        parent->acknowledged(index_, number);
      }
    });
  });
}

// No more children are accepted; without a list of them, since this must not fail.
void supervisor_core::shut() {
  for (std::size_t child = 0;; ++child) {
    std::shared_ptr<supervised> who;
    {
      const std::lock_guard lock(tree_->mutex);
      if (child == children_.size()) break;
      who = children_[child].who;
    }
    who->shut();
  }
  close();
}

// As a parent.

void supervisor_core::child_crashed(std::size_t child, std::uint64_t life, ending how,
                                    bool counts) noexcept {
  tell([this, child, life, how = std::move(how), counts]() mutable {
    events_.push_back({event::kind::crashed, child, life, std::move(how), counts});
  });
}

void supervisor_core::child_completed(std::size_t child, std::uint64_t life) noexcept {
  tell([this, child, life] { events_.push_back({event::kind::completed, child, life, {}, true}); });
}

void supervisor_core::child_ended(std::size_t child, const ending& how) noexcept {
  tell_made([&] {
    return [this, child, how = how]() mutable {
      const std::lock_guard lock(tree_->mutex);
      entry& of = children_[child];
      of.ended = true;
      policy_.ended(child);
      if (step_ != 0 && step_child_ == child) step_is_done(step_);
      if (aborted_) return;
      // Its failure is this supervisor's to handle now.
      if (of.nested != nullptr) of.nested->unsettled_ = false;
      const bool failed = how.how == ending::kind::failed && of.restart != restart::temporary;
      if (how.how == ending::kind::stopped || (failed && stopping_)) interrupted_ = true;
      if (failed && !stopping_) {
        unsettled_ = true;
        events_.push_back({event::kind::failed, child, 0, std::move(how), false});
      }
    };
  });
}

void supervisor_core::acknowledged(std::size_t, std::uint64_t number) noexcept {
  tell([this, number] {
    const std::lock_guard lock(tree_->mutex);
    if (number == step_) step_is_done(number);
  });
}

void supervisor_core::step_is_done(std::uint64_t number) {
  step_ = 0;
  if (tree_->current.number == number) tree_->current.number = 0;
}

}  // namespace dynamo::stage::detail
