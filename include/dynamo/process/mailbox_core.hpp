// The part of a mailbox that is independent of the message type: room, waiting, timers, readiness,
// end.
#pragma once

#include <dynamo/core/clock.hpp>
#include <dynamo/process/message_chain.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace dynamo {

/// The capacity and the clock of a mailbox. A value outside its range fails with
/// errc::invalid_argument at construction.
struct mailbox_options {
  /// Waiting messages, 1 or more; default 64. When the mailbox is full, senders block.
  std::size_t capacity = 64;
  /// Bytes of all waiting messages, 1 or more, for messages that can be measured. An empty mailbox
  /// admits any message, even a larger one. Unset: only messages are counted.
  std::optional<std::size_t> max_bytes{};
  /// The clock of the mailbox's deadlines and of `send_after`; null: the system's. A program with a
  /// custom `client_config::time` sets the same one here. It must not call the mailbox.
  std::shared_ptr<clock> time{};
};

namespace detail {

class alarm;

/// Limits on how long a sender waits for room.
struct send_limits {
  std::stop_token stop{};
  std::optional<deadline> until{};
  std::function<deadline()> now{};  ///< the clock of `until`; null: the mailbox's
  /// A lazy sender wakes the receiver, and is woken itself, once for many messages.
  bool lazy = false;
};

/// The state shared by the receiver and the senders of a mailbox. Thread-safe. Messages are created
/// and destroyed, and handlers called, without holding its lock.
class mailbox_core : public std::enable_shared_from_this<mailbox_core> {
 public:
  enum class wait_end : std::uint8_t { ready, closed, stopped, late };
  /// The due time of a timer, and its number.
  using timer_key = std::pair<deadline, std::uint64_t>;

  /// `measured`: whether the messages' sizes are known.
  mailbox_core(const mailbox_options& options, bool measured);
  mailbox_core(const mailbox_core&) = delete;
  mailbox_core& operator=(const mailbox_core&) = delete;
  ~mailbox_core();

  // Each moves from `message` if it returns true.
  bool send(message_ptr& message, const send_limits& limits);
  bool send_at_once(message_ptr& message, bool beyond_capacity);
  /// Returns nothing if the mailbox is closed.
  std::optional<timer_key> send_at(deadline when, message_ptr& message);
  /// Returns false if the timer is not pending.
  bool cancel(const timer_key& timer);
  /// Returns whether a message of this size would be admitted at once.
  [[nodiscard]] bool admits(std::size_t bytes) const;

  /// Sets `message` if it returns `ready`. A stop and a deadline take precedence over messages and
  /// over the end.
  wait_end receive(message_ptr& message, const std::stop_token& stop,
                   const std::optional<deadline>& until);
  message_ptr try_receive();

  void add_sender();
  void remove_sender();
  void close();

  [[nodiscard]] deadline now() const;
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool closed() const;
  [[nodiscard]] bool ended() const;
  [[nodiscard]] std::stop_token close_token() const { return closing_.get_token(); }
  /// Wakes the receiver if messages were sent to it lazily.
  void flush();
  int descriptor();
  void on_ready(std::function<void()> notify);
  /// Queues the messages that are due; returns when the next timer is due.
  std::optional<deadline> on_timer() noexcept;

 private:
  using lock_type = std::unique_lock<std::mutex>;
  using ready_handler = std::shared_ptr<const std::function<void()>>;

  // Require the lock.
  [[nodiscard]] bool over() const;
  [[nodiscard]] bool has_room(std::size_t bytes) const;
  [[nodiscard]] bool worth_sending() const;
  [[nodiscard]] std::optional<deadline> first_due() const;
  void queue_due();
  [[nodiscard]] ready_handler refresh();
  void set_alarm();
  // Require the lock and release it; they wake waiting threads.
  void admitted(lock_type& lock, message_ptr message, bool lazy);
  message_ptr take(lock_type& lock);

  const mailbox_options options_;
  mutable std::mutex mutex_;
  std::condition_variable_any room_;
  std::condition_variable_any arrived_;
  message_chain messages_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
  std::map<timer_key, message_ptr> timers_;
  std::uint64_t last_timer_ = 0;
  std::size_t senders_ = 0;
  std::size_t waiting_senders_ = 0;
  std::size_t lazy_senders_ = 0;  // the lazy ones of `waiting_senders_`
  std::size_t waiting_receivers_ = 0;
  bool had_senders_ = false;
  bool closed_ = false;
  bool ready_ = false;  // a message or the end is waiting
  int descriptor_ = -1;
  ready_handler on_ready_;
  std::optional<deadline> alarm_set_for_;
  std::shared_ptr<alarm> alarm_;
  std::stop_source closing_;
};

}  // namespace detail
}  // namespace dynamo
