// What requests cost: DynamoDB's capacity units.
#pragma once

#include "engine/request/requests.hpp"
#include "engine/stored_item.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::engine {

/// Read or write units, exact: the smallest amount is half a unit.
struct capacity_units {
  std::uint64_t halves = 0;

  capacity_units& operator+=(capacity_units more) noexcept {
    halves += more.halves;
    return *this;
  }
  friend capacity_units operator+(capacity_units a, capacity_units b) noexcept { return a += b; }
  friend auto operator<=>(const capacity_units&, const capacity_units&) = default;
};

enum class read_kind : std::uint8_t { eventual, consistent, transactional };
enum class write_kind : std::uint8_t { standard, transactional };

[[nodiscard]] constexpr read_kind read_kind_of(bool consistent) noexcept {
  return consistent ? read_kind::consistent : read_kind::eventual;
}

/// For `bytes` read together, at least one unit's worth (developer guide, read and write
/// operations): 4 KB a unit, half of it eventually consistent, twice in a transaction.
[[nodiscard]] capacity_units read_units(std::uint64_t bytes, read_kind kind);
/// For an item or index entry of `bytes` that is written or removed: 1 KB a unit, twice in a
/// transaction.
[[nodiscard]] capacity_units write_units(std::uint64_t bytes, write_kind kind);

/// What a request consumed of one table and of its indexes. A value type.
class consumption {
 public:
  explicit consumption(std::string table) : table_(std::move(table)) {}

  void add(capacity_units of_table) { base_ += of_table; }
  void add(const table_index& index, capacity_units units);
  /// What it costs to replace `before` by `after`, null being none: the larger one in the table,
  /// and the entries of each index that change.
  void add_write(const table_definition& table, const stored_item* before, const stored_item* after,
                 write_kind kind);

  /// Adds what was consumed of the same table.
  consumption& operator+=(const consumption& more);

  [[nodiscard]] const std::string& table() const noexcept { return table_; }
  /// Of the table with its local indexes, which share its throughput.
  [[nodiscard]] capacity_units of_base() const;
  [[nodiscard]] const std::map<std::string, capacity_units, std::less<>>& of_global() const {
    return global_;
  }

  /// Appends the object that ConsumedCapacity holds; `depth` is not `none`. Transactions tell
  /// beside each number of what kind it is: `kind` is "ReadCapacityUnits", say, or empty.
  void append(std::string& out, returned_capacity depth, std::string_view kind = {}) const;

 private:
  std::string table_;
  capacity_units base_;
  std::map<std::string, capacity_units, std::less<>> local_;
  std::map<std::string, capacity_units, std::less<>> global_;
};

/// Adds what was consumed to what there is of the same table.
void add_to(std::vector<consumption>& all, const consumption& one);

}  // namespace dynamo::engine
