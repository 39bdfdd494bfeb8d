#include "process/alarm.hpp"

#include "core/blocked_signals.hpp"
#include "core/clock_wait.hpp"

#include <dynamo/process/mailbox_core.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace dynamo::detail {
namespace {

bool is_same(const std::weak_ptr<mailbox_core>& one, const std::weak_ptr<mailbox_core>& other) {
  return !one.owner_before(other) && !other.owner_before(one);
}

}  // namespace

std::shared_ptr<alarm> alarm::shared() {
  static std::mutex mutex;
  static std::weak_ptr<alarm> last;
  const std::lock_guard lock(mutex);
  std::shared_ptr<alarm> one = last.lock();
  if (!one || !one->runs()) {
    one = std::make_shared<alarm>();
    last = one;
  }
  return one;
}

alarm::alarm() {
  const blocked_signals for_the_thread;
  thread_ = owned_thread([of = state_] { of->run(); });
}

alarm::~alarm() {
  if (!runs()) return;
  {
    const std::lock_guard lock(state_->mutex);
    state_->ending = true;
  }
  state_->changed.notify_one();
  // The last mailbox may have been destroyed by the thread itself, which ends next.
  if (thread_.is_this_thread()) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

void alarm::set(deadline when, std::shared_ptr<clock> time, std::weak_ptr<mailbox_core> whom) {
  std::list<entry> added;
  added.push_back({when, std::move(time), std::move(whom)});
  {
    const std::lock_guard lock(state_->mutex);
    state_->add(added);
  }
  state_->changed.notify_one();
}

void alarm::state::add(std::list<entry>& one) {
  for (entry& each : entries) {
    if (!is_same(each.whom, one.front().whom)) continue;
    each.when = std::min(each.when, one.front().when);
    return;
  }
  entries.splice(entries.end(), one, one.begin());
}

std::chrono::nanoseconds alarm::state::look(std::list<entry>& due) {
  auto sleep = std::chrono::nanoseconds::max();
  for (auto each = entries.begin(); each != entries.end(); ++each) {
    const auto now = [&] {
      return each->time ? each->time->now() : std::chrono::steady_clock::now();
    };
    const auto left = sleep_before_look(each->when, now);
    if (left == std::chrono::nanoseconds::zero()) {
      due.splice(due.end(), entries, each);
      return left;
    }
    sleep = std::min(sleep, left);
  }
  return sleep;
}

void alarm::state::run() {
  std::unique_lock lock(mutex);
  while (!ending) {
    std::list<entry> due;
    const auto sleep = look(due);
    if (!due.empty()) {
      lock.unlock();
      std::optional<deadline> next;
      if (const auto mailbox = due.front().whom.lock()) next = mailbox->on_timer();
      lock.lock();
      if (next) {
        due.front().when = *next;
        add(due);
      }
    } else if (entries.empty()) {
      changed.wait(lock);
    } else {
      changed.wait_until(lock, std::chrono::steady_clock::now() + sleep);
    }
  }
}

}  // namespace dynamo::detail
