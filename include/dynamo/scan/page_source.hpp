// Page sources: all kinds of scans pull their pages from one.
#pragma once

#include <dynamo/core/result.hpp>
#include <dynamo/model/backend.hpp>
#include <dynamo/model/page.hpp>
#include <dynamo/scan/scan_options.hpp>
#include <dynamo/scan/scan_summary.hpp>
#include <dynamo/scan/segment_position.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dynamo {

namespace scan {
class checkpoint_journal;
class coordinator;
}  // namespace scan

namespace detail {

/// Returns the number of segments of the scan in the options' checkpoint; `otherwise` if there is
/// none or it cannot be read. Opening the scan reports the error in that case.
[[nodiscard]] std::uint32_t kept_segments(const scan_options& options, std::uint32_t otherwise);

}  // namespace detail

/// The contents of the checkpoint from which a scan resumed.
struct resumed_scan {
  bool complete = false;                      ///< the scan was complete: nothing more is read
  std::uint64_t items = 0;                    ///< in the pages before the positions
  std::uint64_t pages = 0;                    ///< the pages before the positions
  std::vector<segment_position> positions{};  ///< by segment
  std::string note{};  ///< the text returned by `scan_options::checkpoint_note`
};

/// A running scan. Requests are sent when pages are asked for, within the options' bounds; nothing
/// is sent before the first pull, except for the description of the table if there is a checkpoint.
/// Move-only. The destructor cancels running requests and tries to save the checkpoint; call
/// `try_save_checkpoint` to learn whether a save succeeds. The checkpoint is released when the
/// source and its pages have been destroyed.
///
/// Thread safety: thread-safe; many threads may pull. Lifetime: shares ownership of the backend;
/// pages may outlive the source.
class page_source {
 public:
  using handler = std::function<void(result<std::optional<page>>)>;

  /// Opens a scan. `ahead` allows pages to be fetched before they are asked for.
  ///
  /// Throws errc::invalid_argument if an option is out of range. With a checkpoint, also throws the
  /// errors of describing the table and of reading the store; see `scan_options::checkpoint`.
  page_source(std::shared_ptr<backend> from, std::string table, const scan_options& options,
              bool ahead);
  /// Resumes from `positions`: one for each of the options' segments, in order, from a scan of the
  /// same table with the same number of segments.
  ///
  /// Throws as the other constructor does; also errc::invalid_argument if the number of positions
  /// differs, if a start key is not a JSON object, or if the options have a checkpoint, which has
  /// its own positions.
  page_source(std::shared_ptr<backend> from, std::string table, const scan_options& options,
              bool ahead, const std::vector<segment_position>& positions);
  page_source(page_source&&) noexcept;
  page_source& operator=(page_source&&) noexcept;
  ~page_source();

  /// Restarts the scan after a failure from `positions`: after the pages that this source returned
  /// and that were processed. The new source uses the same checkpoint. Pages after `positions` that
  /// this source returned must not be acknowledged.
  ///
  /// Throws as the constructors do.
  [[nodiscard]] page_source again(const scan_options& options,
                                  const std::vector<segment_position>& positions) const;

  /// Blocks until the next page arrives and returns it; returns nothing when the scan is complete.
  /// After an error or the end, every further call returns the same. A failed segment fails the
  /// scan after the pages that had arrived before; cancellation and the deadline end it at once.
  /// Pages of one segment come in order; segments take turns. Pages may contain no items.
  [[nodiscard]] result<std::optional<page>> next();
  /// Calls `done` exactly once with the result of `next`: at once if it is available; else later on
  /// a thread of the backend, or on a thread that pulls, releases a page, requests the stop or
  /// destroys this source. `done` must be quick, must not throw, must not call `next` and must not
  /// destroy this source; it may call `async_next`.
  void async_next(handler done);

  /// Ends the scan with errc::cancelled at once, as a stop of the options does, and wakes threads
  /// that wait in `next`. Has no effect if the scan has ended. Thread safety: may be called at any
  /// time.
  void cancel();

  /// Returns the counts so far. Thread safety: may be called at any time.
  [[nodiscard]] scan_progress progress() const;
  /// Returns what was read of each segment, and how it ended. The summary is complete only when
  /// `next` has returned, or would return, nothing. Thread safety: may be called at any time.
  [[nodiscard]] scan_summary summary() const;

  [[nodiscard]] bool has_checkpoint() const noexcept;
  /// Returns the checkpoint from which this scan resumed; nothing if there is no checkpoint or it
  /// was empty.
  [[nodiscard]] std::optional<resumed_scan> resumed() const;
  /// Saves the checkpoint now, if a position has advanced since the last save. Thread-safe.
  result<void> try_save_checkpoint();

 private:
  page_source(std::shared_ptr<backend> from, std::string table, const scan_options& options,
              bool ahead, const std::vector<segment_position>& positions,
              std::shared_ptr<scan::checkpoint_journal> journal);

  void begin(const scan_options& options);
  void end() noexcept;

  std::shared_ptr<backend> backend_;
  std::shared_ptr<scan::coordinator> coordinator_;
  std::shared_ptr<scan::watched_scans> watch_;  // null: no watch
};

}  // namespace dynamo
