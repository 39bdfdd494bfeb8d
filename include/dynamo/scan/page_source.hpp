// The pull point: where every way of streaming gets its pages.
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

/// The segments of the scan that the options' checkpoint is of; `otherwise` if there is none, or it
/// cannot be read, which opening the scan tells.
[[nodiscard]] std::uint32_t kept_segments(const scan_options& options, std::uint32_t otherwise);

}  // namespace detail

/// What the checkpoint told when a scan went on from it.
struct resumed_scan {
  bool complete = false;                      ///< it had come to its end: nothing is read any more
  std::uint64_t items = 0;                    ///< of the pages before the positions
  std::uint64_t pages = 0;                    ///< those
  std::vector<segment_position> positions{};  ///< by segment
  std::string note{};                         ///< of `scan_options::checkpoint_note`
};

/// A scan under way. Requests leave when pages are asked for, within the options' bounds; nothing
/// is sent before the first pull, but for the description of the table if there is a checkpoint.
/// Thread-safe for many pullers. Move-only; its end cancels what is under way, and saves the
/// checkpoint as far as it can: `try_save_checkpoint` tells whether it could. The checkpoint is
/// released when the source and its pages have ended. Shares ownership of the backend; pages may
/// outlive it.
class page_source {
 public:
  using handler = std::function<void(result<std::optional<page>>)>;

  /// Throws errc::invalid_argument if an option is out of range. `ahead` says whether pages may be
  /// fetched before they are asked for. With a checkpoint, throws also what describing the table or
  /// reading the store throws; see `scan_options::checkpoint`.
  page_source(std::shared_ptr<backend> from, std::string table, const scan_options& options,
              bool ahead);
  /// Goes on from `positions`, one for each of the options' segments, in order: of a scan of the
  /// same table with as many segments. Throws errc::invalid_argument also if they are not as many,
  /// or a start key is no JSON object, or the options have a checkpoint, which has its own.
  page_source(std::shared_ptr<backend> from, std::string table, const scan_options& options,
              bool ahead, const std::vector<segment_position>& positions);
  page_source(page_source&&) noexcept;
  page_source& operator=(page_source&&) noexcept;
  ~page_source();

  /// The same scan again, after a failure, from `positions` on: behind the pages that this source
  /// handed out and that were dealt with. Keeps the checkpoint that this one keeps. Pages behind
  /// `positions` that this one handed out must not be acknowledged. Throws as the constructors do.
  [[nodiscard]] page_source again(const scan_options& options,
                                  const std::vector<segment_position>& positions) const;

  /// Blocks for the next page. Nothing: the scan is complete. After an error or the end every
  /// further call gives the same. A failed segment fails the scan behind the pages that had
  /// arrived before; cancellation and the deadline end it at once. Pages of one segment come in
  /// order; segments take turns. May return pages without items.
  [[nodiscard]] result<std::optional<page>> next();
  /// Calls `done` with what `next` would return, exactly once: at once if it is there, else later
  /// on a thread of the backend's, or on one that pulls, lets go of a page, requests the stop or
  /// ends this source. It must be quick, must not throw, must not call `next`, and must not end
  /// this source; it may call `async_next`.
  void async_next(handler done);

  /// Ends the scan with errc::cancelled at once, as a stop of the options does: whoever waits in
  /// `next` is woken. Nothing happens if it has ended. Thread-safe, at any time.
  void cancel();

  /// Thread-safe, at any time.
  [[nodiscard]] scan_progress progress() const;
  /// What was read of each segment, and how it ended. Thread-safe, at any time: complete only once
  /// `next` has given nothing, or would.
  [[nodiscard]] scan_summary summary() const;

  [[nodiscard]] bool has_checkpoint() const noexcept;
  /// What the checkpoint told when this scan began; nothing without one, or if it was empty.
  [[nodiscard]] std::optional<resumed_scan> resumed() const;
  /// Saves the checkpoint now, if a position has moved since. Thread-safe.
  result<void> try_save_checkpoint();

 private:
  page_source(std::shared_ptr<backend> from, std::string table, const scan_options& options,
              bool ahead, const std::vector<segment_position>& positions,
              std::shared_ptr<scan::checkpoint_journal> journal);

  void begin(const scan_options& options);
  void end() noexcept;

  std::shared_ptr<backend> backend_;
  std::shared_ptr<scan::coordinator> coordinator_;
  std::shared_ptr<scan::watched_scans> watch_;  // null: nobody watches
};

}  // namespace dynamo
