#include "engine/store/change_log.hpp"

#include "engine/store/database.hpp"
#include "support/manual_time.hpp"
#include "support/store_sample.hpp"

#include <dynamo/value/item_parser.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace dynamo::engine {
namespace engine_store_change_log_test {

using std::chrono::hours;
using test::put;
using test::sample_item;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class change_log : public testing::Test {
 protected:
  void create(stream_view view, const std::string& name = "users") {
    table_definition table = test::sample_table(name);
    table.stream = view;
    table.stream_label = "first";
    db_->write([&](transaction& changes) { changes.create_table(table); });
  }
  std::vector<change_record> records(row_set stream, std::uint64_t after = 0,
                                     std::size_t limit = 1000, std::uint64_t bytes = 1 << 20) {
    std::vector<change_record> found;
    db_->read([&](const snapshot& now) { found = now.changes(stream, after, limit, bytes); });
    return found;
  }
  std::vector<change_record> records() {
    return records(test::definition_of(*db_, "users")->stream_rows);
  }
  std::vector<change_stream> streams() {
    std::vector<change_stream> found;
    db_->read([&](const snapshot& now) { found = now.streams(); });
    return found;
  }

  std::shared_ptr<dynamo::test::manual_clock> clock_ =
      std::make_shared<dynamo::test::manual_clock>();
  std::unique_ptr<database> db_ = database::in_memory({.time = clock_});
};

TEST_F(change_log, reports_what_has_happened) {
  create(stream_view::new_and_old_images);
  owned_item changed = sample_item(1);
  changed.insert_or_assign("name", "other");
  put(*db_, "users", sample_item(1));
  put(*db_, "users", changed);
  test::remove(*db_, "users", test::key_of(changed));
  const auto found = records();
  ASSERT_THAT(found, SizeIs(3));
  EXPECT_EQ(found[0].kind, change_kind::insert);
  EXPECT_EQ(found[1].kind, change_kind::modify);
  EXPECT_EQ(found[2].kind, change_kind::remove);
  EXPECT_FALSE(found[0].old_image);
  EXPECT_EQ(parse_json(*found[0].new_image), sample_item(1));
  EXPECT_EQ(parse_json(*found[1].old_image), sample_item(1));
  EXPECT_EQ(parse_json(*found[1].new_image), changed);
  EXPECT_EQ(parse_json(*found[2].old_image), changed);
  EXPECT_FALSE(found[2].new_image);
  const std::uint64_t keys = stored_item(test::key_of(changed)).size();
  EXPECT_EQ(found[0].size, keys + stored_item(sample_item(1)).size());
  EXPECT_EQ(found[1].size, keys + stored_item(sample_item(1)).size() + stored_item(changed).size());
  for (const change_record& each : found) {
    EXPECT_EQ(parse_json(each.keys), test::key_of(changed));
    EXPECT_EQ(each.by, change_origin::request);
    EXPECT_EQ(each.created, std::chrono::floor<std::chrono::milliseconds>(clock_->wall_time()));
  }
}

TEST_F(change_log, has_the_images_of_its_view) {
  struct view_case {
    stream_view view;
    bool has_old;
    bool has_new;
  };
  for (const view_case& each : {view_case{stream_view::keys_only, false, false},
                                view_case{stream_view::old_image, true, false},
                                view_case{stream_view::new_image, false, true},
                                view_case{stream_view::new_and_old_images, true, true}}) {
    db_ = database::in_memory({.time = clock_});
    create(each.view);
    put(*db_, "users", sample_item(1));
    owned_item changed = sample_item(1);
    changed.erase("name");
    put(*db_, "users", changed);
    const auto found = records();
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_EQ(found[1].old_image.has_value(), each.has_old);
    EXPECT_EQ(found[1].new_image.has_value(), each.has_new);
    EXPECT_FALSE(found[0].old_image);
  }
}

TEST_F(change_log, numbers_grow_over_all_tables_and_are_never_used_again) {
  create(stream_view::keys_only);
  create(stream_view::keys_only, "others");
  put(*db_, "users", sample_item(1));
  put(*db_, "others", sample_item(1));
  put(*db_, "users", sample_item(2));
  const auto users = records();
  const auto others = records(test::definition_of(*db_, "others")->stream_rows);
  ASSERT_THAT(users, SizeIs(2));
  ASSERT_THAT(others, SizeIs(1));
  EXPECT_LT(users[0].sequence, others[0].sequence);
  EXPECT_LT(others[0].sequence, users[1].sequence);
  EXPECT_EQ(db_->trim_changes(clock_->wall_time() + hours(1), 100), 3U);
  put(*db_, "users", sample_item(3));
  EXPECT_GT(records().at(0).sequence, users[1].sequence);
  EXPECT_EQ(sequence_text(7), "100000000000000000007");
  EXPECT_LT(sequence_text(9), sequence_text(10));
}

TEST_F(change_log, is_read_in_pieces) {
  create(stream_view::new_image);
  for (int i = 0; i < 10; ++i) put(*db_, "users", sample_item(i));
  const row_set stream = test::definition_of(*db_, "users")->stream_rows;
  const auto all = records();
  ASSERT_THAT(all, SizeIs(10));
  EXPECT_THAT(records(stream, 0, 3), SizeIs(3));
  EXPECT_EQ(records(stream, all[2].sequence, 3).at(0).sequence, all[3].sequence);
  EXPECT_THAT(records(stream, all[9].sequence), IsEmpty());
  EXPECT_THAT(records(stream, ~std::uint64_t{0}), IsEmpty());
  EXPECT_THAT(records(stream, 0, 10, 1), SizeIs(1));
  EXPECT_THAT(records(stream, 0, 10, all[0].size + 1), SizeIs(2));
}

TEST_F(change_log, an_undone_write_leaves_no_record) {
  create(stream_view::new_image);
  EXPECT_ANY_THROW(db_->write([](transaction& changes) {
    put(changes, "users", sample_item(1));
    throw std::runtime_error("thrown on purpose");
  }));
  EXPECT_THAT(records(), IsEmpty());
}

TEST_F(change_log, old_records_are_trimmed_some_at_a_time) {
  create(stream_view::keys_only);
  const auto begin = clock_->wall_time();
  for (int i = 0; i < 5; ++i) put(*db_, "users", sample_item(i));
  clock_->advance(hours(2));
  for (int i = 5; i < 8; ++i) put(*db_, "users", sample_item(i));
  EXPECT_EQ(db_->trim_changes(begin, 100), 0U);
  EXPECT_EQ(db_->trim_changes(begin + hours(1), 2), 2U);
  EXPECT_EQ(db_->trim_changes(begin + hours(1), 100), 3U);
  EXPECT_EQ(db_->trim_changes(begin + hours(1), 100), 0U);
  EXPECT_THAT(records(), SizeIs(3));
}

TEST_F(change_log, a_stream_outlives_its_table_until_it_is_trimmed) {
  create(stream_view::keys_only);
  put(*db_, "users", sample_item(1));
  const row_set stream = test::definition_of(*db_, "users")->stream_rows;
  db_->write([](transaction& changes) { changes.drop_table(*changes.find_table("users")); });
  ASSERT_THAT(streams(), SizeIs(1));
  EXPECT_EQ(streams()[0].rows, stream);
  EXPECT_EQ(streams()[0].table, "users");
  EXPECT_EQ(streams()[0].label, "first");
  EXPECT_EQ(streams()[0].view, stream_view::keys_only);
  EXPECT_EQ(streams()[0].key, test::sample_table().key);
  EXPECT_FALSE(streams()[0].enabled);
  EXPECT_THAT(records(stream), SizeIs(1));
  (void)db_->trim_changes(clock_->wall_time() + hours(1), 100);
  EXPECT_THAT(records(stream), IsEmpty());
  EXPECT_THAT(streams(), IsEmpty());
}

TEST_F(change_log, a_stream_that_is_enabled_again_is_another_one) {
  create(stream_view::keys_only);
  put(*db_, "users", sample_item(1));
  const auto change_stream_to = [&](std::optional<stream_view> view, const std::string& label) {
    db_->write([&](transaction& changes) {
      table_definition table = *changes.find_table("users");
      table.stream = view;
      table.stream_label = label;
      changes.update_table(table);
    });
  };
  const row_set first = test::definition_of(*db_, "users")->stream_rows;
  change_stream_to(stream_view::keys_only, "first");
  EXPECT_EQ(test::definition_of(*db_, "users")->stream_rows, first);
  change_stream_to(std::nullopt, "first");
  put(*db_, "users", sample_item(2));
  EXPECT_THAT(records(first), SizeIs(1));
  EXPECT_EQ(test::definition_of(*db_, "users")->stream_rows, 0U);
  change_stream_to(stream_view::new_image, "second");
  const row_set second = test::definition_of(*db_, "users")->stream_rows;
  EXPECT_NE(second, first);
  put(*db_, "users", sample_item(3));
  EXPECT_THAT(records(first), SizeIs(1));
  ASSERT_THAT(records(second), SizeIs(1));
  ASSERT_THAT(streams(), SizeIs(2));
  EXPECT_FALSE(streams()[0].enabled);
  EXPECT_TRUE(streams()[1].enabled);
  EXPECT_LT(streams()[1].first, records(second)[0].sequence);
  EXPECT_GE(streams()[1].first, records(first)[0].sequence);
}

}  // namespace engine_store_change_log_test
}  // namespace dynamo::engine
