#include "engine/store/consistency.hpp"

#include "engine/store/expiry_list.hpp"
#include "engine/store/index_entry.hpp"

#include <fmt/format.h>

namespace dynamo::engine::store {
namespace {

class table_check {
 public:
  table_check(session& within, const table_definition& table, std::vector<std::string>& found)
      : file_(*within.file), table_(table), found_(found), indexes_(table.indexes.size()) {}

  void run() {
    statement rows = file_.prepare(fmt::format("SELECT key, size, item FROM rows_{}", table_.rows));
    while (rows.step()) look_at(rows.bytes(0), rows.integer(1), rows.bytes(2));
    tell(wrong_keys_, "items have a key that differs from their row's");
    tell(wrong_sizes_, "items have a size that differs from their row's");
    tell(no_expiry_, "items with an expiry are missing from the expiry list");
    compare_figures("", table_.rows, own_);
    const auto expiries = static_cast<std::uint64_t>(file_.integer_of(
        fmt::format("SELECT count(*) FROM expiries WHERE rows = {}", table_.rows)));
    if (expiries != expiring_ - no_expiry_) {
      tell(expiries - (expiring_ - no_expiry_), "entries of the expiry list have no item");
    }
    for (std::size_t i = 0; i < indexes_.size(); ++i) compare_index(table_.indexes[i], indexes_[i]);
  }

 private:
  struct index_tally {
    row_counts expected;
    std::uint64_t missing = 0;
    std::uint64_t different = 0;
  };

  void look_at(std::string_view key, std::uint64_t size, std::string_view json) {
    const stored_item item(json);
    ++own_.items;
    own_.bytes += item.size();
    wrong_keys_ += row_key(table_.key, item.view()) != key ? 1 : 0;
    wrong_sizes_ += item.size() != size ? 1 : 0;
    if (const auto expires = expiry_of(table_, item.view())) {
      ++expiring_;
      no_expiry_ += has_expiry(file_, table_.rows, *expires, key) ? 0 : 1;
    }
    for (std::size_t i = 0; i < indexes_.size(); ++i) {
      const table_index& index = table_.indexes[i];
      const auto entry = index_entry::of(table_, index, item);
      if (!entry) continue;
      ++indexes_[i].expected.items;
      indexes_[i].expected.bytes += entry->contents().size;
      const auto row = find_row(file_, index.rows, entry->key());
      if (!row) {
        ++indexes_[i].missing;
      } else if (row->json() != entry->contents().item) {
        ++indexes_[i].different;
      }
    }
  }

  void compare_index(const table_index& index, const index_tally& tally) {
    const std::string where = ", index '" + index.name + "'";
    tell(tally.missing, "items have no row", where);
    tell(tally.different, "items have a row that differs", where);
    const auto rows = static_cast<std::uint64_t>(
        file_.integer_of(fmt::format("SELECT count(*) FROM rows_{}", index.rows)));
    const std::uint64_t right = tally.expected.items - tally.missing;
    if (rows != right) tell(rows - right, "rows have no item", where);
    compare_figures(where, index.rows, tally.expected);
  }

  void compare_figures(const std::string& where, row_set rows, const row_counts& counted) {
    const row_counts saved = saved_figures(file_, rows);
    if (saved.items == counted.items && saved.bytes == counted.bytes) return;
    found_.push_back(fmt::format("table '{}'{}: has {} items of {} bytes, its counts say {} of {}",
                                 table_.name, where, counted.items, counted.bytes, saved.items,
                                 saved.bytes));
  }

  void tell(std::uint64_t count, std::string_view what, const std::string& where = "") {
    if (count == 0) return;
    found_.push_back(fmt::format("table '{}'{}: {} {}", table_.name, where, count, what));
  }

  connection& file_;
  const table_definition& table_;
  std::vector<std::string>& found_;
  row_counts own_;
  std::uint64_t wrong_keys_ = 0;
  std::uint64_t wrong_sizes_ = 0;
  std::uint64_t expiring_ = 0;
  std::uint64_t no_expiry_ = 0;
  std::vector<index_tally> indexes_;
};

}  // namespace

std::vector<std::string> inconsistencies(session& within) {
  std::vector<std::string> found;
  connection& file = *within.file;
  {
    statement pages = file.prepare("PRAGMA integrity_check");
    while (pages.step()) {
      if (pages.bytes(0) != "ok") found.emplace_back(pages.bytes(0));
    }
  }
  std::uint64_t row_sets = 0;
  std::uint64_t expiries = 0;
  for (const std::string& name : within.tables.names("", static_cast<std::size_t>(-1))) {
    const auto table = within.tables.find(name);
    table_check(within, *table, found).run();
    row_sets += 1 + table->indexes.size();
    expiries += static_cast<std::uint64_t>(
        file.integer_of(fmt::format("SELECT count(*) FROM expiries WHERE rows = {}", table->rows)));
  }
  const auto compare = [&](std::string_view sql, std::uint64_t wanted, std::string_view what) {
    const auto counted = static_cast<std::uint64_t>(file.integer_of(sql));
    if (counted != wanted) found.push_back(fmt::format("{} {}, not {}", what, counted, wanted));
  };
  compare("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'rows\\_%' ESCAPE '\\'", row_sets,
          "row sets of tables and indexes:");
  compare("SELECT count(*) FROM figures", row_sets, "row sets with counts:");
  compare("SELECT count(*) FROM expiries", expiries, "entries of the expiry list:");
  return found;
}

}  // namespace dynamo::engine::store
