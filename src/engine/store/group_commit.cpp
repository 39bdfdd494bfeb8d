#include "engine/store/group_commit.hpp"

#include "engine/store/store_failure.hpp"

#include <array>

namespace dynamo::engine::store {

namespace {

std::exception_ptr copy_of(const std::exception_ptr& why) noexcept {
  try {
    try {
      std::rethrow_exception(why);
    } catch (const store_failure& failure) {
      throw store_failure(failure.what(), failure.code());
    }
  } catch (...) {
    return std::current_exception();
  }
}

}  // namespace

void fail_each(std::span<pending_write* const> writes, const std::exception_ptr& why) noexcept {
  for (pending_write* const each : writes) {
    if (!each->failure) each->failure = copy_of(why);
  }
}

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

void group_commit::lead(std::unique_lock<std::mutex>& lock) noexcept {
  // Must not allocate: a writer taken out of the queue must be woken in every case.
  std::array<waiting_write*, largest_group> members{};
  std::array<pending_write*, largest_group> group{};
  std::size_t size = 0;
  for (; !gathered_.empty() && !gathered_.front()->alone && size < largest_group; ++size) {
    members[size] = gathered_.front();
    group[size] = gathered_.front();
    gathered_.pop_front();
  }
  const std::span all(group.data(), size);
  lock.unlock();
  try {
    run_(all);
  } catch (...) {
    fail_each(all, std::current_exception());
  }
  lock.lock();
  // Under the lock: a follower, and the condition it waits on, may be destroyed as soon as the
  // follower sees this. The first one is the leader itself.
  for (std::size_t i = 1; i < size; ++i) {
    members[i]->done = true;
    members[i]->changed.notify_one();
  }
  pass_on();
}

void group_commit::write(const std::function<void(writer&)>& work, bool decided) {
  waiting_write own;
  own.work = &work;
  own.decided = decided;
  std::unique_lock lock(mutex_);
  wait_for_turn(own, lock);
  if (own.leads) lead(lock);
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
