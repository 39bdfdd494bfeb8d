// A scan under way that delivers its items as messages.
#pragma once

#include <dynamo/core/owned_thread.hpp>
#include <dynamo/core/result.hpp>
#include <dynamo/model/backend.hpp>
#include <dynamo/process/mailbox_core.hpp>
#include <dynamo/process/scan_messages.hpp>
#include <dynamo/scan/page_source.hpp>
#include <dynamo/scan/scan_options.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace dynamo {
namespace detail {

/// What a `scan_task` shares with the thread that pulls the pages. Thread-safe but for what is the
/// pulling thread's own.
class scan_run {
 public:
  /// Throws errc::invalid_argument if an option is out of range.
  scan_run(std::shared_ptr<backend> from, std::string table, scan_options options, bool ahead);

  // Of the pulling thread.
  /// Ends the scan when `receiver` is requested to stop: the receiver has gone.
  void watch(const std::stop_token& receiver);
  result<std::optional<page>> next_page();
  [[nodiscard]] const std::string& table() const noexcept { return table_; }
  /// What ends the wait for room in the receiver's mailbox. Lives no longer than this.
  [[nodiscard]] send_limits limits(bool lazy) const;
  /// Success, or why no message may be sent any more.
  [[nodiscard]] result<void> check() const;
  /// Why a message was not admitted.
  [[nodiscard]] error refusal(bool receiver_gone);
  /// Lets go of the pages and the backend, also if it throws: then `read` is unknown.
  void release();
  /// What was read, once it was released.
  [[nodiscard]] scan_summary& read() noexcept { return read_; }
  /// `thrown`: what a function of the user's threw, or null.
  void finish(scan_summary summary, result<void> outcome, std::exception_ptr thrown) noexcept;

  // Of everybody.
  void cancel();
  [[nodiscard]] scan_progress progress() const;
  void wait() const;
  [[nodiscard]] bool wait_until(std::chrono::steady_clock::time_point when) const;
  // Once it has ended.
  [[nodiscard]] const scan_summary& summary() const noexcept { return summary_; }
  [[nodiscard]] const result<void>& outcome() const noexcept { return outcome_; }
  [[nodiscard]] const std::exception_ptr& thrown() const noexcept { return thrown_; }

 private:
  using stop_watch = std::stop_callback<std::function<void()>>;

  [[nodiscard]] error interruption() const;

  std::shared_ptr<backend> backend_;  // of the pulling thread, until `release`
  const std::string table_;
  const std::optional<deadline> until_;
  std::atomic<bool> receiver_gone_ = false;
  std::stop_source stop_;  // what ends the scan, whoever wants it
  std::optional<stop_watch> on_user_stop_;
  std::optional<stop_watch> on_receiver_gone_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::optional<page_source> source_;  // taken away with the lock held
  scan_progress last_progress_;
  scan_summary read_;
  bool ended_ = false;
  scan_summary summary_;
  result<void> outcome_;
  std::exception_ptr thrown_;
};

}  // namespace detail

/// A scan that runs on a thread of its own and sends what it reads to a receiver. Exactly one
/// message tells of its end, behind all others. Move-only; its end cancels the scan and waits for
/// the thread, which takes no longer than a function of the user's that is running on it. All
/// functions are thread-safe, but must not be called from such a function (`message_shapes`,
/// `mailbox::on_ready`). One that was moved from can only be assigned to or destroyed.
/// In a child that a fork made, `wait` fails with errc::invalid_argument, and its end does nothing.
class scan_task {
 public:
  /// For `table::stream_scan_to_process`: runs `pull` on the new thread.
  scan_task(std::shared_ptr<detail::scan_run> run, std::function<void()> pull);
  scan_task(scan_task&& other) noexcept = default;
  scan_task& operator=(scan_task&& other) noexcept;
  ~scan_task();

  /// Blocks until the scan has ended and its last message was sent; then what was delivered, or
  /// throws the error that ended it, or what a function of the user's threw. errc::cancelled also
  /// if the receiver has gone. Called by the receiver's own thread before it has taken all
  /// messages, it waits for ever once the mailbox is full.
  scan_summary wait() const;
  /// The same as a value. What a function of the user's threw is errc::invalid_argument here.
  result<scan_summary> try_wait() const;
  /// Blocks no longer than `limit` of real time; true if the scan has ended.
  [[nodiscard]] bool wait_for(std::chrono::nanoseconds limit) const;
  /// Blocks as `wait`; what was delivered, however the scan ended.
  [[nodiscard]] scan_summary summary() const;

  /// Ends the scan with errc::cancelled as soon as its thread notices; does not wait for that.
  /// Items that no message was made of are dropped. No effect on a scan that has ended.
  void cancel() const;

  /// What has arrived so far. At any time.
  [[nodiscard]] scan_progress progress() const;

 private:
  void end() noexcept;

  std::shared_ptr<detail::scan_run> run_;
  detail::owned_thread thread_;
};

}  // namespace dynamo
