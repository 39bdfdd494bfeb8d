#include "engine/store/consistency.hpp"
#include "engine/store/schema.hpp"
#include "engine/store/writer.hpp"
#include "support/manual_time.hpp"
#include "support/store_sample.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace dynamo::engine::store {
namespace engine_store_check_test {

using dynamo::engine::test::sample_item;
using dynamo::engine::test::sample_table;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A table with everything, of which something is spoilt with SQL.
class check_test : public testing::Test {
 protected:
  check_test() {
    writer changes(session_, clock_);
    table_definition table = sample_table();
    table.time_to_live = "until";
    changes.create_table(table);
    for (int i = 0; i < 5; ++i) {
      owned_item item = sample_item(i);
      item.insert_or_assign("until", 1'700'000'000 + i);
      dynamo::engine::test::put(changes, "users", item);
    }
    changes.finish();
    table_ = session_.tables.find("users");
  }

  std::vector<std::string> behind(const std::string& sql) {
    session_.file->execute(sql);
    return inconsistencies(session_);
  }
  static std::string in(row_set rows) { return "rows_" + std::to_string(rows); }
  [[nodiscard]] std::string index(std::string_view name) const {
    return in(table_->find_index(name)->rows);
  }

  dynamo::test::manual_clock clock_;
  session session_{open_memory()};
  std::shared_ptr<const table_definition> table_;
};

TEST_F(check_test, finds_nothing_where_nothing_is_wrong) {
  EXPECT_THAT(inconsistencies(session_), IsEmpty());
}

TEST_F(check_test, finds_an_index_row_that_is_missing) {
  EXPECT_THAT(behind("DELETE FROM " + index("by_mail") + " WHERE item LIKE '%m3@%'"),
              Contains("table 'users', index 'by_mail': 1 items have no row"));
}

TEST_F(check_test, finds_an_index_row_of_no_item) {
  EXPECT_THAT(behind("INSERT INTO " + index("by_rank") + " VALUES (x'00', 1, '{}')"),
              Contains("table 'users', index 'by_rank': 1 rows have no item"));
}

TEST_F(check_test, finds_an_index_row_that_differs) {
  EXPECT_THAT(behind("UPDATE " + index("by_group") + " SET item = replace(item, 'n\\\"2', 'x')"),
              Contains("table 'users', index 'by_group': 1 items have a row that differs"));
}

TEST_F(check_test, finds_wrong_counts) {
  EXPECT_THAT(
      behind("UPDATE figures SET items = items + 1 WHERE rows = " + std::to_string(table_->rows)),
      Contains(HasSubstr("its counts say 6 of")));
}

TEST_F(check_test, finds_wrong_sizes) {
  EXPECT_THAT(behind("UPDATE " + in(table_->rows) + " SET size = size + 1"),
              Contains("table 'users': 5 items have a size that differs from their row's"));
}

TEST_F(check_test, finds_wrong_keys) {
  EXPECT_THAT(behind("UPDATE " + in(table_->rows) + " SET key = CAST(key || x'00' AS BLOB)"),
              Contains("table 'users': 5 items have a key that differs from their row's"));
}

TEST_F(check_test, finds_expiries_that_are_missing) {
  EXPECT_THAT(behind("DELETE FROM expiries WHERE expires = 1700000002"),
              Contains("table 'users': 1 items with an expiry are missing from the expiry list"));
}

TEST_F(check_test, finds_expiries_of_no_item) {
  EXPECT_THAT(behind("INSERT INTO expiries SELECT rows, 1, x'01' FROM expiries LIMIT 1"),
              Contains("table 'users': 1 entries of the expiry list have no item"));
  EXPECT_THAT(behind("INSERT INTO expiries VALUES (99, 1, x'01')"),
              Contains("entries of the expiry list: 7, not 6"));
}

TEST_F(check_test, finds_rows_of_no_table) {
  EXPECT_THAT(behind("CREATE TABLE rows_99 (key BLOB PRIMARY KEY) WITHOUT ROWID"),
              Contains("row sets of tables and indexes: 5, not 4"));
  EXPECT_THAT(behind("INSERT INTO figures VALUES (98, 0, 0)"),
              Contains("row sets with counts: 5, not 4"));
}

}  // namespace engine_store_check_test
}  // namespace dynamo::engine::store
