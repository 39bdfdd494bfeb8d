// Mailboxes: bounded queues from sending threads to one receiver.
#pragma once

#include <dynamo/core/result.hpp>
#include <dynamo/process/mailbox_core.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace dynamo {

/// True if `size_in_bytes(message)` exists for `M`: such messages count against
/// `mailbox_options::max_bytes` without a custom function.
template <class M>
concept measurable_message = requires(const M& message) {
  { size_in_bytes(message) } -> std::convertible_to<std::size_t>;
};

namespace detail {

[[nodiscard]] error receive_interruption(errc kind);

/// Returns `now + delay`, limited to the clock's range.
[[nodiscard]] deadline time_after(deadline now, std::chrono::nanoseconds delay) noexcept;

/// A `mailbox_core` for messages of one type.
template <class M>
class mailbox_queue final : public mailbox_core {
 public:
  using measure_function = std::function<std::size_t(const M&)>;

  mailbox_queue(const mailbox_options& options, measure_function measure)
      : mailbox_core(options, measure != nullptr), measure_(std::move(measure)) {}

  bool send(M&& message, const send_limits& limits) {
    message_ptr made = make(std::move(message));
    return mailbox_core::send(made, limits);
  }
  bool try_send(M& message) {
    if (!admits(size_of(message))) return false;
    message_room<M> room = std::make_unique<message_of<M>>();
    message_of<M>& made = *room;
    fill(made, std::move(message));
    message_ptr node = std::move(room);
    if (send_at_once(node, false)) return true;
    // Another sender used the room in the meantime.
    restore(message, *std::move(made.message));
    return false;
  }
  bool post(M&& message) {
    message_ptr made = make(std::move(message));
    return send_at_once(made, true);
  }
  bool post(M&& message, message_room<M>&& room) {
    fill(*room, std::move(message));
    message_ptr made = std::move(room);
    return send_at_once(made, true);
  }
  std::optional<timer_key> send_at(deadline when, M&& message) {
    message_ptr made = make(std::move(message));
    return mailbox_core::send_at(when, made);
  }

  result<std::optional<M>> receive(const std::stop_token& stop,
                                   const std::optional<deadline>& until) {
    message_ptr message;
    switch (mailbox_core::receive(message, stop, until)) {
      case wait_end::ready:
        return opened(message);
      case wait_end::closed:
        return std::optional<M>();
      case wait_end::stopped:
        return receive_interruption(errc::cancelled);
      case wait_end::late:
        break;
    }
    return receive_interruption(errc::deadline_exceeded);
  }
  std::optional<M> try_receive() {
    const message_ptr message = mailbox_core::try_receive();
    if (!message) return std::nullopt;
    return opened(message);
  }

 private:
  [[nodiscard]] std::size_t size_of(const M& message) const {
    return measure_ ? measure_(message) : 0;
  }
  void fill(message_of<M>& room, M&& message) const {
    room.bytes = size_of(message);
    room.message.emplace(std::move(message));
  }
  message_ptr make(M&& message) const {
    message_room<M> room = std::make_unique<message_of<M>>();
    fill(*room, std::move(message));
    return room;
  }
  static std::optional<M> opened(const message_ptr& message) {
    return std::move(static_cast<message_of<M>&>(*message).message);
  }
  static void restore(M& to, M&& message) {
    if constexpr (std::is_move_assignable_v<M>) {
      to = std::move(message);
    } else {
      static_assert(std::is_nothrow_move_constructible_v<M>,
                    "dynamo: try_send gives a message back that was not admitted: it must be "
                    "assignable, or movable without exceptions.");
      std::destroy_at(&to);
      std::construct_at(&to, std::move(message));
    }
  }

  const measure_function measure_;
};

}  // namespace detail

/// A delayed message of `send_after`. Copies refer to the same message; destroying a handle does
/// not cancel it.
///
/// Thread safety: thread-safe. Lifetime: may outlive the mailbox, and does not keep it alive.
class message_timer {
 public:
  /// Refers to no message.
  message_timer() = default;
  /// Used by `send_after`.
  message_timer(std::weak_ptr<detail::mailbox_core> to, detail::mailbox_core::timer_key key)
      : to_(std::move(to)), key_(std::move(key)) {}

  /// Destroys the message if it is still pending. Returns true if so: it is never received. Returns
  /// false if it was due or cancelled before, or if the mailbox was closed; a message that was due
  /// may still wait in the mailbox.
  bool cancel() const;

 private:
  std::weak_ptr<detail::mailbox_core> to_;
  detail::mailbox_core::timer_key key_{};
};

template <class M>
class mailbox;

/// A handle that sends messages to a mailbox. Copies are cheap, and each counts as a sender. A
/// default-constructed or moved-from sender has no mailbox.
///
/// Thread safety: all functions are thread-safe. Lifetime: may outlive the mailbox.
template <class M>
class mailbox_sender {
 public:
  using message_type = M;

  mailbox_sender() = default;
  mailbox_sender(const mailbox_sender& other) : queue_(other.queue_) {
    if (queue_) queue_->add_sender();
  }
  mailbox_sender(mailbox_sender&& other) noexcept = default;
  mailbox_sender& operator=(mailbox_sender other) noexcept {
    queue_.swap(other.queue_);
    return *this;
  }
  ~mailbox_sender() {
    if (queue_) queue_->remove_sender();
  }

  /// Sends a message; blocks while the mailbox is full. Returns false if the mailbox is closed; the
  /// message is destroyed then.
  bool send(M message) const { return send_within(std::move(message), {}); }
  /// The same; also returns false if `stop` is requested or `until` passes before there is room.
  bool send(M message, const std::stop_token& stop,
            const std::optional<deadline>& until = {}) const {
    return send_within(std::move(message), {.stop = stop, .until = until});
  }
  /// Sends as `send` does, for the messages of a stream: a waiting receiver is woken once for many
  /// messages, at the latest when the mailbox is full or `flush` is called, and a sender that waits
  /// for room is woken when half of the mailbox is free. The sender must call `flush` before it
  /// does something else. Saves two thirds of the cost of small messages.
  bool send_lazily(M message, const std::stop_token& stop = {},
                   const std::optional<deadline>& until = {}) const {
    return send_within(std::move(message), {.stop = stop, .until = until, .lazy = true});
  }
  /// For senders of this library, whose deadline may use another clock than the mailbox's.
  bool send_within(M message, const detail::send_limits& limits) const {
    return queue_ && queue_->send(std::move(message), limits);
  }
  /// Wakes a receiver that still waits although messages were sent lazily.
  void flush() const {
    if (queue_) queue_->flush();
  }
  /// Sends `message` and moves from it if there is room at once. Returns false if the mailbox is
  /// full or `closed()`.
  bool try_send(M& message) const { return queue_ && queue_->try_send(message); }
  /// Sends a message without blocking, also to a full mailbox. For a sender's last message and for
  /// notifications that must not be lost; a stream sent this way has no back-pressure. Returns
  /// false if the mailbox is closed.
  bool post(M message) const { return queue_ && queue_->post(std::move(message)); }

  using room = detail::message_room<M>;
  /// Allocates memory for one message that must arrive even if no memory is left at that time.
  [[nodiscard]] static room reserve() { return std::make_unique<detail::message_of<M>>(); }
  /// Sends as `post` does, using memory from `reserve`: allocates nothing.
  bool post(M message, room&& in) const {
    return queue_ && queue_->post(std::move(message), std::move(in));
  }

  /// Sends the message when `delay` has passed by the mailbox's clock (`mailbox_options::time`), at
  /// once if `delay` is not positive. Never blocks. When it is due, the message joins the end of
  /// the queue as with `post`: it needs no room, so senders that fill the mailbox cannot delay it,
  /// and from then on it counts as other messages do. Until then it uses no room, does not count as
  /// waiting (`size`), and the mailbox does not end. Timers that are due at the same time keep the
  /// order in which they were set. If the mailbox is closed, now or before the message is due, the
  /// message is destroyed without effect.
  ///
  /// Throws std::system_error if the timer thread cannot be started.
  ///
  /// Cost: no thread if the receiver blocks in `receive` or is a process. For receivers that use
  /// `descriptor` or `on_ready`, one thread serves the timers of all mailboxes.
  message_timer send_after(std::chrono::nanoseconds delay, M message) const {
    if (!queue_) return {};
    return send_after(detail::time_after(queue_->now(), delay), std::move(message));
  }
  /// The same, when the mailbox's clock reaches `when`.
  message_timer send_after(deadline when, M message) const {
    if (!queue_) return {};
    const auto timer = queue_->send_at(when, std::move(message));
    return timer ? message_timer(queue_, *timer) : message_timer();
  }

  /// Returns true if the mailbox is closed.
  [[nodiscard]] bool closed() const { return !queue_ || queue_->closed(); }
  /// Returns a token that is requested when the mailbox closes, on the thread that closes it.
  /// Notifies a sender that is busy with other work through a std::stop_callback, which must be
  /// quick.
  [[nodiscard]] std::stop_token close_token() const {
    return queue_ ? queue_->close_token() : std::stop_token();
  }

 private:
  friend class mailbox<M>;
  using queue = detail::mailbox_queue<M>;
  explicit mailbox_sender(std::shared_ptr<queue> to) : queue_(std::move(to)) {
    queue_->add_sender();
  }

  std::shared_ptr<queue> queue_;
};

/// A bounded queue of messages with many senders and one receiver, which owns it. Messages of one
/// sender arrive in the order they were sent. Move-only; the destructor closes it.
///
/// The mailbox ends for its receiver when it was closed, or when all senders have been destroyed,
/// no timer is pending, and the last message was received.
///
/// Thread safety: all functions are thread-safe; if several threads receive, each message goes to
/// one of them.
template <class M>
class mailbox {
 public:
  using message_type = M;
  using sender = mailbox_sender<M>;

  /// Throws errc::invalid_argument if a bound is 0, or if bytes are to be counted but `M` has no
  /// `size_in_bytes`.
  explicit mailbox(const mailbox_options& options = {})
      : queue_(std::make_shared<queue>(options, own_measure())) {}
  /// Measures messages with `measure`, which is called on the sender's thread.
  mailbox(const mailbox_options& options, std::function<std::size_t(const M&)> measure)
      : queue_(std::make_shared<queue>(options, std::move(measure))) {}
  mailbox(mailbox&&) noexcept = default;
  mailbox& operator=(mailbox&& other) noexcept {
    if (this != &other) {
      if (queue_) queue_->close();
      queue_ = std::move(other.queue_);
    }
    return *this;
  }
  ~mailbox() {
    if (queue_) queue_->close();
  }

  [[nodiscard]] sender get_sender() { return sender(queue_); }

  /// Blocks until a message arrives and returns it; returns nothing at the end.
  std::optional<M> receive() { return *queue_->receive({}, {}); }
  /// The same, but fails with errc::cancelled when `stop` is requested, and with
  /// errc::deadline_exceeded when `until` has passed by the mailbox's clock. Both take precedence
  /// over waiting messages, which stay in the mailbox: a loop that receives until its next tick
  /// ticks in time, however many messages are sent.
  result<std::optional<M>> receive(const std::stop_token& stop,
                                   const std::optional<deadline>& until = {}) {
    return queue_->receive(stop, until);
  }
  /// Returns a message if one waits; otherwise nothing: see `ended()`.
  std::optional<M> try_receive() { return queue_->try_receive(); }
  /// Returns true if no message waits and none will come, unless `get_sender` is called again.
  /// Pending timers count as messages to come.
  [[nodiscard]] bool ended() const { return queue_->ended(); }
  /// Returns the number of waiting messages.
  [[nodiscard]] std::size_t size() const { return queue_->size(); }

  /// Closes the mailbox: waiting senders return at once, waiting messages are destroyed.
  void close() { queue_->close(); }

  /// Returns a file descriptor for poll or epoll that is readable while a message or the end waits.
  /// Then receive with `try_receive`; never read or close the descriptor. Created at the first
  /// call.
  ///
  /// Throws errc::io if the system has no descriptor left. Lifetime: valid as long as the mailbox.
  int descriptor() { return queue_->descriptor(); }
  /// Calls `notify` each time that a mailbox without waiting messages gets a message or ends, on
  /// the thread that caused it, outside all locks; and at once if something waits already. Then
  /// receive messages until none is left, and check `ended()`. `notify` must be quick and must not
  /// throw. It replaces the previous function, which may still be running or about to run, as this
  /// one may when the mailbox has ended: the function must own what it uses.
  void on_ready(std::function<void()> notify) { queue_->on_ready(std::move(notify)); }

 private:
  using queue = detail::mailbox_queue<M>;

  static typename queue::measure_function own_measure() {
    if constexpr (measurable_message<M>) {
      return [](const M& message) -> std::size_t { return size_in_bytes(message); };
    } else {
      return nullptr;
    }
  }

  std::shared_ptr<queue> queue_;
};

}  // namespace dynamo
