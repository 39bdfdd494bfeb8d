#include "engine/store/database.hpp"
#include "engine/store/expiry_list.hpp"
#include "support/store_sample.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace dynamo::engine {
namespace engine_store_expiry_test {

using test::definition_of;
using test::items_of;
using test::put;
using test::sample_item;
using test::sample_table;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::int64_t now = 1'700'000'000;
constexpr std::int64_t five_years = std::int64_t{5} * 365 * 24 * 3600;

owned_item expiring_item(int number, attribute when) {
  owned_item item = sample_item(number);
  item.insert_or_assign("until", std::move(when));
  return item;
}

class expiry : public testing::Test {
 protected:
  expiry() { create("users"); }
  void create(const std::string& name) {
    table_definition table = sample_table(name);
    table.time_to_live = "until";
    table.stream = stream_view::keys_only;
    table.stream_label = "one";
    db_->write([&](transaction& changes) { changes.create_table(table); });
  }
  std::size_t items() { return items_of(*db_, definition_of(*db_, "users")->rows).size(); }

  std::unique_ptr<database> db_ = database::in_memory({});
};

TEST_F(expiry, what_has_expired_goes_with_its_index_rows) {
  put(*db_, "users", expiring_item(1, now - 1));
  put(*db_, "users", expiring_item(2, now));
  put(*db_, "users", expiring_item(3, now + 1));
  put(*db_, "users", sample_item(4));
  EXPECT_EQ(db_->remove_expired(now, 100), 1U);
  EXPECT_EQ(items(), 3U);
  EXPECT_THAT(items_of(*db_, definition_of(*db_, "users")->find_index("by_mail")->rows), SizeIs(3));
  EXPECT_EQ(db_->remove_expired(now, 100), 0U);
  EXPECT_EQ(db_->remove_expired(now + 1, 100), 1U);
  EXPECT_THAT(db_->check(), IsEmpty());
}

TEST_F(expiry, says_who_removed_it) {
  put(*db_, "users", expiring_item(1, now - 1));
  EXPECT_EQ(db_->remove_expired(now, 100), 1U);
  db_->read([](const snapshot& state) {
    const auto found = state.changes(state.find_table("users")->stream_rows, 0, 10, 1 << 20);
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_EQ(found[0].by, change_origin::request);
    EXPECT_EQ(found[1].by, change_origin::time_to_live);
    EXPECT_EQ(found[1].kind, change_kind::remove);
  });
}

TEST_F(expiry, what_is_no_time_or_too_old_stays) {
  put(*db_, "users", expiring_item(1, std::to_string(now - 1)));
  put(*db_, "users", expiring_item(2, number("-1")));
  put(*db_, "users", expiring_item(3, number("1699999999.5")));
  put(*db_, "users", expiring_item(4, number("1E30")));
  put(*db_, "users", expiring_item(5, now - five_years - 1));
  put(*db_, "users", expiring_item(6, nullptr));
  EXPECT_EQ(db_->remove_expired(now, 100), 0U);
  put(*db_, "users", expiring_item(7, now - five_years));
  put(*db_, "users", expiring_item(8, number("16999999E2")));
  EXPECT_EQ(db_->remove_expired(now, 100), 2U);
  EXPECT_EQ(items(), 6U);
}

TEST_F(expiry, an_item_that_is_put_again_has_its_new_time) {
  put(*db_, "users", expiring_item(1, now - 1));
  put(*db_, "users", expiring_item(1, now + 10));
  EXPECT_EQ(db_->remove_expired(now, 100), 0U);
  put(*db_, "users", sample_item(1));
  EXPECT_EQ(db_->remove_expired(now + 100, 100), 0U);
  EXPECT_THAT(db_->check(), IsEmpty());
}

TEST_F(expiry, many_go_some_at_a_time_over_all_tables) {
  create("aaa");
  create("zzz");
  for (const char* const table : {"aaa", "users", "zzz"}) {
    for (int i = 0; i < 10; ++i) put(*db_, table, expiring_item(i, now - 10 + i));
  }
  EXPECT_EQ(db_->remove_expired(now, 15), 15U);
  EXPECT_EQ(items(), 5U);
  EXPECT_EQ(db_->remove_expired(now, 0), 0U);
  EXPECT_EQ(db_->remove_expired(now, 100), 15U);
  EXPECT_THAT(db_->check(), IsEmpty());
}

TEST_F(expiry, another_attribute_is_read_from_all_items) {
  owned_item item = expiring_item(1, now + 1000);
  item.insert_or_assign("other", now - 1);
  put(*db_, "users", item);
  put(*db_, "users", expiring_item(2, now - 1));
  const auto change_to = [&](const std::string& attribute) {
    db_->write([&](transaction& changes) {
      table_definition table = *changes.find_table("users");
      table.time_to_live = attribute;
      changes.update_table(table);
    });
  };
  change_to("");
  EXPECT_EQ(db_->remove_expired(now, 100), 0U);
  EXPECT_THAT(db_->check(), IsEmpty());
  change_to("other");
  EXPECT_THAT(db_->check(), IsEmpty());
  EXPECT_EQ(db_->remove_expired(now, 100), 1U);
  EXPECT_EQ(items(), 1U);
}

TEST_F(expiry, a_table_that_is_dropped_takes_its_entries_along) {
  put(*db_, "users", expiring_item(1, now - 1));
  db_->write([](transaction& changes) { changes.drop_table(*changes.find_table("users")); });
  EXPECT_EQ(db_->remove_expired(now, 100), 0U);
  EXPECT_THAT(db_->check(), IsEmpty());
}

}  // namespace engine_store_expiry_test
}  // namespace dynamo::engine
