// Which segment asks next, how many at a time, and who gets the page.
#pragma once

#include "scan/adaptive_limit.hpp"
#include "scan/byte_allowance.hpp"
#include "scan/checkpoint_journal.hpp"
#include "scan/page_budget.hpp"
#include "scan/page_request.hpp"
#include "scan/scan_observer.hpp"
#include "scan/scan_tally.hpp"
#include "scan/segment_cursor.hpp"
#include "scan/shared_budget.hpp"

#include <dynamo/core/result.hpp>
#include <dynamo/model/backend.hpp>
#include <dynamo/model/page.hpp>
#include <dynamo/scan/page_source.hpp>
#include <dynamo/scan/scan_options.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace dynamo::scan {

/// Runs one scan. Shared by its page_source and the completions of its requests; the page_source
/// alone keeps the backend alive, so that a completion never ends the thread that it runs on.
class coordinator : public std::enable_shared_from_this<coordinator> {
 public:
  coordinator(backend& from, std::string table, const scan_options& options, bool ahead);

  /// Before `start`. Throws errc::invalid_argument.
  void go_on_from(const std::vector<segment_position>& positions);
  /// The same: pages that are handed out are noted in `journal` from now on. `delivered` items
  /// count against the limit already.
  void keep(std::shared_ptr<checkpoint_journal> journal, std::uint64_t delivered);
  /// Second step of construction, with shared_from_this available.
  void start();

  result<std::optional<page>> next();
  void async_next(page_source::handler done);
  void cancel() { end_at_once(errc::cancelled); }
  [[nodiscard]] scan_progress progress() const;
  [[nodiscard]] const std::string& table() const noexcept { return table_; }
  [[nodiscard]] bool reads_ahead() const noexcept { return ahead_; }
  /// Null without a checkpoint.
  [[nodiscard]] const std::shared_ptr<checkpoint_journal>& journal() const noexcept {
    return journal_;
  }
  [[nodiscard]] scan_summary summary() const;

  /// Cancels everything; no request leaves afterwards. The backend is not used any more when every
  /// completion has returned.
  void close();

 private:
  using outcome = result<std::optional<page>>;
  using time_point = std::chrono::steady_clock::time_point;

  // A request under way.
  struct sent {
    std::uint32_t segment;
    time_point at;
    double reserved;  // of the read budget
  };

  // With the lock held: what can be told to a puller at once, or nothing.
  std::optional<outcome> take();
  [[nodiscard]] bool wants_more() const;
  [[nodiscard]] bool is_complete() const;
  [[nodiscard]] scan_end how_it_ends() const;
  void fail(error reason);
  // Of pages that wait; to be destroyed without the lock: their memory's owner calls back.
  [[nodiscard]] std::deque<page> drop_pages();
  void count_queued(std::ptrdiff_t bytes);

  // Cancelled, or out of time: pages that wait are not delivered. Without the lock.
  void end_at_once(errc kind);
  void end_if_late();
  // Sends what may be sent, and serves handlers that wait. Without the lock.
  void pump();
  // With the lock held, but not during calls of the backend's.
  bool send(std::unique_lock<std::mutex>& lock);
  void set_alarm(std::unique_lock<std::mutex>& lock, time_point when);
  void ring(time_point when);
  void throttled();
  void arrive(const sent& request, result<backend_response> response);
  void accept(const scan_tally::request& by, page arrived);

  backend& backend_;
  const std::string table_;
  const scan_options options_;
  const bool ahead_;
  scan_observer watch_;
  const std::shared_ptr<page_budget> budget_;
  std::shared_ptr<checkpoint_journal> journal_;
  const std::shared_ptr<shared_budget> rate_;  // null: no bound
  const page_request request_;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<segment_cursor> cursors_;
  adaptive_limit limit_;
  byte_allowance bytes_;
  std::shared_ptr<shared_budget::waker> waker_;
  std::optional<time_point> alarm_;  // the earliest one that is set
  std::deque<std::uint32_t> ready_;  // segments that may ask, the longest waiting first
  std::deque<page> pages_;
  std::deque<page_source::handler> handlers_;
  std::size_t pullers_ = 0;  // threads in next()
  std::uint32_t in_flight_ = 0;
  std::optional<std::uint64_t> left_;  // items to deliver under the limit
  std::optional<error> failure_;
  bool ended_at_once_ = false;
  bool satisfied_ = false;  // a limit is reached
  bool cut_ = false;        // and took items off a page
  bool pumping_ = false;
  bool pump_again_ = false;
  std::size_t queued_bytes_ = 0;
  bool closed_ = false;
  scan_tally tally_;
  std::stop_source stop_requests_;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace dynamo::scan
