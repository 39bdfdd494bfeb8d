#include "engine/store/catalog.hpp"

#include "engine/store/definition_json.hpp"

namespace dynamo::engine::store {

std::shared_ptr<const table_definition> catalog::find(std::string_view name) {
  statement found = on_->prepare("SELECT definition FROM tables WHERE name = ?1");
  if (!found.bind_text(1, name).step()) return nullptr;
  // The text as this transaction sees it; comparing it shows whether the parsed copy is current.
  const std::string_view json = found.bytes(0);
  const auto known = parsed_.find(name);
  if (known != parsed_.end() && known->second.json == json) return known->second.table;
  auto table = std::make_shared<const table_definition>(definition_from(json, on_->name()));
  // Entries of deleted tables must not accumulate.
  constexpr std::size_t most = 1'000;
  if (parsed_.size() >= most) parsed_.clear();
  parsed_.insert_or_assign(std::string(name), parsed{std::string(json), table});
  return table;
}

std::vector<std::string> catalog::names(std::string_view after, std::size_t limit) {
  statement found = on_->prepare("SELECT name FROM tables WHERE name > ?1 ORDER BY name LIMIT ?2");
  found.bind_text(1, after).bind(2, limit);
  std::vector<std::string> names;
  while (found.step()) names.emplace_back(found.bytes(0));
  return names;
}

void catalog::insert(const table_definition& table) {
  const std::string json = to_json(table);
  on_->prepare("INSERT INTO tables VALUES (?1, ?2)")
      .bind_text(1, table.name)
      .bind_text(2, json)
      .run();
}

void catalog::update(const table_definition& table) {
  const std::string json = to_json(table);
  on_->prepare("UPDATE tables SET definition = ?2 WHERE name = ?1")
      .bind_text(1, table.name)
      .bind_text(2, json)
      .run();
}

void catalog::erase(std::string_view name) {
  on_->prepare("DELETE FROM tables WHERE name = ?1").bind_text(1, name).run();
}

std::uint64_t next_of(connection& on, std::string_view counter) {
  statement next =
      on.prepare("UPDATE counters SET value = value + 1 WHERE name = ?1 RETURNING value");
  if (!next.bind_text(1, counter).step()) {
    throw store_failure("the database '" + on.name() +
                        "' is damaged: a counter is missing; keep the file, and restore it "
                        "from a backup");
  }
  const std::uint64_t value = next.integer(0);
  next.run();
  return value;
}

}  // namespace dynamo::engine::store
