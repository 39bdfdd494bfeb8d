#include "engine/store/expiry_list.hpp"

#include <dynamo/value/number.hpp>

namespace dynamo::engine::store {

std::optional<std::int64_t> expiry_of(const table_definition& table, const item& of) {
  if (table.time_to_live.empty()) return std::nullopt;
  const value_view* const found = of.find(table.time_to_live);
  if (found == nullptr || found->type() != value_type::number) return std::nullopt;
  std::int64_t seconds = 0;
  if (!detail::to_integer(found->number_text(), seconds) || seconds < 0) return std::nullopt;
  return seconds;
}

void insert_expiry(connection& on, row_set rows, std::int64_t expires, std::string_view key) {
  on.prepare("INSERT INTO expiries VALUES (?1, ?2, ?3)")
      .bind(1, rows)
      .bind_signed(2, expires)
      .bind_blob(3, key)
      .run();
}

void erase_expiry(connection& on, row_set rows, std::int64_t expires, std::string_view key) {
  on.prepare("DELETE FROM expiries WHERE rows = ?1 AND expires = ?2 AND key = ?3")
      .bind(1, rows)
      .bind_signed(2, expires)
      .bind_blob(3, key)
      .run();
}

void erase_expiries(connection& on, row_set rows) {
  on.prepare("DELETE FROM expiries WHERE rows = ?1").bind(1, rows).run();
}

bool has_expiry(connection& on, row_set rows, std::int64_t expires, std::string_view key) {
  return on.prepare("SELECT 1 FROM expiries WHERE rows = ?1 AND expires = ?2 AND key = ?3")
      .bind(1, rows)
      .bind_signed(2, expires)
      .bind_blob(3, key)
      .step();
}

std::vector<std::string> expired_keys(connection& on, row_set rows, std::int64_t from,
                                      std::int64_t before, std::size_t limit) {
  statement found = on.prepare(
      "SELECT key FROM expiries WHERE rows = ?1 AND expires >= ?2 AND expires < ?3"
      " ORDER BY expires LIMIT ?4");
  found.bind(1, rows).bind_signed(2, from).bind_signed(3, before).bind(4, limit);
  std::vector<std::string> keys;
  while (found.step()) keys.emplace_back(found.bytes(0));
  return keys;
}

}  // namespace dynamo::engine::store
