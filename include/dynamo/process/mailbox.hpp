// Mailboxes: how messages get from threads that make them to the one that handles them.
#pragma once

#include <dynamo/core/result.hpp>
#include <dynamo/process/mailbox_core.hpp>

#include <concepts>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
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

template <class M>
class mailbox_queue final : public mailbox_core {
 public:
  using measure_function = std::function<std::size_t(const M&)>;

  mailbox_queue(const mailbox_options& options, measure_function measure)
      : mailbox_core(options, measure != nullptr), measure_(std::move(measure)) {}

  bool send(M&& message, const std::stop_token& stop, const std::optional<deadline>& until) {
    const std::size_t bytes = size_of(message);
    lock_type lock(mutex_);
    if (wait_for_room(lock, bytes, stop, until) != wait_end::ready) return false;
    push(lock, std::move(message), bytes);
    return true;
  }
  bool send_at_once(M& message, bool beyond_capacity) {
    const std::size_t bytes = size_of(message);
    lock_type lock(mutex_);
    if (closed_with_lock() || !(beyond_capacity || has_room(bytes))) return false;
    push(lock, std::move(message), bytes);
    return true;
  }

  result<std::optional<M>> receive(const std::stop_token& stop,
                                   const std::optional<deadline>& until) {
    lock_type lock(mutex_);
    switch (wait_for_message(lock, stop, until)) {
      case wait_end::ready:
        return pop(lock);
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
    lock_type lock(mutex_);
    if (messages_.empty()) return std::nullopt;
    return pop(lock);
  }

  void close() {
    std::deque<entry> dropped;  // destroyed without the lock: a message may own a sender
    lock_type lock(mutex_);
    dropped.swap(messages_);
    emptied_for_good(lock);
  }

 private:
  struct entry {
    M message;
    std::size_t bytes;
  };

  std::size_t size_of(const M& message) const { return measure_ ? measure_(message) : 0; }
  void push(lock_type& lock, M&& message, std::size_t bytes) {
    messages_.push_back(entry{std::move(message), bytes});
    admitted(lock, bytes);
  }
  std::optional<M> pop(lock_type& lock) {
    std::optional<M> message(std::move(messages_.front().message));
    const std::size_t bytes = messages_.front().bytes;
    messages_.pop_front();
    taken(lock, bytes);
    return message;
  }

  const measure_function measure_;
  std::deque<entry> messages_;
};

}  // namespace detail

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
  bool send(M message) const { return send(std::move(message), {}); }
  /// The same; false also when `stop` was requested or `until` has passed before there was room.
  bool send(M message, const std::stop_token& stop,
            const std::optional<deadline>& until = {}) const {
    return queue_ && queue_->send(std::move(message), stop, until);
  }
  /// Moves from `message` if there is room at once. False: the mailbox is full, or see `closed()`.
  bool try_send(M& message) const { return queue_ && queue_->send_at_once(message, false); }
  /// Never blocks: admits the message also to a full mailbox. For a sender's one last message and
  /// for news that must not be lost; a stream sent this way has no back-pressure. False: the
  /// receiver has gone.
  bool post(M message) const { return queue_ && queue_->send_at_once(message, true); }

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
/// It ends for its receiver when it was closed, or when every sender that there was has gone and
/// the last message was taken.
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
  /// (errc::deadline_exceeded). A message that is there is given out all the same.
  result<std::optional<M>> receive(const std::stop_token& stop,
                                   const std::optional<deadline>& until = {}) {
    return queue_->receive(stop, until);
  }
  /// A message if one is there. Nothing: see `ended()`.
  std::optional<M> try_receive() { return queue_->try_receive(); }
  /// True if no message is there and none will come, unless `get_sender` is called again.
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
