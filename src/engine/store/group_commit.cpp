#include "engine/store/group_commit.hpp"

namespace dynamo::engine::store {
namespace {

// Bounds how long the first one of a group waits for the others.
constexpr std::size_t largest_group = 64;

}  // namespace

void group_commit::wait_for_turn(waiting_write& own, std::unique_lock<std::mutex>& lock) {
  gathered_.push_back(&own);
  if (somebody_leads_) {
    own.changed.wait(lock, [&] { return own.leads || own.done; });
  } else {
    own.leads = somebody_leads_ = true;
  }
}

void group_commit::pass_on() {
  somebody_leads_ = !gathered_.empty();
  if (somebody_leads_) {
    gathered_.front()->leads = true;
    gathered_.front()->changed.notify_one();
  }
}

void group_commit::write(const std::function<void(writer&)>& work, bool decided) {
  waiting_write own;
  own.work = &work;
  own.decided = decided;
  std::unique_lock lock(mutex_);
  wait_for_turn(own, lock);
  if (own.leads) {
    // The leader is the first of those who have gathered.
    std::vector<pending_write*> group;
    std::vector<waiting_write*> followers;
    while (!gathered_.empty() && !gathered_.front()->alone && group.size() < largest_group) {
      if (!group.empty()) followers.push_back(gathered_.front());
      group.push_back(gathered_.front());
      gathered_.pop_front();
    }
    lock.unlock();
    run_(group);
    lock.lock();
    // Under the lock: a follower, and what it waits for, ends as soon as it may see this.
    for (waiting_write* const each : followers) {
      each->done = true;
      each->changed.notify_one();
    }
    pass_on();
  }
  lock.unlock();
  if (own.failure) std::rethrow_exception(own.failure);
}

void group_commit::alone(const std::function<void()>& work) {
  waiting_write own;
  own.alone = true;
  std::unique_lock lock(mutex_);
  wait_for_turn(own, lock);
  gathered_.pop_front();
  lock.unlock();
  try {
    work();
  } catch (...) {
    own.failure = std::current_exception();
  }
  lock.lock();
  pass_on();
  lock.unlock();
  if (own.failure) std::rethrow_exception(own.failure);
}

std::size_t group_commit::gathered() const {
  const std::lock_guard lock(mutex_);
  return gathered_.size();
}

}  // namespace dynamo::engine::store
