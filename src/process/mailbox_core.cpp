#include <dynamo/process/mailbox.hpp>

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace dynamo::detail {
namespace {

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

// Waits until `ready`, a stop or a deadline, with as little machinery as those need.
template <class Ready>
void wait_until(std::condition_variable_any& changed, std::unique_lock<std::mutex>& lock,
                const std::stop_token& stop, const std::optional<deadline>& until, Ready ready) {
  if (until) {
    changed.wait_until(lock, stop, *until, ready);
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
                                             : "the deadline passed before a message came"};
}

mailbox_core::mailbox_core(const mailbox_options& options, bool measured)
    : options_(checked(options, measured)) {}

mailbox_core::~mailbox_core() {
  if (descriptor_ >= 0) ::close(descriptor_);
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
    wake = over() && waiting_receivers_ != 0;
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

int mailbox_core::descriptor() {
  const std::lock_guard lock(mutex_);
  if (descriptor_ < 0) {
    descriptor_ = ::eventfd(ready_ ? 1 : 0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (descriptor_ < 0) {
      throw exception(
          {.kind = errc::io,
           .message = "no descriptor for a mailbox: " + std::generic_category().message(errno)});
    }
  }
  return descriptor_;
}

void mailbox_core::on_ready(std::function<void()> notify) {
  auto handler = std::make_shared<const std::function<void()>>(std::move(notify));
  if (!*handler) handler = nullptr;
  bool at_once = false;
  {
    const std::lock_guard lock(mutex_);
    on_ready_.swap(handler);  // the one before is destroyed without the lock
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

mailbox_core::wait_end mailbox_core::wait_for_room(lock_type& lock, std::size_t bytes,
                                                   const std::stop_token& stop,
                                                   const std::optional<deadline>& until) {
  auto ready = [&] { return closed_ || has_room(bytes); };
  if (!ready()) {
    ++waiting_senders_;
    wait_until(room_, lock, stop, until, ready);
    --waiting_senders_;
  }
  if (closed_) return wait_end::closed;
  if (has_room(bytes)) return wait_end::ready;
  // It may have been this thread that was woken: another one takes its turn.
  if (waiting_senders_ != 0) room_.notify_one();
  return stop.stop_requested() ? wait_end::stopped : wait_end::late;
}

mailbox_core::wait_end mailbox_core::wait_for_message(lock_type& lock, const std::stop_token& stop,
                                                      const std::optional<deadline>& until) {
  auto ready = [&] { return count_ != 0 || over(); };
  if (!ready()) {
    ++waiting_receivers_;
    wait_until(arrived_, lock, stop, until, ready);
    --waiting_receivers_;
  }
  if (count_ != 0) return wait_end::ready;
  if (over()) return wait_end::closed;
  if (waiting_receivers_ != 0) arrived_.notify_one();
  return stop.stop_requested() ? wait_end::stopped : wait_end::late;
}

void mailbox_core::admitted(lock_type& lock, std::size_t bytes) {
  ++count_;
  bytes_ += bytes;
  const bool wake = waiting_receivers_ != 0;
  const ready_handler notify = refresh();
  lock.unlock();
  if (wake) arrived_.notify_one();
  if (notify) (*notify)();
}

void mailbox_core::taken(lock_type& lock, std::size_t bytes) {
  --count_;
  bytes_ -= bytes;
  const bool wake = waiting_senders_ != 0;
  // The end may come up behind the last message: nothing that a handler has not been told, since
  // it takes messages until there is none and then looks.
  (void)refresh();
  lock.unlock();
  if (!wake) return;
  // Counted in bytes, the room may be for another sender than the one that would be woken.
  if (options_.max_bytes) {
    room_.notify_all();
  } else {
    room_.notify_one();
  }
}

void mailbox_core::emptied_for_good(lock_type& lock) {
  count_ = 0;
  bytes_ = 0;
  closed_ = true;
  const ready_handler notify = refresh();
  lock.unlock();
  room_.notify_all();
  arrived_.notify_all();
  closing_.request_stop();
  if (notify) (*notify)();
}

// Follows the state with the descriptor; gives out the handler if there is news for it.
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
