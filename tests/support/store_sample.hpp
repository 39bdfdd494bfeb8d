// Tables and items that tests of the store write.
#pragma once

#include "engine/store/database.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::engine::test {

/// Partition key "id" (S), sort key "at" (N); a GSI by "mail" (S) that has the keys alone, a GSI by
/// "group" (S) and "rank" (N) that has "name", and a LSI by "rank" that has everything.
inline table_definition sample_table(std::string name = "users") {
  table_definition table;
  table.name = std::move(name);
  table.id = "b6a5d2a0-0000-4000-8000-000000000001";
  table.key = {{"id", key_type::string}, key_attribute{"at", key_type::number}};
  table.indexes = {{.name = "by_mail",
                    .key = {{"mail", key_type::string}, {}},
                    .projection = index_projection::keys_only},
                   {.name = "by_group",
                    .key = {{"group", key_type::string}, key_attribute{"rank", key_type::number}},
                    .projection = index_projection::include,
                    .included = {"name"}},
                   {.name = "by_rank",
                    .global = false,
                    .key = {{"id", key_type::string}, key_attribute{"rank", key_type::number}}}};
  table.created =
      std::chrono::system_clock::time_point(std::chrono::milliseconds(1'700'000'000'123));
  return table;
}

inline owned_item sample_item(int number) {
  return {{"id", "u" + std::to_string(number % 10)},
          {"at", number},
          {"mail", "m" + std::to_string(number) + "@example.com"},
          {"group", number % 2 == 0 ? "even" : "odd"},
          {"rank", -number},
          {"name", "n\"" + std::to_string(number)}};
}

/// Puts an item, whatever was there.
inline void put(transaction& into, std::string_view table, const owned_item& item) {
  const auto definition = into.find_table(table);
  const stored_item after(item);
  const std::string key = row_key(definition->key, after.view());
  const auto before = into.find(definition->rows, key);
  into.replace(*definition, key, before ? &*before : nullptr, &after);
}
inline void put(database& into, std::string_view table, const owned_item& item) {
  into.write([&](transaction& changes) { put(changes, table, item); });
}

/// Removes the item of this key, if it is there.
inline void remove(transaction& from, std::string_view table, const owned_item& key) {
  const auto definition = from.find_table(table);
  const stored_item parsed(key);
  const std::string bytes = row_key(definition->key, parsed.view());
  const auto before = from.find(definition->rows, bytes);
  from.replace(*definition, bytes, before ? &*before : nullptr, nullptr);
}
inline void remove(database& from, std::string_view table, const owned_item& key) {
  from.write([&](transaction& changes) { remove(changes, table, key); });
}
inline owned_item key_of(const owned_item& item) {
  return {{"id", item.at("id")}, {"at", item.at("at")}};
}

inline std::shared_ptr<const table_definition> definition_of(database& in, std::string_view name) {
  std::shared_ptr<const table_definition> found;
  in.read([&](const snapshot& now) { found = now.find_table(name); });
  return found;
}

/// The items of a row set, in order.
inline std::vector<std::string> items_of(const snapshot& now, row_set rows,
                                         const key_range& range = {}, bool ascending = true) {
  std::vector<std::string> items;
  now.visit(rows, range, ascending, [&](const row& each) {
    items.emplace_back(each.item);
    return true;
  });
  return items;
}
inline std::vector<std::string> items_of(database& in, row_set rows, const key_range& range = {},
                                         bool ascending = true) {
  std::vector<std::string> items;
  in.read([&](const snapshot& now) { items = items_of(now, rows, range, ascending); });
  return items;
}

inline row_counts counts_of(database& in, row_set rows) {
  row_counts counts;
  in.read([&](const snapshot& now) { counts = now.counts(rows); });
  return counts;
}

}  // namespace dynamo::engine::test
