// The SQLite file: tables, their rows, and transactions.
#pragma once

#include "engine/store/key_codec.hpp"
#include "engine/stored_item.hpp"
#include "engine/table_definition.hpp"

#include <dynamo/core/result.hpp>
#include <dynamo/engine/engine_options.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// How many items, and how many bytes of them, a table or index has.
struct row_figures {
  std::uint64_t items = 0;
  std::uint64_t bytes = 0;
};

/// One row under a cursor; valid until it moves.
struct row {
  std::string_view key;
  std::string_view item;  ///< JSON, as `stored_item::json`
  std::uint64_t size = 0;
};

/// Moves over the rows of a range in the order of their keys, or against it.
class cursor {
 public:
  virtual ~cursor() = default;
  /// The next row; null behind the last one.
  virtual const row* next() = 0;
};

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
  [[nodiscard]] virtual std::unique_ptr<cursor> rows(row_set of, const key_range& range,
                                                     bool ascending) const = 0;
};

/// Who changed an item, for the change log.
enum class change_origin : std::uint8_t { request, time_to_live };

/// A snapshot that can be changed; it sees its own changes.
class transaction : public snapshot {
 public:
  /// Gives it its row sets, including those of its indexes. The name is not in use.
  virtual void create_table(table_definition table) = 0;
  /// Replaces the definition. New indexes are filled, those that are gone lose their rows.
  virtual void update_table(table_definition table) = 0;
  virtual void drop_table(const table_definition& table) = 0;
  /// Replaces the item `before` of this key by `after`; null is none. Keeps the indexes, the
  /// figures, the list of what expires and the change log in step.
  virtual void replace(const table_definition& table, std::string_view key,
                       const stored_item* before, const stored_item* after,
                       change_origin by = change_origin::request) = 0;
};

/// One writer at a time, many readers. Thread-safe.
class database {
 public:
  /// errc::io, in one sentence that names the file, if it cannot be opened or is something else.
  static result<std::unique_ptr<database>> open(const std::string& path,
                                                const engine_options& options);
  static std::unique_ptr<database> in_memory(const engine_options& options);
  virtual ~database() = default;

  /// Calls `work` with what is committed now; what it throws is passed on.
  virtual void read(const std::function<void(const snapshot&)>& work) = 0;
  /// Calls `work` once, maybe on another thread that writes as well, together with others in one
  /// commit. Returns when it is committed as durably as the options want. What `work` throws undoes
  /// what it did, and is passed on.
  virtual void write(const std::function<void(transaction&)>& work) = 0;
  /// Removes at most `limit` items whose time to live passed before `now` (seconds since 1970).
  /// Returns how many there were.
  virtual std::size_t remove_expired(std::int64_t now, std::size_t limit) = 0;
  /// Compares every index, figure and expiry with its table. A sentence for each that disagrees.
  [[nodiscard]] virtual std::vector<std::string> check() = 0;
};

}  // namespace dynamo::engine
