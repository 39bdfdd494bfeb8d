// What a scan does next: a state machine without locks, I/O or clocks.
#pragma once

#include "scan/adaptive_limit.hpp"
#include "scan/byte_allowance.hpp"
#include "scan/checkpoint_journal.hpp"
#include "scan/scan_observer.hpp"
#include "scan/scan_tally.hpp"
#include "scan/segment_cursor.hpp"
#include "scan/segment_queue.hpp"

#include <dynamo/core/error.hpp>
#include <dynamo/core/result.hpp>
#include <dynamo/model/page.hpp>
#include <dynamo/scan/page_source.hpp>
#include <dynamo/scan/scan_options.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace dynamo::scan {

/// A request under way.
struct sent_request {
  std::uint32_t segment = 0;
  std::chrono::steady_clock::time_point at{};
  double reserved = 0;  ///< read units
};

/// The state of one scan. Its owner reports events, asks for the next action, and carries the
/// action out without the lock that guards the machine.
///
/// Pages and handlers enter and leave in list nodes, and the machine never destroys one: their
/// destructors call back into the scan. Pages that are not delivered are left in `take_dropped`.
///
/// A function that throws (std::bad_alloc) leaves the machine in a state that only `break_off` can
/// end. Functions that are noexcept do not allocate. Not thread-safe.
class scan_machine {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using outcome = result<std::optional<page>>;
  using pages = std::list<page>;
  using handlers = std::list<page_source::handler>;

  /// Send a request with this segment's cursor.
  struct send {
    sent_request request{};
    bool is_first = false;  ///< of its segment
  };
  /// Call the handler with the outcome.
  struct deliver {
    handlers to{};
    outcome what = std::optional<page>();
  };
  /// Call `alarm_rang` and ask again at this time.
  struct wake_up {
    time_point at{};
  };
  /// Cancel the requests under way.
  struct cancel_requests {};
  using action = std::variant<std::monostate, send, deliver, wake_up, cancel_requests>;

  /// `options` are checked, and outlive the machine. `ahead`: pages may be requested before they
  /// are pulled.
  scan_machine(std::string table, const scan_options& options, bool ahead, scan_observer observer);

  /// Before the first request: where the segments begin, and how many items were delivered before.
  void begin_at(const std::vector<segment_position>& positions);
  void count_delivered(std::uint64_t items);

  // ---- events

  /// A thread waits for a page, or has stopped waiting.
  void puller_waits() noexcept { ++pullers_; }
  void puller_leaves() noexcept { --pullers_; }
  void handler_waits(handlers&& one) noexcept { handlers_.splice(handlers_.end(), one); }
  void throttled() noexcept;
  void alarm_rang(time_point when) noexcept;
  /// A request was answered with a page, which is moved out of `arrived` if it is to be delivered.
  /// Returns true if the other requests are not needed any more.
  [[nodiscard]] bool page_arrived(const sent_request& of, unsigned attempts, time_point now,
                                  pages& arrived);
  /// A request failed. Returns true if the scan fails with it: the other requests are not needed
  /// any more.
  [[nodiscard]] bool request_failed(const sent_request& of, time_point now, error failure);
  /// The scan is cancelled or late: waiting pages are dropped. Returns false if it was complete.
  bool interrupt(error reason, std::optional<time_point> now) noexcept;
  /// The scan fails: pages that arrived before are still delivered.
  void fail(error reason) noexcept;
  /// Ends the scan with an exception thrown halfway, whatever its state.
  void break_off(error reason) noexcept;
  /// The source ends: all that still wait get `reason`. No request is sent afterwards.
  void close(error reason) noexcept;

  // ---- next actions

  /// Returns the outcome for a puller if it is available now, else nothing. Records the page in
  /// `journal`, which may be null.
  [[nodiscard]] std::optional<outcome> take(checkpoint_journal* journal);
  /// The same for the handler that has waited longest.
  [[nodiscard]] action next_delivery(checkpoint_journal* journal);
  /// Returns true if a request should be sent, as far as the scan itself is concerned.
  [[nodiscard]] bool wants_request() const noexcept;
  /// Returns that request, which counts as under way from now on.
  [[nodiscard]] send next_request(time_point now, double reserved) noexcept;
  /// The read budget does not allow it: returns when to ask again, unless an earlier alarm is set.
  [[nodiscard]] action wait_for_budget(time_point now, time_point ask_at);
  /// Returns the pages that are not delivered, to be destroyed without the lock.
  [[nodiscard]] pages take_dropped() noexcept { return std::move(dropped_); }

  // ---- state

  [[nodiscard]] bool is_closed() const noexcept { return closed_; }
  [[nodiscard]] const segment_cursor& cursor_of(std::uint32_t segment) const {
    return cursors_[segment];
  }
  [[nodiscard]] std::size_t segments() const noexcept { return cursors_.size(); }
  [[nodiscard]] std::optional<std::uint64_t> items_left() const noexcept { return left_; }
  [[nodiscard]] const scan_meters& meters() const noexcept { return observer_.meters(); }
  [[nodiscard]] scan_progress progress() const;
  [[nodiscard]] scan_summary summary() const { return tally_.summary(end()); }
  /// Reports the first request of a segment to the log. Needs no lock.
  void report_start(std::uint32_t segment) const { observer_.segment_started(segment); }
  /// Reports the scan's end to the log and the metrics.
  void report_end(time_point now);

 private:
  void accept(const scan_tally::request& by, pages& arrived);
  bool fail_with(const sent_request& of, time_point now, error failure);
  void drop_pages() noexcept;
  void count_queued(std::ptrdiff_t bytes) noexcept;
  [[nodiscard]] bool is_complete() const noexcept;
  [[nodiscard]] scan_end end() const noexcept;

  const std::string table_;
  const scan_options& options_;
  const bool ahead_;
  scan_observer observer_;
  std::vector<segment_cursor> cursors_;
  adaptive_limit limit_;
  byte_allowance bytes_;
  segment_queue ready_;  // segments that may send a request, the longest waiting first
  pages pages_;
  pages dropped_;
  handlers handlers_;
  std::size_t pullers_ = 0;
  std::uint32_t in_flight_ = 0;
  std::size_t queued_bytes_ = 0;
  std::optional<std::uint64_t> left_;  // items to deliver under the limit
  std::optional<time_point> alarm_;    // the earliest one that is set
  std::optional<error> failure_;
  bool ended_at_once_ = false;
  bool satisfied_ = false;  // a limit is reached
  bool cut_ = false;        // and removed items from a page
  bool closed_ = false;
  scan_tally tally_;
};

/// The error of a scan that is cancelled or late. Does not throw.
[[nodiscard]] error interruption(errc kind, const std::string& table) noexcept;

}  // namespace dynamo::scan
