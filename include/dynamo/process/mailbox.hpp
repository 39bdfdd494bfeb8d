// Mailboxes: how messages get from threads that make them to the one that handles them.
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

/// True if `size_in_bytes(message)` is found for an `M`: such messages count against
/// `mailbox_options::max_bytes` without a function of the mailbox's own.
template <class M>
concept measurable_message = requires(const M& message) {
  { size_in_bytes(message) } -> std::convertible_to<std::size_t>;
};

namespace detail {

[[nodiscard]] error receive_interruption(errc kind);

/// `now + delay`, as far as a clock goes.
[[nodiscard]] deadline time_after(deadline now, std::chrono::nanoseconds delay) noexcept;

/// Puts messages of one type into a mailbox and takes them out.
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
    // Another sender took the place meanwhile.
    give_back(message, *std::move(made.message));
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
  static void give_back(M& to, M&& message) {
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

/// A message that `send_after` has sent and that is not due yet. Copies refer to the same one; its
/// end does not cancel it. Thread-safe. May outlive the mailbox, and does not keep it.
class message_timer {
 public:
  /// Of no message.
  message_timer() = default;
  /// For `send_after`.
  message_timer(std::weak_ptr<detail::mailbox_core> to, detail::mailbox_core::timer_key key)
      : to_(std::move(to)), key_(std::move(key)) {}

  /// Destroys the message. True: it is never received. False: it was due or cancelled before, or
  /// the mailbox was closed; a message that was due may still wait in the mailbox.
  bool cancel() const;

 private:
  std::weak_ptr<detail::mailbox_core> to_;
  detail::mailbox_core::timer_key key_{};
};

template <class M>
class mailbox;

/// A handle to put messages into a mailbox. Copies are cheap and count as senders of their own;
/// all functions are thread-safe. May outlive the mailbox. One that is default-constructed or moved
/// from sends to nobody.
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

  /// Blocks while the mailbox is full. False: the receiver has gone, and so has the message.
  bool send(M message) const { return send_within(std::move(message), {}); }
  /// The same; false also when `stop` was requested, or `until` has passed before there was room.
  bool send(M message, const std::stop_token& stop,
            const std::optional<deadline>& until = {}) const {
    return send_within(std::move(message), {.stop = stop, .until = until});
  }
  /// As `send`, for the messages of a stream: a receiver that waits is woken once for many of them,
  /// at the latest when the mailbox is full or `flush` is called, which the sender must do before
  /// it turns to something else; and a sender that waits for room is woken when half of the mailbox
  /// is free. Saves two thirds of the cost of small messages.
  bool send_lazily(M message, const std::stop_token& stop = {},
                   const std::optional<deadline>& until = {}) const {
    return send_within(std::move(message), {.stop = stop, .until = until, .lazy = true});
  }
  /// For senders of this library, whose deadline may be of another clock than the mailbox's.
  bool send_within(M message, const detail::send_limits& limits) const {
    return queue_ && queue_->send(std::move(message), limits);
  }
  /// Wakes a receiver that waits although messages were sent to it lazily.
  void flush() const {
    if (queue_) queue_->flush();
  }
  /// Moves from `message` if there is room at once. False: the mailbox is full, or see `closed()`.
  bool try_send(M& message) const { return queue_ && queue_->try_send(message); }
  /// Never blocks: admits the message also to a full mailbox. For a sender's one last message and
  /// for news that must not be lost; a stream sent this way has no back-pressure. False: the
  /// receiver has gone.
  bool post(M message) const { return queue_ && queue_->post(std::move(message)); }

  using room = detail::message_room<M>;
  /// Memory for one message that must arrive even when no memory is left then.
  [[nodiscard]] static room reserve() { return std::make_unique<detail::message_of<M>>(); }
  /// As `post`, in memory of `reserve`: allocates nothing.
  bool post(M message, room&& in) const {
    return queue_ && queue_->post(std::move(message), std::move(in));
  }

  /// Sends the message when `delay` has passed by the mailbox's clock (`mailbox_options::time`); a
  /// delay that is not positive has passed. When it is due the message joins the end of the queue,
  /// as if it were posted then: it needs no room, so that senders that fill the mailbox cannot hold
  /// it back, and counts as other messages do from then on. Until then it takes no room, it is no
  /// message that waits (`size`), and the mailbox does not end. Timers that are due at the same
  /// time keep the order they were set in. Never blocks. The mailbox closed, now or before it is
  /// due: the message is destroyed, and nothing happens.
  ///
  /// Cost: no thread, where the receiver blocks in `receive` or is a process. For a receiver that
  /// uses `descriptor` or `on_ready`, one thread serves the timers of all mailboxes.
  /// Throws std::system_error if that thread cannot be started.
  message_timer send_after(std::chrono::nanoseconds delay, M message) const {
    if (!queue_) return {};
    return send_after(detail::time_after(queue_->now(), delay), std::move(message));
  }
  /// The same when `when` has come by the mailbox's clock.
  message_timer send_after(deadline when, M message) const {
    if (!queue_) return {};
    const auto timer = queue_->send_at(when, std::move(message));
    return timer ? message_timer(queue_, *timer) : message_timer();
  }

  /// True if the receiver has gone.
  [[nodiscard]] bool closed() const { return !queue_ || queue_->closed(); }
  /// Requested when the receiver goes, on the thread that closes the mailbox: tells a sender that
  /// is busy with something else, through a std::stop_callback, which must be quick.
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
/// sender arrive in the order they were sent. Move-only; its end closes it. All functions are
/// thread-safe; two threads that receive share the messages among them.
///
/// It ends for its receiver when it was closed, or when every sender that there was has gone, no
/// timer is pending, and the last message was taken.
template <class M>
class mailbox {
 public:
  using message_type = M;
  using sender = mailbox_sender<M>;

  /// Throws errc::invalid_argument if a bound is 0, or if bytes are to be counted but there is no
  /// `size_in_bytes` for `M`.
  explicit mailbox(const mailbox_options& options = {})
      : queue_(std::make_shared<queue>(options, own_measure())) {}
  /// Measures messages with `measure`, on the sender's thread.
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

  /// Blocks for the next message; nothing at the end.
  std::optional<M> receive() { return *queue_->receive({}, {}); }
  /// The same, but no longer than until `stop` is requested (errc::cancelled) or `until` has passed
  /// by the mailbox's clock (errc::deadline_exceeded). Both win over messages that wait, which
  /// stay: a loop that receives until its next tick ticks in time, however much is sent.
  result<std::optional<M>> receive(const std::stop_token& stop,
                                   const std::optional<deadline>& until = {}) {
    return queue_->receive(stop, until);
  }
  /// A message if one is there. Nothing: see `ended()`.
  std::optional<M> try_receive() { return queue_->try_receive(); }
  /// True if no message is there and none will come, unless `get_sender` is called again. Timers
  /// that are pending will come.
  [[nodiscard]] bool ended() const { return queue_->ended(); }
  /// Messages that wait.
  [[nodiscard]] std::size_t size() const { return queue_->size(); }

  /// The receiver goes away: senders that wait are told at once, messages that wait are destroyed.
  void close() { queue_->close(); }

  /// A file descriptor for poll or epoll: readable while a message or the end waits. Take messages
  /// with `try_receive` when it is; never read or close it. Made at the first call, valid as long
  /// as the mailbox. Throws errc::io if the system has no descriptor left.
  int descriptor() { return queue_->descriptor(); }
  /// Calls `notify` each time that a mailbox with nothing to tell gets a message or ends, on the
  /// thread that caused it, outside all locks; and at once if something waits already. Take
  /// messages until there is none, then look at `ended()`. It must be quick and must not throw. It
  /// replaces the one before, which may be running or about to run still, as this one may when the
  /// mailbox has ended: it must own what it uses.
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
