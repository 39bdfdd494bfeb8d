// The SQLite database: tables, their rows, and transactions.
#pragma once

#include "engine/store/change_record.hpp"
#include "engine/store/key_codec.hpp"
#include "engine/stored_item.hpp"
#include "engine/table_definition.hpp"

#include <dynamo/core/result.hpp>
#include <dynamo/engine/engine_options.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// The number of items in a table or index, and their bytes.
struct row_counts {
  std::uint64_t items = 0;
  std::uint64_t bytes = 0;
};

/// One row; valid during the visit.
struct row {
  std::string_view item;  ///< JSON, as `stored_item::json`
  std::uint64_t size = 0;
};

/// Called with one row after another until it returns false. Its exceptions are passed on.
using row_visitor = std::function<bool(const row&)>;

/// A consistent view. Used by one thread, during the call that received it.
class snapshot {
 public:
  virtual ~snapshot() = default;
  /// Null if the table does not exist.
  [[nodiscard]] virtual std::shared_ptr<const table_definition> find_table(
      std::string_view name) const = 0;
  /// At most `limit` names, in order, starting after `after`.
  [[nodiscard]] virtual std::vector<std::string> table_names(std::string_view after,
                                                             std::size_t limit) const = 0;
  [[nodiscard]] virtual row_counts counts(row_set of) const = 0;
  [[nodiscard]] virtual std::optional<stored_item> find(row_set in, std::string_view key) const = 0;
  /// Visits the rows of a range, in ascending or descending key order.
  virtual void visit(row_set of, const key_range& range, bool ascending,
                     const row_visitor& visitor) const = 0;
  /// The streams that still have untrimmed records, those of deleted tables included.
  [[nodiscard]] virtual std::vector<change_stream> streams() const = 0;
  /// Records of a stream after the sequence number `after` (0: all), in order: at most `limit`,
  /// ending with the record with which their total size reaches `bytes`.
  [[nodiscard]] virtual std::vector<change_record> changes(row_set stream, std::uint64_t after,
                                                           std::size_t limit,
                                                           std::uint64_t bytes) const = 0;
};

/// A snapshot that can be changed; it sees its own changes.
class transaction : public snapshot {
 public:
  /// Creates the table and assigns its row sets, including those of its indexes and its stream; the
  /// row sets in `table` are ignored. The name must not be in use.
  virtual void create_table(table_definition table) = 0;
  /// Replaces the definition of this name. Indexes with `rows` 0 are new and filled; removed
  /// indexes lose their rows. If the time-to-live attribute changes, it is read from all items. A
  /// stream that is enabled, or has another label, begins without records.
  virtual void update_table(table_definition table) = 0;
  /// The records of the table's stream stay until they are trimmed.
  virtual void drop_table(const table_definition& table) = 0;
  /// Replaces the item `before` of this key with `after`; null means no item. Updates the indexes,
  /// the counts, the expiry list and the change log. Does nothing if both are the same. `table`
  /// must come from this transaction's `find_table`.
  virtual void replace(const table_definition& table, std::string_view key,
                       const stored_item* before, const stored_item* after,
                       change_origin by = change_origin::request) = 0;
};

/// One writer at a time, many readers. Thread-safe. Failures of SQLite (a full disk, a damaged
/// file) throw `store_failure`, with a message that names the file.
class database {
 public:
  /// Returns errc::io, with a message that names the file, if it cannot be opened or is not a
  /// database of the engine.
  static result<std::unique_ptr<database>> open(const std::string& path,
                                                const engine_options& options);
  static std::unique_ptr<database> in_memory(const engine_options& options);
  virtual ~database() = default;

  /// Calls `work` with the committed state; its exceptions are passed on. `work` must not call this
  /// object.
  virtual void read(const std::function<void(const snapshot&)>& work) = 0;
  /// Calls `work` once, possibly on another writer's thread, in one commit with other writes.
  /// Returns when it is committed as durably as the options demand. If `work` throws, only its own
  /// changes are undone, and the exception is passed on.
  virtual void write(const std::function<void(transaction&)>& work) = 0;
  /// The same for work that does not throw after its first change: a database in memory then keeps
  /// nothing to undo it, which would be a copy of each page it changes. If it throws nevertheless,
  /// for example out of memory, a database in memory becomes unusable: every later call throws
  /// `store_failure`.
  virtual void write_decided(const std::function<void(transaction&)>& work) = 0;
  /// Removes at most `limit` items whose time to live passed before `now` (seconds since 1970), but
  /// not more than five years before: those stay (developer guide, time to live). Returns the
  /// number of items removed.
  virtual std::size_t remove_expired(std::int64_t now, std::size_t limit) = 0;
  /// Removes at most `limit` change-log records created before `when`. Returns the number of
  /// records removed. DynamoDB keeps records for 24 hours.
  virtual std::size_t trim_changes(std::chrono::system_clock::time_point when,
                                   std::size_t limit) = 0;
  /// Rewrites all rows in order without gaps and frees the space of removed ones. Writers wait;
  /// readers of a file continue, readers of a database in memory wait. The file, and the WAL beside
  /// it, are small on return; while a reader stays in a `read` for seconds they cannot shrink yet,
  /// and do so at a later commit or when this object is destroyed. Temporarily needs up to twice
  /// the file's size beside it, in memory up to twice as much again. Returns false if a stop was
  /// requested before all rows were copied: nothing has changed then. If it throws, or the program
  /// ends, the database has all its rows.
  [[nodiscard]] virtual bool compact(const std::stop_token& stop) = 0;
  /// Compares every index, count and expiry with its table. Returns a message for each mismatch.
  [[nodiscard]] virtual std::vector<std::string> check() = 0;
};

}  // namespace dynamo::engine
