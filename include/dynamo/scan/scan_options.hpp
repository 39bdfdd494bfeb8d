// How a table is scanned: plain data, the same for all ways of scanning.
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

/// The most segments that a scan may have (DynamoDB API reference, Scan, TotalSegments).
inline constexpr std::uint32_t max_segments = 1'000'000;

/// Options of a scan. A value outside its range is errc::invalid_argument at the call, before any
/// request is sent.
struct scan_options {
  /// Items the service evaluates for one page, before the filter: 1 or more. Unset: as many as fit
  /// into 1 MB, which takes the fewest requests.
  std::optional<std::uint32_t> page_size{};

  /// Parts the table is scanned in, 1 to 1,000,000. Unset: 1 for a sequential scan, 8 for a
  /// parallel one. Empty segments are normal. `segments_for` knows how many suit a table's size.
  std::optional<std::uint32_t> segments{};

  /// Requests under way at a time, 1 or more. Unset: as many as there are segments, at most 64.
  /// Fewer while the service throttles: that halves them, and answers add to them again.
  std::optional<std::uint32_t> max_concurrency{};

  /// Memory for pages: those being read, those waiting and those that consumers hold. While it is
  /// used up no response is read; one page more than consumers hold is always admitted.
  std::size_t max_buffered_bytes = std::size_t{8} << 20;

  /// Items in one message of a scan that delivers to a mailbox or process, 1 or more: exactly so
  /// many, also across pages and segments, but in the last one. Unset: one item a message. Other
  /// ways of scanning do not look at it.
  std::optional<std::size_t> batch_size{};

  /// Asks for the next page while the last one is being decoded. A parallel scan always does. A
  /// sequential one that is left early then has paid for a page that nobody read.
  bool read_ahead = false;

  /// Sees writes that were acknowledged before the scan, at twice the price. Not on a global index.
  bool consistent_read = false;

  std::string filter_expression{};      ///< applied after reading: it does not lower the price
  std::string projection_expression{};  ///< empty: all attributes
  attribute_names expression_attribute_names{};
  attribute_values expression_attribute_values{};

  std::string index_name{};  ///< empty: the table itself
  dynamo::select select = dynamo::select::service_default;

  /// Items in all, across all segments; unset: no limit. Without a filter, no request evaluates
  /// more than are left to deliver.
  std::optional<std::uint64_t> limit{};

  /// Bytes of response bodies, 1 or more: the scan ends with the page that reaches them, as it does
  /// with a limit. Unset: no bound. `scan_end::limited` tells either end from a whole table.
  std::optional<std::uint64_t> max_bytes{};

  /// Read units (RCU) a second, above 0, as the service counts them; unset: no bound. What a page
  /// costs is known behind it only: the scan may be one page ahead, and waits until that is made
  /// up for. Without the service's word a page counts by its bytes.
  std::optional<double> max_rcu{};
  /// The same for several scans together, or to be changed while they run; instead of `max_rcu`.
  std::optional<scan_budget> budget{};

  /// Tells from outside what the scan has read: for flows and stages, which have no stream to ask.
  std::optional<scan_watch> watch{};

  std::stop_token stop{};                      ///< ends the stream with errc::cancelled
  std::optional<dynamo::deadline> deadline{};  ///< ends it with errc::deadline_exceeded

  /// How long a segment may fail in ways that may pass before the scan fails. Unset: the client's.
  std::optional<std::chrono::milliseconds> retry_budget{};

  /// Keeps how far the scan has come, so that another one of the same table and options goes on
  /// from there: `checkpoint_file(path)`, or a store of one's own. A position moves behind a page
  /// when all of its items were acknowledged, and all pages of its segment before it. With a
  /// checkpoint the call itself describes the table and reads the store: it throws errc::checkpoint
  /// if that is of another scan, is in use or is damaged. With `segments` unset, the segments are
  /// those of the checkpoint.
  std::shared_ptr<checkpoint_store> checkpoint{};
  /// The checkpoint is saved at most so often, by the thread that acknowledges, and at the end. 0:
  /// whenever a position moves. Not negative.
  std::chrono::milliseconds checkpoint_interval{1000};
  /// Called before each save, on the thread that saves, one call at a time; its UTF-8 text is kept
  /// in the checkpoint: what else the program needs to go on, such as the length of a file. It must
  /// bring what the acknowledged items became onto the disk first, and must not acknowledge. What
  /// it throws is that save's failure. Called until the scan and all its pages have ended.
  std::function<std::string()> checkpoint_note{};
};

/// What a scan has done so far.
struct scan_progress {
  std::uint64_t items = 0;          ///< in the pages that arrived
  std::uint64_t scanned_items = 0;  ///< evaluated, before the filter
  std::uint64_t pages = 0;
  std::uint64_t bytes = 0;       ///< of response bodies
  std::uint64_t requests = 0;    ///< that were answered in the end, with the attempts before
  std::uint64_t throttled = 0;   ///< of the requests' attempts, by the service
  double consumed_capacity = 0;  ///< read units, also of pages that came too late to be delivered
  std::uint32_t segments = 0;
  std::uint32_t segments_complete = 0;
  std::uint32_t concurrency = 0;  ///< requests that may be under way at a time now
};

}  // namespace dynamo
