#include "engine/store/writer.hpp"

#include "engine/store/expiry_list.hpp"

#include <algorithm>

namespace dynamo::engine::store {
namespace {

bool has_rows(const table_definition& table, row_set rows) {
  return std::ranges::any_of(table.indexes,
                             [&](const table_index& index) { return index.rows == rows; });
}

// The first table with time to live whose name is `name` or later; null if there is none.
std::shared_ptr<const table_definition> next_expiring(catalog& tables, std::string& name) {
  constexpr std::size_t at_once = 100;
  for (;;) {
    const std::vector<std::string> names = tables.names(name, at_once);
    for (const std::string& each : names) {
      name = each;
      auto table = tables.find(each);
      if (table && !table->time_to_live.empty()) return table;
    }
    if (names.size() < at_once) return nullptr;
  }
}

}  // namespace

row_counts writer::counts(row_set of) const {
  row_counts saved = reading::counts(of);
  const auto more = counted_.find(of);
  if (more == counted_.end()) return saved;
  return {saved.items + static_cast<std::uint64_t>(more->second.items),
          saved.bytes + static_cast<std::uint64_t>(more->second.bytes)};
}

row_set writer::make_rows() {
  const row_set rows = next_of(file(), "row_set");
  create_rows(file(), rows);
  return rows;
}

void writer::remove_rows(row_set rows) {
  drop_rows(file(), rows);
  counted_.erase(rows);
  has_dropped_ = true;
}

void writer::create_table(table_definition table) {
  table.rows = make_rows();
  for (table_index& index : table.indexes) index.rows = make_rows();
  table.stream_rows = table.stream ? next_of(file(), "row_set") : 0;
  if (table.stream) begin_stream(file(), table);
  tables().insert(table);
}

void writer::update_table(table_definition table) {
  const auto old = find_table(table.name);
  if (!old)
    throw store_failure("cannot update a table of '" + file().name() + "': it does not exist");
  table.rows = old->rows;
  for (table_index& index : table.indexes) {
    if (index.rows != 0) continue;
    index.rows = make_rows();
    fill_index(table, index);
  }
  for (const table_index& index : old->indexes) {
    if (!has_rows(table, index.rows)) remove_rows(index.rows);
  }
  if (table.time_to_live != old->time_to_live) {
    erase_expiries(file(), table.rows);
    fill_expiries(table);
  }
  const bool same_stream =
      table.stream && table.stream == old->stream && table.stream_label == old->stream_label;
  table.stream_rows = same_stream ? old->stream_rows : 0;
  if (!same_stream) {
    if (old->stream) end_stream(file(), old->stream_rows);
    if (table.stream) {
      table.stream_rows = next_of(file(), "row_set");
      begin_stream(file(), table);
    }
  }
  tables().update(table);
}

void writer::drop_table(const table_definition& table) {
  remove_rows(table.rows);
  for (const table_index& index : table.indexes) remove_rows(index.rows);
  erase_expiries(file(), table.rows);
  if (table.stream) end_stream(file(), table.stream_rows);
  tables().erase(table.name);
}

void writer::replace(const table_definition& table, std::string_view key, const stored_item* before,
                     const stored_item* after, change_origin by) {
  if (before == after) return;  // both null
  if (before != nullptr && after != nullptr && before->json() == after->json()) return;
  const auto row_of = [&](const stored_item* item) -> std::optional<keyed_row> {
    if (item == nullptr) return std::nullopt;
    return keyed_row{key, {item->json(), item->size()}};
  };
  change(table.rows, row_of(before), row_of(after));

  for (const table_index& index : table.indexes) {
    const auto entry_of = [&](const stored_item* item) {
      return item == nullptr ? std::nullopt : index_entry::of(table, index, *item);
    };
    const auto index_row_of = [](const std::optional<index_entry>& entry) {
      return entry ? std::optional(keyed_row{entry->key(), entry->contents()}) : std::nullopt;
    };
    const std::optional<index_entry> old_entry = entry_of(before);
    const std::optional<index_entry> new_entry = entry_of(after);
    change(index.rows, index_row_of(old_entry), index_row_of(new_entry));
  }

  const auto expired = before != nullptr ? expiry_of(table, before->view()) : std::nullopt;
  const auto expires = after != nullptr ? expiry_of(table, after->view()) : std::nullopt;
  if (expired != expires) {
    if (expired) erase_expiry(file(), table.rows, *expired, key);
    if (expires) insert_expiry(file(), table.rows, *expires, key);
  }
  if (table.stream) append_change(file(), table, before, after, by, clock_->wall_time());
}

void writer::change(row_set in, const std::optional<keyed_row>& before,
                    const std::optional<keyed_row>& after) {
  if (before && after && before->key == after->key) {
    if (before->contents.item == after->contents.item) return;
    update_row(file(), in, after->key, after->contents);
    count(in, 0, after->contents.size, before->contents.size);
    return;
  }
  if (before) {
    erase_row(file(), in, before->key);
    count(in, -1, 0, before->contents.size);
  }
  if (after) {
    insert_row(file(), in, after->key, after->contents);
    count(in, 1, after->contents.size, 0);
  }
}

void writer::count(row_set of, std::int64_t items, std::uint64_t gained, std::uint64_t lost) {
  difference& counted = counted_[of];
  counted.items += items;
  counted.bytes += static_cast<std::int64_t>(gained) - static_cast<std::int64_t>(lost);
}

void writer::fill_index(const table_definition& table, const table_index& index) {
  visit(table.rows, {}, true, [&](const row& each) {
    const stored_item item(each.item);
    const auto entry = index_entry::of(table, index, item);
    if (entry) change(index.rows, std::nullopt, keyed_row{entry->key(), entry->contents()});
    return true;
  });
}

void writer::fill_expiries(const table_definition& table) {
  if (table.time_to_live.empty()) return;
  visit(table.rows, {}, true, [&](const row& each) {
    const stored_item item(each.item);
    const auto expires = expiry_of(table, item.view());
    if (expires) insert_expiry(file(), table.rows, *expires, row_key(table.key, item.view()));
    return true;
  });
}

std::size_t writer::remove_expired(std::int64_t now, std::size_t limit) {
  constexpr std::int64_t five_years = std::int64_t{5} * 365 * 24 * 3600;
  std::size_t removed = 0;
  std::string name;
  while (removed < limit) {
    const auto table = next_expiring(tables(), name);
    if (!table) break;
    for (const std::string& key :
         expired_keys(file(), table->rows, now - five_years, now, limit - removed)) {
      const auto item = find(table->rows, key);
      const auto expires = item ? expiry_of(*table, item->view()) : std::nullopt;
      if (!expires || *expires < now - five_years || *expires >= now) {
        throw store_failure("the database '" + file().name() + "' is damaged in table '" +
                            table->name +
                            "': an entry of the expiry list has no matching item; keep the "
                            "file, and restore it from a backup");
      }
      replace(*table, key, &*item, nullptr, change_origin::time_to_live);
      ++removed;
    }
  }
  return removed;
}

void writer::finish() {
  for (const auto& [rows, counted] : counted_) {
    if (counted.items == 0 && counted.bytes == 0) continue;
    add_to_figures(file(), rows, counted.items, counted.bytes);
  }
  counted_.clear();
}

}  // namespace dynamo::engine::store
