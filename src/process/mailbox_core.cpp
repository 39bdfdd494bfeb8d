#include "core/clock_wait.hpp"

#include <dynamo/process/mailbox.hpp>

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace dynamo::detail {
namespace {

// Waking a receiver is worth this many messages.
constexpr std::size_t lazy_messages = 32;

[[noreturn]] void reject(const char* message) {
  throw exception({.kind = errc::invalid_argument, .message = message});
}

mailbox_options checked(const mailbox_options& options, bool measured) {
  if (options.capacity == 0) reject("a mailbox's capacity is 0: use 1 or more");
  if (options.max_bytes == std::size_t{0}) {
    reject("a mailbox's max_bytes is 0: use 1 or more, or leave it out");
  }
  if (options.max_bytes && !measured) {
    reject(
        "max_bytes needs messages that can be measured: write a size_in_bytes for them, or give "
        "the mailbox a function");
  }
  return options;
}

std::optional<deadline> earliest(const std::optional<deadline>& one,
                                 const std::optional<deadline>& other) {
  if (one && other) return std::min(*one, *other);
  return one ? one : other;
}

// Waits until `ready`, a stop or a deadline, with only the mechanisms that these need.
template <class Now, class Ready>
void wait_for_change(std::condition_variable_any& changed, std::unique_lock<std::mutex>& lock,
                     const std::stop_token& stop, const std::optional<deadline>& until,
                     const Now& now, Ready ready) {
  if (until) {
    (void)wait_until(changed, lock, stop, *until, now, ready);
  } else if (stop.stop_possible()) {
    changed.wait(lock, stop, ready);
  } else {
    changed.wait(lock, ready);
  }
}

}  // namespace

error receive_interruption(errc kind) {
  return {.kind = kind,
          .message = kind == errc::cancelled ? "waiting for a message was cancelled"
                                             : "the deadline passed before a message arrived"};
}

mailbox_core::mailbox_core(const mailbox_options& options, bool measured)
    : options_(checked(options, measured)) {}

mailbox_core::~mailbox_core() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

deadline mailbox_core::now() const {
  return options_.time ? options_.time->now() : std::chrono::steady_clock::now();
}

bool mailbox_core::over() const {
  return closed_ || (had_senders_ && senders_ == 0 && timers_.empty());
}

void mailbox_core::add_sender() {
  const std::lock_guard lock(mutex_);
  ++senders_;
  had_senders_ = true;
  (void)refresh();  // it can only be that the end is off
}

void mailbox_core::remove_sender() {
  ready_handler notify;
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    --senders_;
    notify = refresh();
    // Also for messages that were sent with `send_lazily`.
    wake = waiting_receivers_ != 0 && (over() || count_ != 0);
  }
  if (wake) arrived_.notify_all();
  if (notify) (*notify)();
}

std::size_t mailbox_core::size() const {
  const std::lock_guard lock(mutex_);
  return count_;
}

bool mailbox_core::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

bool mailbox_core::ended() const {
  const std::lock_guard lock(mutex_);
  return count_ == 0 && over();
}

void mailbox_core::flush() {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    wake = count_ != 0 && waiting_receivers_ != 0;
  }
  if (wake) arrived_.notify_one();
}

int mailbox_core::descriptor() {
  const std::lock_guard lock(mutex_);
  if (descriptor_ < 0) {
    descriptor_ = ::eventfd(ready_ ? 1 : 0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (descriptor_ < 0) {
      throw exception({.kind = errc::io,
                       .message = "cannot create a descriptor for a mailbox: " +
                                  std::generic_category().message(errno)});
    }
    set_alarm();
  }
  return descriptor_;
}

void mailbox_core::on_ready(std::function<void()> notify) {
  auto handler = std::make_shared<const std::function<void()>>(std::move(notify));
  if (!*handler) handler = nullptr;
  bool at_once = false;
  {
    const std::lock_guard lock(mutex_);
    on_ready_.swap(handler);  // the previous one is destroyed without the lock
    set_alarm();
    at_once = ready_ && on_ready_ != nullptr;
    if (at_once) handler = on_ready_;
  }
  if (at_once) (*handler)();
}

bool mailbox_core::has_room(std::size_t bytes) const {
  if (count_ == 0) return true;
  if (count_ >= options_.capacity) return false;
  return !options_.max_bytes ||
         (bytes_ <= *options_.max_bytes && bytes <= *options_.max_bytes - bytes_);
}

// True if a lazy sender that waits has room for more than a message or two.
bool mailbox_core::worth_sending() const {
  return count_ <= options_.capacity / 2 &&
         (!options_.max_bytes || bytes_ <= *options_.max_bytes / 2);
}

bool mailbox_core::admits(std::size_t bytes) const {
  const std::lock_guard lock(mutex_);
  return !closed_ && has_room(bytes);
}

bool mailbox_core::send(message_ptr& message, const send_limits& limits) {
  const std::size_t bytes = message->bytes;
  lock_type lock(mutex_);
  if (!closed_ && !has_room(bytes)) {
    // Messages sent with `send_lazily` would wait as long as this thread.
    if (waiting_receivers_ != 0) arrived_.notify_one();
    ++waiting_senders_;
    if (limits.lazy) ++lazy_senders_;
    wait_for_change(
        room_, lock, limits.stop, limits.until, [&] { return limits.now ? limits.now() : now(); },
        [&] { return closed_ || (has_room(bytes) && (!limits.lazy || worth_sending())); });
    if (limits.lazy) --lazy_senders_;
    --waiting_senders_;
  }
  if (closed_) return false;
  if (has_room(bytes) && !limits.stop.stop_requested()) {
    admitted(lock, std::move(message), limits.lazy);
    return true;
  }
  // This thread may have been the one woken: wakes another one.
  if (waiting_senders_ != 0) room_.notify_one();
  return false;
}

bool mailbox_core::send_at_once(message_ptr& message, bool beyond_capacity) {
  lock_type lock(mutex_);
  if (closed_ || !(beyond_capacity || has_room(message->bytes))) return false;
  admitted(lock, std::move(message), false);
  return true;
}

mailbox_core::wait_end mailbox_core::receive(message_ptr& message, const std::stop_token& stop,
                                             const std::optional<deadline>& until) {
  lock_type lock(mutex_);
  for (;;) {
    queue_due();
    const bool stopped = stop.stop_requested();
    if (stopped || (until && *until <= now())) {
      // This thread may have been the one woken: wakes another one.
      if (waiting_receivers_ != 0) arrived_.notify_one();
      const ready_handler notify = refresh();
      lock.unlock();
      if (notify) (*notify)();
      return stopped ? wait_end::stopped : wait_end::late;
    }
    if (count_ != 0) {
      message = take(lock);
      return wait_end::ready;
    }
    if (over()) return wait_end::closed;
    const std::optional<deadline> due = first_due();
    ++waiting_receivers_;
    wait_for_change(
        arrived_, lock, stop, earliest(until, due), [&] { return now(); },
        [&] { return count_ != 0 || over() || first_due() != due; });
    --waiting_receivers_;
  }
}

message_ptr mailbox_core::try_receive() {
  lock_type lock(mutex_);
  queue_due();
  return count_ == 0 ? nullptr : take(lock);
}

void mailbox_core::admitted(lock_type& lock, message_ptr message, bool lazy) {
  bytes_ += message->bytes;
  ++count_;
  messages_.push(std::move(message));
  const bool enough = !lazy || count_ >= std::min(options_.capacity, lazy_messages);
  const bool wake = waiting_receivers_ != 0 && enough;
  const ready_handler notify = refresh();
  lock.unlock();
  if (wake) arrived_.notify_one();
  if (notify) (*notify)();
}

message_ptr mailbox_core::take(lock_type& lock) {
  message_ptr message = messages_.pop();
  --count_;
  bytes_ -= message->bytes;
  const bool wake = waiting_senders_ > lazy_senders_ || (lazy_senders_ != 0 && worth_sending());
  // Senders check the room when they wake: not all of them may fit if it is little, or counted in
  // bytes.
  const bool all = lazy_senders_ != 0 || options_.max_bytes.has_value();
  // There is something to report if messages of timers are left. The end may become visible after
  // the last message: a handler that receives until there is no message checks for it then.
  const ready_handler notify = refresh();
  lock.unlock();
  if (wake) {
    if (all) {
      room_.notify_all();
    } else {
      room_.notify_one();
    }
  }
  if (notify) (*notify)();
  return message;
}

void mailbox_core::close() {
  message_chain dropped;  // destroyed without the lock: a message may own a sender
  std::map<timer_key, message_ptr> cancelled;
  ready_handler notify;
  {
    const std::lock_guard lock(mutex_);
    dropped.swap(messages_);
    cancelled.swap(timers_);
    count_ = 0;
    bytes_ = 0;
    closed_ = true;
    notify = refresh();
  }
  room_.notify_all();
  arrived_.notify_all();
  closing_.request_stop();
  if (notify) (*notify)();
}

// Updates the descriptor to the state; returns the handler if there is something to report.
mailbox_core::ready_handler mailbox_core::refresh() {
  const bool now = count_ != 0 || over();
  if (now == ready_) return nullptr;
  ready_ = now;
  if (descriptor_ >= 0) {
    // Between 0 and 1 neither call can fail or block.
    if (now) {
      (void)::eventfd_write(descriptor_, 1);
    } else {
      eventfd_t drained = 0;
      (void)::eventfd_read(descriptor_, &drained);
    }
  }
  return now ? on_ready_ : nullptr;
}

}  // namespace dynamo::detail
