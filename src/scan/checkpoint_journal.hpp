// Keeps the checkpoint of a scan: records its pages' acknowledgements, and saves.
#pragma once

#include "scan/acknowledgement_ledger.hpp"
#include "scan/checkpoint.hpp"

#include <dynamo/core/log.hpp>
#include <dynamo/core/metrics.hpp>
#include <dynamo/model/backend.hpp>
#include <dynamo/model/page.hpp>
#include <dynamo/scan/checkpoint_store.hpp>
#include <dynamo/scan/page_source.hpp>
#include <dynamo/scan/scan_options.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::scan {

/// A store that a scan has acquired.
class held_store {
 public:
  /// Throws the error of `acquire`.
  explicit held_store(std::shared_ptr<checkpoint_store> store) : store_(std::move(store)) {
    store_->acquire().value();
  }
  held_store(held_store&&) noexcept = default;
  held_store& operator=(held_store&&) = delete;
  ~held_store() {
    if (store_) store_->release();
  }
  checkpoint_store& operator*() const noexcept { return *store_; }
  checkpoint_store* operator->() const noexcept { return store_.get(); }

 private:
  std::shared_ptr<checkpoint_store> store_;
};

/// The metrics and the log that record the saves of a scan of `table`.
struct journal_watchers {
  std::string table{};
  std::shared_ptr<metrics_recorder> metrics{};
  std::shared_ptr<logger> log{};

  void saved(const result<void>& outcome, const std::string& store,
             std::chrono::nanoseconds took) const;
};

/// Shared by the source of a scan and the receipts of its pages. The destructor releases the store.
/// All functions are thread-safe. Saves happen on the calling threads, never under the lock that
/// `hand_out` needs.
class checkpoint_journal : public std::enable_shared_from_this<checkpoint_journal> {
 public:
  using note_function = std::function<std::string()>;
  using now_function = std::function<std::chrono::steady_clock::time_point()>;

  /// Reads the store. Throws errc::checkpoint if its checkpoint belongs to another scan.
  checkpoint_journal(held_store store, scan_identity identity, std::chrono::milliseconds interval,
                     note_function note, now_function now, journal_watchers watchers = {});

  [[nodiscard]] const std::optional<resumed_scan>& resumed() const noexcept { return resumed_; }
  [[nodiscard]] std::vector<segment_position> positions() const;

  /// Gives a receipt to a page that is delivered. Does not save, since it runs under locks.
  void hand_out(page& taken);
  /// The scan is opened again from `positions`.
  void rewind(const std::vector<segment_position>& positions);
  /// All items of a page were processed.
  void acknowledge(std::uint32_t segment, std::uint64_t number);

  /// Saves if a position has moved and the interval has passed; regardless of the interval if the
  /// scan is complete, or its source has ended.
  result<void> save_if_due();
  /// Saves if a position has moved.
  result<void> save();

  /// A source begins to hand out pages, or has ended.
  void source_begins() { ++sources_; }
  void source_ends() { --sources_; }

 private:
  result<void> write();  // with `saving_` held

  const held_store store_;
  const scan_identity identity_;
  const std::chrono::milliseconds interval_;
  const note_function note_;
  const now_function now_;
  const journal_watchers watchers_;
  std::optional<resumed_scan> resumed_;

  mutable std::mutex mutex_;
  acknowledgement_ledger ledger_;
  std::atomic<bool> moved_ = false;     // since the last save
  std::atomic<bool> complete_ = false;  // nothing else will move
  std::atomic<int> sources_ = 0;

  std::mutex saving_;  // one save at a time
  std::chrono::steady_clock::time_point next_save_;
};

/// Opens the journal of a scan of `table`. Throws the errors of acquiring the store, describing the
/// table and reading the store. Requires `options.checkpoint` and `options.segments`.
[[nodiscard]] std::shared_ptr<checkpoint_journal> open_journal(const std::shared_ptr<backend>& from,
                                                               const std::string& table,
                                                               const scan_options& options);

}  // namespace dynamo::scan
