// The turns of a supervisor: follows its policy, one step of a plan at a time.
#include "stage/supervisor_core.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace dynamo::stage::detail {

bool supervisor_core::turn() {
  while (step_ == 0) {
    if (!plan_.empty()) {
      take_step();
    } else if (then_) {
      std::exchange(then_, nullptr)();
    } else if (!events_.empty()) {
      event next = std::move(events_.front());
      events_.pop_front();
      handle(next);
    } else {
      break;
    }
  }
  report_abortion();
  // After the lock: a child's end is not always reported together with it, and a thread may be
  // about to wait.
  {
    const std::lock_guard lock(tree_->mutex);
  }
  tree_->changed.notify_all();
  return false;
}

// Allocates nothing. Children end by themselves when they find that they must.
void supervisor_core::perish(error why) noexcept {
  plan_.clear();
  then_ = nullptr;
  events_.clear();
  step_ = 0;
  const std::lock_guard lock(tree_->mutex);
  stopping_ = stopped_ = aborted_ = true;
  unsettled_ = false;
  state_ = child_state::failed;
  if (!failure_) failure_ = {ending::kind::failed, std::move(why)};
  for (const entry& each : children_) each.who->abort();
}

void supervisor_core::report_abortion() noexcept {
  std::shared_ptr<overseer> parent;
  {
    const std::lock_guard lock(tree_->mutex);
    if (!aborted_ || reported_ || !is_over()) return;
    parent = overseer_.lock();
  }
  if (!parent) return;
  reported_ = true;
  parent->child_ended(index_, *failure_);  // does not change any more
}

void supervisor_core::handle(const event& what) {
  restart_policy::decision decided{restart_policy::decision::kind::let_go};
  const auto now = clock_->now();
  {
    const std::lock_guard lock(tree_->mutex);
    if (stopping_) {
      // A stop was requested after the child had failed.
      if (what.what == event::kind::failed) {
        unsettled_ = false;
        interrupted_ = true;
      }
      return;
    }
    if (what.what != event::kind::failed) {
      // Of an object that was replaced meanwhile.
      if (children_[what.child].ended || children_[what.child].life != what.life) return;
      decided = what.what == event::kind::crashed ? policy_.failed(what.child, now, what.counts)
                                                  : policy_.completed(what.child, now);
      if (what.what == event::kind::crashed) ++crashes_;
    }
  }
  if (what.what == event::kind::failed) {
    give_up(what.child, what.how, false);
  } else {
    follow(decided, what.child, what.how);
  }
}

void supervisor_core::follow(const restart_policy::decision& what, std::size_t child,
                             const ending& how) {
  std::deque<step> plan;
  switch (what.what) {
    case restart_policy::decision::kind::restart:
      for (const std::size_t each : what.children) {
        plan.push_front({command::halt, each});
      }
      for (const std::size_t each : what.children) plan.push_back({command::launch, each});
      carry_out(std::move(plan), nullptr);
      return;
    case restart_policy::decision::kind::let_go:
      plan.push_back({command::end, child, how});
      carry_out(std::move(plan), nullptr);
      return;
    case restart_policy::decision::kind::give_up:
      give_up(child, how, true);
      return;
  }
}

void supervisor_core::give_up(std::size_t child, const ending& how, bool over_limit) {
  ending mine = how;
  mine.how = ending::kind::failed;
  mine.who.clear();
  if (how.how == ending::kind::complete) {
    mine.reason.kind = errc::callback;
    mine.reason.message = "it is complete, but its restart is permanent";
  }
  mine.reason.message =
      over_limit ? fmt::format("{} failed: more than {} restarts in {} ms: {}", name_of(child),
                               options_.max_restarts, options_.period.count(), mine.reason.message)
                 : fmt::format("{} failed: {}", name_of(child), mine.reason.message);
  const auto parent = overseer_.lock();
  if (parent && over_limit) {
    // The parent may launch it again.
    carry_out(to_all(command::halt),
              [this, parent, mine] { parent->child_crashed(index_, life_, mine, true); });
    return;
  }
  {
    const std::lock_guard lock(tree_->mutex);
    stopping_ = true;
    failure_ = mine;
    if (!parent) unsettled_ = false;
  }
  ending each = mine;
  each.how = ending::kind::stopped;
  carry_out(to_all(command::end, each), [this, parent, mine] {
    {
      const std::lock_guard lock(tree_->mutex);
      stopped_ = true;
      state_ = child_state::failed;
    }
    if (parent) parent->child_ended(index_, mine);
  });
}

std::deque<supervisor_core::step> supervisor_core::to_all(command what, const ending& how) {
  const std::lock_guard lock(tree_->mutex);
  return steps_of_all(what, how);
}

std::deque<supervisor_core::step> supervisor_core::steps_of_all(command what,
                                                                const ending& how) const {
  std::deque<step> plan;
  for (std::size_t child = 0; child < children_.size(); ++child) {
    if (children_[child].ended) continue;
    if (what == command::launch) {
      plan.push_back({what, child, how});
    } else {
      plan.push_front({what, child, how});
    }
  }
  return plan;
}

// Replaces the current plan: children carry out a command whatever came before.
void supervisor_core::carry_out(std::deque<step> plan, std::function<void()> then) {
  plan_ = std::move(plan);
  then_ = std::move(then);
  step_ = 0;
}

void supervisor_core::take_step() {
  step next = std::move(plan_.front());
  plan_.pop_front();
  std::shared_ptr<supervised> who;
  const std::uint64_t number = ++tree_->numbers;
  {
    const std::lock_guard lock(tree_->mutex);
    entry& of = children_[next.child];
    if (of.ended) return;
    who = of.who;
    of.life = next.what == command::launch ? number : 0;
    if (next.what == command::end && of.nested == nullptr) {
      tree_->current = {std::static_pointer_cast<supervisor_core>(shared_from_this()), number,
                        std::chrono::steady_clock::now() + of.shutdown};
    }
  }
  step_ = number;
  step_child_ = next.child;
  switch (next.what) {
    case command::halt:
      who->halt(number);
      break;
    case command::launch:
      who->launch(number);
      break;
    case command::end:
      who->end(number, std::move(next.how));
      break;
  }
}

}  // namespace dynamo::stage::detail
