// DynamoDB's capacity units: the cost of requests.
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

/// The cost of reading `bytes` together, at least one unit's worth (developer guide, read and write
/// operations): 4 KB a unit, half of it eventually consistent, twice in a transaction.
[[nodiscard]] capacity_units read_units(std::uint64_t bytes, read_kind kind);
/// The cost of writing or removing an item or index entry of `bytes`: 1 KB a unit, twice in a
/// transaction.
[[nodiscard]] capacity_units write_units(std::uint64_t bytes, write_kind kind);

/// The capacity that a request consumed of one table and its indexes. A value type.
class consumption {
 public:
  explicit consumption(std::string table) : table_(std::move(table)) {}

  void add(capacity_units of_table) { base_ += of_table; }
  void add(const table_index& index, capacity_units units);
  /// The cost of replacing `before` with `after`, null meaning no item: the larger one in the
  /// table, and each index entry that changes.
  void add_write(const table_definition& table, const stored_item* before, const stored_item* after,
                 write_kind kind);

  /// Adds consumption of the same table.
  consumption& operator+=(const consumption& more);

  [[nodiscard]] const std::string& table() const noexcept { return table_; }
  /// Units of the table with its local indexes, which share its throughput.
  [[nodiscard]] capacity_units of_base() const;
  [[nodiscard]] const std::map<std::string, capacity_units, std::less<>>& of_global() const {
    return global_;
  }

  /// Appends the object in ConsumedCapacity; `depth` must not be `none`. Transactions also give the
  /// kind of each number: `kind` is "ReadCapacityUnits", for example, or empty.
  void append(std::string& out, returned_capacity depth, std::string_view kind = {}) const;

 private:
  std::string table_;
  capacity_units base_;
  std::map<std::string, capacity_units, std::less<>> local_;
  std::map<std::string, capacity_units, std::less<>> global_;
};

/// Adds consumption to the entry of the same table.
void add_to(std::vector<consumption>& all, const consumption& one);

}  // namespace dynamo::engine
