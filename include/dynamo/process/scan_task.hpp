// Tasks: running scans that deliver their items as messages.
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

/// The state shared by a `scan_task` and the thread that pulls the pages. Thread-safe, except for
/// the members used by the pulling thread only.
class scan_run {
 public:
  /// Throws errc::invalid_argument if an option is out of range.
  scan_run(std::shared_ptr<backend> from, std::string table, scan_options options, bool ahead);

  // Called on the pulling thread.
  /// Ends the scan when `receiver` is requested: the receiver is closed.
  void watch(const std::stop_token& receiver);
  result<std::optional<page>> next_page();
  [[nodiscard]] const std::string& table() const noexcept { return table_; }
  /// Returns the limits for the wait for room in the receiver's mailbox. They must not outlive this
  /// object.
  [[nodiscard]] send_limits limits(bool lazy) const;
  /// Returns success, or the reason why no message may be sent any more.
  [[nodiscard]] result<void> check() const;
  /// Returns the reason why a message was not admitted.
  [[nodiscard]] error refusal(bool receiver_gone);
  /// Releases the pages and the backend, also if it throws: then `read` is unknown.
  void release();
  /// Returns what was read. Requires `release`.
  [[nodiscard]] scan_summary& read() noexcept { return read_; }
  /// `thrown`: the exception of a user-defined function, or null.
  void finish(scan_summary summary, result<void> outcome, std::exception_ptr thrown) noexcept;

  // Called on any thread.
  void cancel();
  [[nodiscard]] scan_progress progress() const;
  void wait() const;
  [[nodiscard]] bool wait_until(std::chrono::steady_clock::time_point when) const;
  // Require that the scan has ended.
  [[nodiscard]] const scan_summary& summary() const noexcept { return summary_; }
  [[nodiscard]] const result<void>& outcome() const noexcept { return outcome_; }
  [[nodiscard]] const std::exception_ptr& thrown() const noexcept { return thrown_; }

 private:
  using stop_watch = std::stop_callback<std::function<void()>>;

  [[nodiscard]] error interruption() const;

  std::shared_ptr<backend> backend_;  // used by the pulling thread, until `release`
  const std::string table_;
  const std::optional<deadline> until_;
  std::atomic<bool> receiver_gone_ = false;
  std::stop_source stop_;  // requested by everything that ends the scan
  std::optional<stop_watch> on_user_stop_;
  std::optional<stop_watch> on_receiver_gone_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::optional<page_source> source_;  // reset with the lock held
  scan_progress last_progress_;
  scan_summary read_;
  bool ended_ = false;
  scan_summary summary_;
  result<void> outcome_;
  std::exception_ptr thrown_;
};

}  // namespace detail

/// A scan that runs on its own thread and sends the items read to a receiver. Exactly one message,
/// after all others, reports its end. Move-only; a moved-from task can only be assigned to or
/// destroyed. The destructor cancels the scan and waits for the thread, which takes no longer than
/// a user-defined function that is running on it.
///
/// After a fork, `wait` fails in the child with errc::invalid_argument, and the destructor does
/// nothing.
///
/// Thread safety: all functions are thread-safe, but must not be called from a user-defined
/// function that runs on the scan's thread (`message_formats`, `mailbox::on_ready`).
class scan_task {
 public:
  /// Used by `table::stream_scan_to_process`: runs `pull` on the new thread.
  scan_task(std::shared_ptr<detail::scan_run> run, std::function<void()> pull);
  scan_task(scan_task&& other) noexcept = default;
  scan_task& operator=(scan_task&& other) noexcept;
  ~scan_task();

  /// Blocks until the scan has ended and its last message was sent, and returns what was delivered.
  /// If the receiver's own thread calls it before it has received all messages, it blocks forever
  /// once the mailbox is full.
  ///
  /// Throws the error that ended the scan (errc::cancelled also if the receiver was closed), or the
  /// exception of a user-defined function.
  scan_summary wait() const;
  /// Returns the same as a result. An exception of a user-defined function becomes
  /// errc::invalid_argument.
  result<scan_summary> try_wait() const;
  /// Blocks for at most `limit` of real time; returns true if the scan has ended.
  [[nodiscard]] bool wait_for(std::chrono::nanoseconds limit) const;
  /// Blocks as `wait` does, and returns what was delivered, however the scan ended.
  [[nodiscard]] scan_summary summary() const;

  /// Ends the scan with errc::cancelled as soon as its thread notices; does not wait for that.
  /// Items not yet put into a message are dropped. Has no effect on a scan that has ended.
  void cancel() const;

  /// Returns the counts of what has arrived so far. May be called at any time.
  [[nodiscard]] scan_progress progress() const;

 private:
  void end() noexcept;

  std::shared_ptr<detail::scan_run> run_;
  detail::owned_thread thread_;
};

}  // namespace dynamo
