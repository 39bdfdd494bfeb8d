#include "engine/store/row_table.hpp"

#include <fmt/format.h>

#include <string>

namespace dynamo::engine::store {
namespace {

// On the stack: this is done for each row that is read or written.
struct sql_text {
  template <class... Args>
  explicit sql_text(fmt::format_string<Args...> format, Args&&... args)
      : size_(fmt::format_to_n(text_, sizeof text_, format, std::forward<Args>(args)...).size) {}
  // NOLINTNEXTLINE(google-explicit-constructor): a text like any other
  operator std::string_view() const { return {text_, size_}; }

 private:
  char text_[128];
  std::size_t size_;
};

void expect_one_changed(const connection& on, const char* action) {
  if (on.changed() == 1) return;
  throw store_failure(fmt::format(
      "the database '{}' is damaged: a row to {} is not there; make a copy and load it again",
      on.name(), action));
}

class row_cursor final : public cursor {
 public:
  row_cursor(connection& on, row_set rows, const key_range& range, bool ascending)
      : range_(range),
        rows_(on.prepare(sql_text("SELECT key, size, item FROM rows_{} WHERE key >= ?1{} ORDER BY "
                                  "key{}",
                                  rows, range.end.empty() ? "" : " AND key < ?2",
                                  ascending ? "" : " DESC"))) {
    rows_.bind_blob(1, range_.begin);
    if (!range_.end.empty()) rows_.bind_blob(2, range_.end);
  }

  const row* next() override {
    if (ended_ || !rows_.step()) {
      ended_ = true;  // a statement that is stepped again begins again
      return nullptr;
    }
    at_ = {rows_.bytes(0), rows_.bytes(2), rows_.integer(1)};
    return &at_;
  }

 private:
  const key_range range_;
  statement rows_;
  row at_;
  bool ended_ = false;
};

}  // namespace

void create_rows(connection& on, row_set rows) {
  on.execute(
      fmt::format("CREATE TABLE rows_{} (key BLOB PRIMARY KEY, size INTEGER NOT NULL,"
                  " item TEXT NOT NULL) WITHOUT ROWID;"
                  "INSERT INTO figures VALUES ({}, 0, 0)",
                  rows, rows));
}

void drop_rows(connection& on, row_set rows) {
  on.execute(fmt::format("DROP TABLE rows_{}; DELETE FROM figures WHERE rows = {}", rows, rows));
}

void insert_row(connection& on, row_set into, std::string_view key, const row_contents& contents) {
  on.prepare(sql_text("INSERT INTO rows_{} VALUES (?1, ?2, ?3)", into))
      .bind_blob(1, key)
      .bind(2, contents.size)
      .bind_text(3, contents.item)
      .run();
}

void update_row(connection& on, row_set in, std::string_view key, const row_contents& contents) {
  on.prepare(sql_text("UPDATE rows_{} SET size = ?2, item = ?3 WHERE key = ?1", in))
      .bind_blob(1, key)
      .bind(2, contents.size)
      .bind_text(3, contents.item)
      .run();
  expect_one_changed(on, "change");
}

void erase_row(connection& on, row_set from, std::string_view key) {
  on.prepare(sql_text("DELETE FROM rows_{} WHERE key = ?1", from)).bind_blob(1, key).run();
  expect_one_changed(on, "remove");
}

std::optional<stored_item> find_row(connection& on, row_set in, std::string_view key) {
  statement found = on.prepare(sql_text("SELECT item FROM rows_{} WHERE key = ?1", in));
  if (!found.bind_blob(1, key).step()) return std::nullopt;
  return stored_item(found.bytes(0));
}

std::unique_ptr<cursor> rows_in(connection& on, row_set rows, const key_range& range,
                                bool ascending) {
  return std::make_unique<row_cursor>(on, rows, range, ascending);
}

row_figures saved_figures(connection& on, row_set of) {
  statement found = on.prepare("SELECT items, bytes FROM figures WHERE rows = ?1");
  if (!found.bind(1, of).step()) return {};
  return {found.integer(0), found.integer(1)};
}

void add_to_figures(connection& on, row_set of, std::int64_t items, std::int64_t bytes) {
  on.prepare("UPDATE figures SET items = items + ?2, bytes = bytes + ?3 WHERE rows = ?1")
      .bind(1, of)
      .bind_signed(2, items)
      .bind_signed(3, bytes)
      .run();
  expect_one_changed(on, "count");
}

}  // namespace dynamo::engine::store
