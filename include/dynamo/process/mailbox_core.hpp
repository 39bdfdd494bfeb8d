// What a mailbox does that does not depend on its messages: room, waiting, readiness, ends.
#pragma once

#include <dynamo/core/clock.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

namespace dynamo {

/// How much a mailbox holds. A value outside its range is errc::invalid_argument at construction.
struct mailbox_options {
  /// Messages that may wait, 1 or more. Senders block while as many are there.
  std::size_t capacity = 64;
  /// Bytes of all messages that may wait, 1 or more, for messages that can be measured. An empty
  /// mailbox admits any message, also a larger one. Unset: only messages are counted.
  std::optional<std::size_t> max_bytes{};
};

namespace detail {

/// The part of a mailbox that its receiver and its senders share. Thread-safe.
class mailbox_core {
 public:
  /// `measured` says whether the messages' sizes are known.
  mailbox_core(const mailbox_options& options, bool measured);
  mailbox_core(const mailbox_core&) = delete;
  mailbox_core& operator=(const mailbox_core&) = delete;
  ~mailbox_core();

  void add_sender();
  void remove_sender();

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool closed() const;
  [[nodiscard]] bool ended() const;
  [[nodiscard]] std::stop_token close_token() const { return closing_.get_token(); }
  int descriptor();
  void on_ready(std::function<void()> notify);

 protected:
  using lock_type = std::unique_lock<std::mutex>;
  enum class wait_end : std::uint8_t { ready, closed, stopped, late };

  // With the lock held; on return it is held again.
  [[nodiscard]] bool closed_with_lock() const { return closed_; }
  [[nodiscard]] bool has_room(std::size_t bytes) const;
  wait_end wait_for_room(lock_type& lock, std::size_t bytes, const std::stop_token& stop,
                         const std::optional<deadline>& until);
  // `ready`: a message is there. `closed`: none will come.
  wait_end wait_for_message(lock_type& lock, const std::stop_token& stop,
                            const std::optional<deadline>& until);
  // To be called when the queue has changed; they let go of the lock and wake who waits.
  void admitted(lock_type& lock, std::size_t bytes);
  void taken(lock_type& lock, std::size_t bytes);
  void emptied_for_good(lock_type& lock);

  mutable std::mutex mutex_;

 private:
  using ready_handler = std::shared_ptr<const std::function<void()>>;

  // With the lock held.
  [[nodiscard]] bool over() const { return closed_ || (had_senders_ && senders_ == 0); }
  ready_handler refresh();

  const mailbox_options options_;
  std::condition_variable_any room_;
  std::condition_variable_any arrived_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
  std::size_t senders_ = 0;
  std::size_t waiting_senders_ = 0;
  std::size_t waiting_receivers_ = 0;
  bool had_senders_ = false;
  bool closed_ = false;
  bool ready_ = false;  // a message or the end waits
  int descriptor_ = -1;
  ready_handler on_ready_;
  std::stop_source closing_;
};

}  // namespace detail
}  // namespace dynamo
