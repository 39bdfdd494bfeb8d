// Options of scans: plain data, the same for all kinds of scans.
#pragma once

#include <dynamo/core/clock.hpp>
#include <dynamo/model/requests.hpp>
#include <dynamo/scan/checkpoint_store.hpp>
#include <dynamo/scan/scan_budget.hpp>
#include <dynamo/scan/scan_watch.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace dynamo {

/// The largest number of segments of a scan (DynamoDB API reference, Scan, TotalSegments).
inline constexpr std::uint32_t max_segments = 1'000'000;

/// Options of a scan. A value outside its range fails with errc::invalid_argument at the call,
/// before any request is sent.
struct scan_options {
  /// Items that the service evaluates for one page, before the filter: 1 or more. Unset: as many as
  /// fit into 1 MB, which needs the fewest requests.
  std::optional<std::uint32_t> page_size{};

  /// Segments of the table, 1 to 1,000,000. Unset: 1 for a sequential scan, 8 for a parallel one.
  /// Empty segments are normal. `segments_for` suggests a number for a table's size.
  std::optional<std::uint32_t> segments{};

  /// Concurrent requests, 1 or more. Unset: the number of segments, at most 64. Throttling halves
  /// the number; successful responses raise it again.
  std::optional<std::uint32_t> max_concurrency{};

  /// Bytes of memory for pages: those being read, those waiting and those held by consumers. When
  /// it is used up, no response is read; one page more than consumers hold is always admitted.
  std::size_t max_buffered_bytes = std::size_t{8} << 20;

  /// Items in one message of a scan that delivers to a mailbox or process, 1 or more. Every message
  /// but the last holds exactly this many, also across pages and segments. Unset: one item per
  /// message. Ignored by other scans.
  std::optional<std::size_t> batch_size{};

  /// Requests the next page while the last one is being decoded. A parallel scan always does. A
  /// sequential scan that is left early may then have paid for an unread page.
  bool read_ahead = false;

  /// Returns all writes that were acknowledged before the scan, at twice the price. Not on a global
  /// secondary index.
  bool consistent_read = false;

  std::string filter_expression{};      ///< applied after reading: does not lower the price
  std::string projection_expression{};  ///< empty: all attributes
  attribute_names expression_attribute_names{};
  attribute_values expression_attribute_values{};

  std::string index_name{};  ///< empty: the table itself
  dynamo::select select = dynamo::select::service_default;

  /// Items in total, across all segments; unset: no limit. Without a filter, no request evaluates
  /// more items than remain to be delivered.
  std::optional<std::uint64_t> limit{};

  /// Bytes of response bodies, 1 or more: the scan ends with the page that reaches them, as with a
  /// limit. Unset: no bound. `scan_end::limited` distinguishes both ends from a complete table.
  std::optional<std::uint64_t> max_bytes{};

  /// Read units (RCU) per second, above 0, as the service counts them; unset: no bound. The cost of
  /// a page is known only after it has arrived: the scan may be one page ahead, and then waits to
  /// make up for it. If the service does not report the cost, it is estimated from the page's
  /// bytes.
  std::optional<double> max_rcu{};
  /// The same for several scans together, or to be changed while they run; used instead of
  /// `max_rcu`.
  std::optional<scan_budget> budget{};

  /// Reports what the scan has read when the program has no stream to ask, as with flows and
  /// stages.
  std::optional<scan_watch> watch{};

  std::stop_token stop{};                      ///< ends the stream with errc::cancelled
  std::optional<dynamo::deadline> deadline{};  ///< ends it with errc::deadline_exceeded

  /// Time for which the transient failures of a segment are retried before the scan fails. Unset:
  /// the client's `scan_retry_budget`.
  std::optional<std::chrono::milliseconds> retry_budget{};

  /// Stores the scan's progress, so that a later scan of the same table with the same options
  /// resumes from there: `checkpoint_file(path)`, or a custom store. A position advances past a
  /// page when all of its items, and all pages of its segment before it, have been acknowledged.
  /// With `segments` unset, the checkpoint's number of segments is used.
  ///
  /// The call that starts the scan describes the table and reads the store. It throws
  /// errc::checkpoint if the checkpoint belongs to another scan, is in use or is damaged.
  std::shared_ptr<checkpoint_store> checkpoint{};
  /// Least time between two saves, which are made by the thread that acknowledges; the checkpoint
  /// is also saved at the end. 0: saves whenever a position advances. Not negative.
  std::chrono::milliseconds checkpoint_interval{1000};
  /// Called before each save, on the thread that saves, one call at a time. Its UTF-8 text is
  /// stored in the checkpoint: other state that the program needs to resume, such as the length of
  /// a file. It must first write the results of the acknowledged items to disk, and must not
  /// acknowledge. An exception fails that save. Called until the scan and all its pages have ended.
  std::function<std::string()> checkpoint_note{};
};

/// Counts of a scan so far.
struct scan_progress {
  std::uint64_t items = 0;          ///< in the pages that arrived
  std::uint64_t scanned_items = 0;  ///< evaluated, before the filter
  std::uint64_t pages = 0;
  std::uint64_t bytes = 0;       ///< of response bodies
  std::uint64_t requests = 0;    ///< answered in the end; each counts with its earlier attempts
  std::uint64_t throttled = 0;   ///< attempts throttled by the service
  double consumed_capacity = 0;  ///< read units, also of pages that arrived too late to be
                                 ///< delivered
  std::uint32_t segments = 0;
  std::uint32_t segments_complete = 0;
  std::uint32_t concurrency = 0;  ///< concurrent requests allowed now
};

}  // namespace dynamo
