// Messages that are sent when their time has come.
#include "process/alarm.hpp"

#include <dynamo/process/mailbox.hpp>

#include <utility>

namespace dynamo {
namespace detail {

deadline time_after(deadline now, std::chrono::nanoseconds delay) noexcept {
  if (delay <= std::chrono::nanoseconds::zero()) return now;
  return now < deadline() || delay <= deadline::max() - now ? now + delay : deadline::max();
}

std::optional<deadline> mailbox_core::first_due() const {
  if (timers_.empty()) return std::nullopt;
  return timers_.begin()->first.first;
}

std::optional<mailbox_core::timer_key> mailbox_core::send_at(deadline when, message_ptr& message) {
  bool first = false;
  timer_key key(when, 0);
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return std::nullopt;
    key.second = ++last_timer_;
    const auto added = timers_.emplace(key, nullptr).first;
    first = added == timers_.begin();
    try {
      if (first) set_alarm();
    } catch (...) {
      timers_.erase(added);
      throw;
    }
    added->second = std::move(message);
    first = first && waiting_receivers_ != 0;
  }
  if (first) arrived_.notify_all();  // receivers wait for a later time
  return key;
}

bool mailbox_core::cancel(const timer_key& timer) {
  message_ptr dropped;  // destroyed without the lock
  ready_handler notify;
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    const auto found = timers_.find(timer);
    if (found == timers_.end()) return false;
    dropped = std::move(found->second);
    timers_.erase(found);
    notify = refresh();
    wake = waiting_receivers_ != 0 && over();
  }
  if (wake) arrived_.notify_all();
  if (notify) (*notify)();
  return true;
}

// Moves the messages of due timers into the queue, however full it is.
void mailbox_core::queue_due() {
  if (timers_.empty()) return;
  const deadline shown = now();
  bool came = false;
  while (!timers_.empty() && timers_.begin()->first.first <= shown) {
    message_ptr message = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    bytes_ += message->bytes;
    ++count_;
    messages_.push(std::move(message));
    came = true;
  }
  if (came && waiting_receivers_ != 0) arrived_.notify_all();
}

std::optional<deadline> mailbox_core::on_timer() noexcept {
  lock_type lock(mutex_);
  queue_due();
  alarm_set_for_ = first_due();
  const std::optional<deadline> next = alarm_set_for_;
  const ready_handler notify = refresh();
  lock.unlock();
  if (notify) (*notify)();
  return next;
}

// Only a receiver that waits outside needs to be woken.
void mailbox_core::set_alarm() {
  const auto due = first_due();
  if (!due || (descriptor_ < 0 && on_ready_ == nullptr)) return;
  const bool runs = alarm_ && alarm_->runs();
  if (runs && alarm_set_for_ && *alarm_set_for_ <= *due) return;
  if (!runs) alarm_ = alarm::shared();
  alarm_->set(*due, options_.time, weak_from_this());
  alarm_set_for_ = due;
}

}  // namespace detail

bool message_timer::cancel() const {
  const auto mailbox = to_.lock();
  return mailbox != nullptr && mailbox->cancel(key_);
}

}  // namespace dynamo
