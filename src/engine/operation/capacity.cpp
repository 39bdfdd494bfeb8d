#include "engine/operation/capacity.hpp"

#include "engine/store/index_entry.hpp"

#include <dynamo/value/json_writer.hpp>

#include <algorithm>

namespace dynamo::engine {
namespace {

constexpr std::uint64_t read_unit_bytes = 4096;
constexpr std::uint64_t write_unit_bytes = 1024;

std::uint64_t units_for(std::uint64_t bytes, std::uint64_t unit) {
  return std::max<std::uint64_t>(1, (bytes + unit - 1) / unit);
}

void append_units(std::string& out, capacity_units units, std::string_view kind) {
  const auto append = [&](std::string_view name) {
    detail::append_json_key(out, name);
    out += std::to_string(units.halves / 2);
    out += units.halves % 2 == 0 ? ".0" : ".5";
  };
  append("CapacityUnits");
  if (!kind.empty()) append(kind);
}

void append_indexes(std::string& out, std::string_view member,
                    const std::map<std::string, capacity_units, std::less<>>& indexes,
                    std::string_view kind) {
  if (indexes.empty()) return;
  detail::append_json_key(out, member);
  out += '{';
  for (const auto& [name, units] : indexes) {
    detail::append_json_key(out, name);
    out += '{';
    append_units(out, units, kind);
    out += '}';
  }
  out += '}';
}

// The cost of updating an index from one state of an item to the next.
capacity_units index_units(const table_definition& table, const table_index& index,
                           const stored_item* before, const stored_item* after, write_kind kind) {
  using entry = std::optional<store::index_entry>;
  const auto entry_of = [&](const stored_item* of) {
    return of == nullptr ? entry() : store::index_entry::of(table, index, *of);
  };
  const entry was = entry_of(before);
  const entry is = entry_of(after);
  const auto units_of = [&](const entry& of) {
    return of ? write_units(of->contents().size, kind) : capacity_units{};
  };
  if (!was || !is || was->key() != is->key()) return units_of(was) + units_of(is);
  if (was->contents().item == is->contents().item) return {};
  return std::max(units_of(was), units_of(is));
}

}  // namespace

capacity_units read_units(std::uint64_t bytes, read_kind kind) {
  const std::uint64_t units = units_for(bytes, read_unit_bytes);
  switch (kind) {
    case read_kind::eventual:
      return {units};
    case read_kind::consistent:
      return {units * 2};
    case read_kind::transactional:
      break;
  }
  return {units * 4};
}

capacity_units write_units(std::uint64_t bytes, write_kind kind) {
  const std::uint64_t units = units_for(bytes, write_unit_bytes);
  return {units * (kind == write_kind::transactional ? 4 : 2)};
}

void consumption::add(const table_index& index, capacity_units units) {
  (index.global ? global_ : local_)[index.name] += units;
}

void consumption::add_write(const table_definition& table, const stored_item* before,
                            const stored_item* after, write_kind kind) {
  add(write_units(
      std::max(before == nullptr ? 0 : before->size(), after == nullptr ? 0 : after->size()),
      kind));
  for (const table_index& index : table.indexes) {
    const capacity_units units = index_units(table, index, before, after, kind);
    if (units.halves != 0) add(index, units);
  }
}

consumption& consumption::operator+=(const consumption& more) {
  base_ += more.base_;
  for (const auto& [name, units] : more.local_) local_[name] += units;
  for (const auto& [name, units] : more.global_) global_[name] += units;
  return *this;
}

capacity_units consumption::of_base() const {
  capacity_units sum = base_;
  for (const auto& [name, units] : local_) sum += units;
  return sum;
}

void consumption::append(std::string& out, returned_capacity depth, std::string_view kind) const {
  capacity_units total = of_base();
  for (const auto& [name, units] : global_) total += units;
  out += '{';
  detail::append_json_text(out, "TableName", table_);
  append_units(out, total, kind);
  if (depth == returned_capacity::indexes) {
    detail::append_json_key(out, "Table");
    out += '{';
    append_units(out, base_, kind);
    out += '}';
    append_indexes(out, "LocalSecondaryIndexes", local_, kind);
    append_indexes(out, "GlobalSecondaryIndexes", global_, kind);
  }
  out += '}';
}

void add_to(std::vector<consumption>& all, const consumption& one) {
  for (consumption& each : all) {
    if (each.table() != one.table()) continue;
    each += one;
    return;
  }
  all.push_back(one);
}

}  // namespace dynamo::engine
