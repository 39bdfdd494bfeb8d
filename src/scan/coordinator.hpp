// Which segment asks next, how many at a time, and who gets the page.
#pragma once

#include "scan/checkpoint_journal.hpp"
#include "scan/page_budget.hpp"
#include "scan/segment_cursor.hpp"

#include <dynamo/core/result.hpp>
#include <dynamo/model/backend.hpp>
#include <dynamo/model/page.hpp>
#include <dynamo/scan/page_source.hpp>
#include <dynamo/scan/scan_options.hpp>

#include <condition_variable>
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

  /// Cancels everything; no request leaves afterwards. The backend is not used any more when every
  /// completion has returned.
  void close();

 private:
  using outcome = result<std::optional<page>>;

  // With the lock held: what can be told to a puller at once, or nothing.
  std::optional<outcome> take();
  [[nodiscard]] bool wants_more() const;
  [[nodiscard]] bool is_complete() const;
  void fail(error reason);

  // Cancelled, or out of time: pages that wait are not delivered. Without the lock.
  void end_at_once(errc kind);
  void end_if_late();
  // Sends what may be sent, and serves handlers that wait. Without the lock.
  void pump();
  backend_request next_request(std::uint32_t segment);
  void arrive(std::uint32_t segment, result<backend_response> response);
  void accept(std::uint32_t segment, page arrived, unsigned attempts);

  backend& backend_;
  const std::string table_;
  const scan_options options_;
  const bool ahead_;
  const std::uint32_t max_concurrency_;
  const std::shared_ptr<page_budget> budget_;
  std::shared_ptr<checkpoint_journal> journal_;
  const std::string fixed_body_;  // the request without Segment and ExclusiveStartKey

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<segment_cursor> cursors_;
  std::deque<std::uint32_t> ready_;  // segments that may ask, the longest waiting first
  std::deque<page> pages_;
  std::deque<page_source::handler> handlers_;
  std::size_t pullers_ = 0;  // threads in next()
  std::uint32_t in_flight_ = 0;
  std::optional<std::uint64_t> left_;  // items to deliver under the limit
  std::optional<error> failure_;
  bool ended_at_once_ = false;
  bool satisfied_ = false;  // the limit is reached
  bool pumping_ = false;
  bool pump_again_ = false;
  std::size_t queued_bytes_ = 0;
  bool closed_ = false;
  scan_progress progress_;
  std::stop_source stop_requests_;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace dynamo::scan
