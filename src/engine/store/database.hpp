// The SQLite file: tables, their rows, and transactions.
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

/// How many items, and how many bytes of them, a table or index has.
struct row_figures {
  std::uint64_t items = 0;
  std::uint64_t bytes = 0;
};

/// One row; valid while it is visited.
struct row {
  std::string_view item;  ///< JSON, as `stored_item::json`
  std::uint64_t size = 0;
};

/// Is shown one row after the other, until it returns false. What it throws is passed on.
using row_visitor = std::function<bool(const row&)>;

/// A consistent view. Belongs to one thread, and to the call it was given to.
class snapshot {
 public:
  virtual ~snapshot() = default;
  /// Null if there is no such table.
  [[nodiscard]] virtual std::shared_ptr<const table_definition> find_table(
      std::string_view name) const = 0;
  /// At most `limit` names, in order, from behind `after` on.
  [[nodiscard]] virtual std::vector<std::string> table_names(std::string_view after,
                                                             std::size_t limit) const = 0;
  [[nodiscard]] virtual row_figures figures(row_set of) const = 0;
  [[nodiscard]] virtual std::optional<stored_item> find(row_set in, std::string_view key) const = 0;
  /// Shows the rows of a range, in the order of their keys or against it.
  virtual void visit(row_set of, const key_range& range, bool ascending,
                     const row_visitor& visitor) const = 0;
  /// The streams whose records are not all trimmed, of tables that are gone too.
  [[nodiscard]] virtual std::vector<change_stream> streams() const = 0;
  /// Records of a stream behind the sequence number `after` (0: all), in order: at most `limit`,
  /// and none behind the one with which their sizes reach `bytes`.
  [[nodiscard]] virtual std::vector<change_record> changes(row_set stream, std::uint64_t after,
                                                           std::size_t limit,
                                                           std::uint64_t bytes) const = 0;
};

/// A snapshot that can be changed; it sees its own changes.
class transaction : public snapshot {
 public:
  /// Gives it its row sets, including those of its indexes and its stream; what `table` says of
  /// them is ignored. The name is not in use.
  virtual void create_table(table_definition table) = 0;
  /// Replaces the definition of this name. Indexes with `rows` 0 are new and filled; those that are
  /// gone lose their rows. Another attribute of the time to live is read from all items. A stream
  /// that is enabled, or has another label, begins without records.
  virtual void update_table(table_definition table) = 0;
  /// The records of its stream stay until they are trimmed.
  virtual void drop_table(const table_definition& table) = 0;
  /// Replaces the item `before` of this key by `after`; null is none. Keeps the indexes, the
  /// figures, the list of what expires and the change log in step. Nothing happens if both are the
  /// same. `table` is what `find_table` of this transaction gave.
  virtual void replace(const table_definition& table, std::string_view key,
                       const stored_item* before, const stored_item* after,
                       change_origin by = change_origin::request) = 0;
};

/// One writer at a time, many readers. Thread-safe. What SQLite cannot do (a full disk, a damaged
/// file) throws `store_failure`, with a sentence that names the file.
class database {
 public:
  /// errc::io, in one sentence that names the file, if it cannot be opened or is something else.
  static result<std::unique_ptr<database>> open(const std::string& path,
                                                const engine_options& options);
  static std::unique_ptr<database> in_memory(const engine_options& options);
  virtual ~database() = default;

  /// Calls `work` with what is committed now; what it throws is passed on. Within `work` nothing of
  /// this object is called.
  virtual void read(const std::function<void(const snapshot&)>& work) = 0;
  /// Calls `work` once, maybe on another thread that writes as well, together with others in one
  /// commit. Returns when it is committed as durably as the options want. What `work` throws undoes
  /// what it did, and is passed on; nothing else is undone.
  virtual void write(const std::function<void(transaction&)>& work) = 0;
  /// The same for work that throws nothing once it has changed something: nothing is kept to undo
  /// it in memory, where that would be a copy of each page it changes. If it throws nevertheless,
  /// as when there is no memory left, a database in memory is of no use any more: all that comes
  /// later throws `store_failure`.
  virtual void write_decided(const std::function<void(transaction&)>& work) = 0;
  /// Removes at most `limit` items whose time to live passed before `now` (seconds since 1970), but
  /// not more than five years before: those stay (developer guide, time to live). Returns how many
  /// there were.
  virtual std::size_t remove_expired(std::int64_t now, std::size_t limit) = 0;
  /// Removes at most `limit` records of change logs that were made before `when`. Returns how many
  /// there were. DynamoDB keeps them for 24 hours.
  virtual std::size_t trim_changes(std::chrono::system_clock::time_point when,
                                   std::size_t limit) = 0;
  /// Writes all rows anew, in their order and without gaps, and gives back what removed ones have
  /// left. Writers wait; readers go on, but in memory they wait as well. The file, and the WAL
  /// beside it, are small when it returns; while somebody stays in a `read` for seconds they cannot
  /// be yet, and are by a later commit or the end. Beside a file it takes up to twice its size
  /// meanwhile, in memory up to twice as much again. Returns false if a stop was requested before
  /// all rows were copied: nothing has changed then. If it throws, or the program ends, the
  /// database has all its rows.
  [[nodiscard]] virtual bool compact(const std::stop_token& stop) = 0;
  /// Compares every index, figure and expiry with its table. A sentence for each that disagrees.
  [[nodiscard]] virtual std::vector<std::string> check() = 0;
};

}  // namespace dynamo::engine
