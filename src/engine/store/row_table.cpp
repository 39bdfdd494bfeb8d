#include "engine/store/row_table.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <exception>
#include <string>
#include <utility>

namespace dynamo::engine::store {
namespace {

// On the stack: this runs for each row read or written.
struct sql_text {
  template <class... Args>
  explicit sql_text(fmt::format_string<Args...> format, Args&&... args)
      : size_(fmt::format_to_n(text_, sizeof text_, format, std::forward<Args>(args)...).size) {}
  // NOLINTNEXTLINE(google-explicit-constructor): converts implicitly like any string
  operator std::string_view() const { return {text_, size_}; }

 private:
  char text_[160];
  std::size_t size_;
};

void expect_one_changed(const connection& on, const char* action) {
  if (on.changed() == 1) return;
  throw store_failure(
      fmt::format("the database '{}' is damaged: a row to {} is missing; keep the file, and "
                  "restore it from a "
                  "backup",
                  on.name(), action));
}

// A visit in progress.
struct visit {
  const row_visitor& visitor;
  std::exception_ptr thrown;
};

std::string_view bytes_of(sqlite3_value* value) {
  const void* const data = sqlite3_value_blob(value);
  const int size = sqlite3_value_bytes(value);
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

// The SQL function stops_at(size, item).
void stops_at(sqlite3_context* answer, int /*arguments*/, sqlite3_value** given) noexcept {
  const auto* const on = static_cast<const connection*>(sqlite3_user_data(answer));
  auto* const under_way = static_cast<visit*>(on->under_way);
  if (under_way == nullptr) return sqlite3_result_error(answer, "no visit", -1);
  bool goes_on = false;
  try {
    goes_on =
        under_way->visitor({.item = bytes_of(given[1]),
                            .size = static_cast<std::uint64_t>(sqlite3_value_int64(given[0]))});
  } catch (...) {
    under_way->thrown = std::current_exception();
  }
  sqlite3_result_int(answer, goes_on ? 0 : 1);
}

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

// SQLite calls the visitor from within a search for the one row that ends the visit: if rows were
// results of the statement, each would cost a separate step.
void visit_rows(connection& on, row_set rows, const key_range& range, bool ascending,
                const row_visitor& visitor) {
  visit begun{.visitor = visitor, .thrown = nullptr};
  statement search = on.prepare(
      sql_text("SELECT 1 FROM rows_{} WHERE key >= ?1{} AND stops_at(size, item) "
               "ORDER BY key{} LIMIT 1",
               rows, range.end.empty() ? "" : " AND key < ?2", ascending ? "" : " DESC"));
  search.bind_blob(1, range.begin);
  if (!range.end.empty()) search.bind_blob(2, range.end);
  const struct visiting {
    connection& on;
    void* const around;  // a visitor may start a nested visit
    ~visiting() { on.under_way = around; }
  } under_way{on, std::exchange(on.under_way, &begun)};
  (void)search.step();
  if (begun.thrown) std::rethrow_exception(begun.thrown);
}

void add_row_visits(connection& to) {
  const int code =
      sqlite3_create_function_v2(to.handle(), "stops_at", 2, SQLITE_UTF8 | SQLITE_DIRECTONLY, &to,
                                 &stops_at, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) to.fail(code);
}

row_counts saved_figures(connection& on, row_set of) {
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
