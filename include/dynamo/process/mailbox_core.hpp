// What a mailbox does that does not depend on its messages: room, waiting, timers, readiness, ends.
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

/// How much a mailbox holds, and its time. A value outside its range is errc::invalid_argument at
/// construction.
struct mailbox_options {
  /// Messages that may wait, 1 or more. Senders block while as many are there.
  std::size_t capacity = 64;
  /// Bytes of all messages that may wait, 1 or more, for messages that can be measured. An empty
  /// mailbox admits any message, also a larger one. Unset: only messages are counted.
  std::optional<std::size_t> max_bytes{};
  /// The clock of the mailbox's deadlines and of `send_after`; null: the machine's. Give the
  /// `client_config::time` of a program that has its own. It must not call the mailbox.
  std::shared_ptr<clock> time{};
};

namespace detail {

class alarm;

/// What ends the wait of a sender for room.
struct send_limits {
  std::stop_token stop{};
  std::optional<deadline> until{};
  std::function<deadline()> now{};  ///< the time that `until` is of; null: the mailbox's
  /// A lazy sender wakes the receiver, and is woken itself, once for many messages.
  bool lazy = false;
};

/// The part of a mailbox that its receiver and its senders share. Thread-safe. Messages are made
/// and destroyed, and handlers called, without its lock.
class mailbox_core : public std::enable_shared_from_this<mailbox_core> {
 public:
  enum class wait_end : std::uint8_t { ready, closed, stopped, late };
  /// When a timer is due, and its number.
  using timer_key = std::pair<deadline, std::uint64_t>;

  /// `measured` says whether the messages' sizes are known.
  mailbox_core(const mailbox_options& options, bool measured);
  mailbox_core(const mailbox_core&) = delete;
  mailbox_core& operator=(const mailbox_core&) = delete;
  ~mailbox_core();

  // Each moves from `message` if it returns true.
  bool send(message_ptr& message, const send_limits& limits);
  bool send_at_once(message_ptr& message, bool beyond_capacity);
  /// Nothing: the mailbox is closed.
  std::optional<timer_key> send_at(deadline when, message_ptr& message);
  /// False: the timer is not pending.
  bool cancel(const timer_key& timer);
  /// Whether a message of this size would be admitted at once.
  [[nodiscard]] bool admits(std::size_t bytes) const;

  /// `ready` sets `message`. A stop and a deadline win over messages, and over the end.
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
  /// Queues what is due; returns when the next timer is.
  std::optional<deadline> ring() noexcept;

 private:
  using lock_type = std::unique_lock<std::mutex>;
  using ready_handler = std::shared_ptr<const std::function<void()>>;

  // With the lock held.
  [[nodiscard]] bool over() const;
  [[nodiscard]] bool has_room(std::size_t bytes) const;
  [[nodiscard]] bool worth_sending() const;
  [[nodiscard]] std::optional<deadline> first_due() const;
  void queue_due();
  [[nodiscard]] ready_handler refresh();
  void set_alarm();
  // With the lock held, which they let go of; they wake who waits.
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
  std::size_t lazy_senders_ = 0;  // of those that wait
  std::size_t waiting_receivers_ = 0;
  bool had_senders_ = false;
  bool closed_ = false;
  bool ready_ = false;  // a message or the end waits
  int descriptor_ = -1;
  ready_handler on_ready_;
  std::optional<deadline> alarm_set_for_;
  std::shared_ptr<alarm> alarm_;
  std::stop_source closing_;
};

}  // namespace detail
}  // namespace dynamo
