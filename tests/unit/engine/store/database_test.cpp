#include "engine/store/database.hpp"

#include "support/store_sample.hpp"
#include "support/temporary_folder.hpp"

#include <dynamo/value/item_parser.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

namespace dynamo::engine {
namespace engine_store_database_test {

using test::counts_of;
using test::definition_of;
using test::items_of;
using test::key_of;
using test::put;
using test::sample_item;
using test::sample_table;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Each test runs on both: in memory, and in a file.
class database_test : public testing::TestWithParam<bool> {
 protected:
  database_test() {
    if (GetParam()) {
      open_ = [this] {
        return std::move(
                   database::open(folder_ / "data.db", {.durable = durability::process_crash}))
            .value();
      };
    } else {
      open_ = [] { return database::in_memory({}); };
    }
    db_ = open_();
  }

  void create(table_definition table = sample_table()) {
    db_->write([&](transaction& changes) { changes.create_table(std::move(table)); });
  }
  [[nodiscard]] row_set rows_of(std::string_view index) {
    return definition_of(*db_, "users")->find_index(index)->rows;
  }

  const dynamo::test::temporary_folder folder_;
  std::function<std::unique_ptr<database>()> open_;
  std::unique_ptr<database> db_;
};

INSTANTIATE_TEST_SUITE_P(places, database_test, testing::Bool(),
                         [](const auto& place) { return place.param ? "File" : "Memory"; });

TEST_P(database_test, keeps_definitions_of_tables) {
  table_definition table = sample_table();
  table.throughput = {5, 7};
  table.indexes[0].throughput = {1, 2};
  table.stream = stream_view::old_image;
  table.stream_label = "2026-01-01T00:00:00.000";
  table.time_to_live = "until \"then\"";
  table.deletion_protection = true;
  create(table);
  const auto found = definition_of(*db_, "users");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "users");
  EXPECT_EQ(found->id, table.id);
  EXPECT_EQ(found->key, table.key);
  EXPECT_EQ(found->throughput, table.throughput);
  EXPECT_EQ(found->stream, table.stream);
  EXPECT_EQ(found->stream_label, table.stream_label);
  EXPECT_EQ(found->time_to_live, table.time_to_live);
  EXPECT_TRUE(found->deletion_protection);
  EXPECT_EQ(found->created, table.created);
  ASSERT_THAT(found->indexes, SizeIs(3));
  EXPECT_EQ(found->indexes[0].throughput, table.indexes[0].throughput);
  EXPECT_EQ(found->indexes[1].key, table.indexes[1].key);
  EXPECT_EQ(found->indexes[1].projection, index_projection::include);
  EXPECT_THAT(found->indexes[1].included, ElementsAre("name"));
  EXPECT_TRUE(found->indexes[1].global);
  EXPECT_FALSE(found->indexes[2].global);
  EXPECT_EQ(definition_of(*db_, "user"), nullptr);
  EXPECT_EQ(definition_of(*db_, "users"), found) << "is parsed again though it is the same";
}

TEST_P(database_test, row_sets_are_never_used_again) {
  create();
  const row_set first = definition_of(*db_, "users")->rows;
  db_->write([&](transaction& changes) { changes.drop_table(*changes.find_table("users")); });
  EXPECT_EQ(definition_of(*db_, "users"), nullptr);
  create();
  EXPECT_GT(definition_of(*db_, "users")->rows, first);
  EXPECT_THAT(items_of(*db_, definition_of(*db_, "users")->rows), IsEmpty());
}

TEST_P(database_test, lists_names_in_order) {
  for (const char* const name : {"ccc", "aaa", "bbb"}) create(sample_table(name));
  db_->read([](const snapshot& now) {
    EXPECT_THAT(now.table_names("", 10), ElementsAre("aaa", "bbb", "ccc"));
    EXPECT_THAT(now.table_names("", 2), ElementsAre("aaa", "bbb"));
    EXPECT_THAT(now.table_names("aaa", 1), ElementsAre("bbb"));
    EXPECT_THAT(now.table_names("ccc", 1), IsEmpty());
  });
}

TEST_P(database_test, keeps_indexes_in_step) {
  create();
  for (int i = 0; i < 10; ++i) put(*db_, "users", sample_item(i));
  EXPECT_THAT(items_of(*db_, rows_of("by_mail")), SizeIs(10));
  owned_item changed = sample_item(3);
  changed.erase("mail");                    // leaves by_mail
  changed.insert_or_assign("rank", 100);    // moves in the others
  changed.insert_or_assign("name", "new");  // changes what is projected
  put(*db_, "users", changed);
  EXPECT_THAT(items_of(*db_, rows_of("by_mail")), SizeIs(9));
  EXPECT_EQ(counts_of(*db_, rows_of("by_mail")).items, 9U);
  const auto by_group = items_of(*db_, rows_of("by_group"));
  EXPECT_THAT(by_group, SizeIs(10));
  EXPECT_EQ(std::ranges::count_if(
                by_group, [](const std::string& item) { return item.find("new") != item.npos; }),
            1);
  test::remove(*db_, "users", key_of(changed));
  EXPECT_THAT(items_of(*db_, rows_of("by_group")), SizeIs(9));
  EXPECT_THAT(items_of(*db_, rows_of("by_rank")), SizeIs(9));
  EXPECT_THAT(db_->check(), IsEmpty());
}

TEST_P(database_test, an_index_has_what_is_projected) {
  create();
  put(*db_, "users", sample_item(4));
  EXPECT_EQ(parse_json(items_of(*db_, rows_of("by_mail")).at(0)),
            (owned_item{{"id", "u4"}, {"at", 4}, {"mail", "m4@example.com"}}));
  EXPECT_EQ(
      parse_json(items_of(*db_, rows_of("by_group")).at(0)),
      (owned_item{{"id", "u4"}, {"at", 4}, {"group", "even"}, {"rank", -4}, {"name", "n\"4"}}));
  EXPECT_EQ(parse_json(items_of(*db_, rows_of("by_rank")).at(0)), sample_item(4));
  const std::uint64_t whole = stored_item(sample_item(4)).size();
  EXPECT_EQ(counts_of(*db_, rows_of("by_rank")).bytes, whole);
  EXPECT_LT(counts_of(*db_, rows_of("by_mail")).bytes, whole);
  EXPECT_GT(counts_of(*db_, rows_of("by_mail")).bytes, 0U);
}

TEST_P(database_test, a_write_sees_its_own_changes_and_is_undone_when_it_throws) {
  create();
  put(*db_, "users", sample_item(1));
  const row_set rows = definition_of(*db_, "users")->rows;
  const row_counts before = counts_of(*db_, rows);
  EXPECT_THROW(db_->write([&](transaction& changes) {
    put(changes, "users", sample_item(2));
    EXPECT_EQ(changes.counts(rows).items, 2U);
    EXPECT_THAT(items_of(changes, rows), SizeIs(2));
    changes.create_table(sample_table("other"));
    EXPECT_TRUE(changes.find_table("other"));
    throw std::runtime_error("thrown on purpose");
  }),
               std::runtime_error);
  EXPECT_THAT(items_of(*db_, rows), SizeIs(1));
  EXPECT_EQ(counts_of(*db_, rows).items, before.items);
  EXPECT_EQ(counts_of(*db_, rows).bytes, before.bytes);
  EXPECT_EQ(definition_of(*db_, "other"), nullptr);
  EXPECT_THAT(db_->check(), IsEmpty());
}

TEST_P(database_test, a_definition_that_was_undone_is_not_remembered) {
  create();
  const auto with = [](const std::string& attribute) {
    return [attribute](transaction& changes) {
      table_definition table = *changes.find_table("users");
      table.time_to_live = attribute;
      changes.update_table(table);
      EXPECT_EQ(changes.find_table("users")->time_to_live, attribute);
    };
  };
  EXPECT_THROW(db_->write([&](transaction& changes) {
    with("wrong")(changes);
    throw std::runtime_error("thrown on purpose");
  }),
               std::runtime_error);
  EXPECT_EQ(definition_of(*db_, "users")->time_to_live, "");
  db_->write(
      [&](transaction& changes) { EXPECT_EQ(changes.find_table("users")->time_to_live, ""); });
  db_->write(with("right"));
  EXPECT_EQ(definition_of(*db_, "users")->time_to_live, "right");
}

TEST_P(database_test, new_indexes_are_filled_and_old_ones_go) {
  create();
  for (int i = 0; i < 50; ++i) put(*db_, "users", sample_item(i));
  const row_set old_rows = rows_of("by_group");
  db_->write([](transaction& changes) {
    table_definition table = *changes.find_table("users");
    std::erase_if(table.indexes, [](const table_index& index) { return index.name == "by_group"; });
    table.indexes.push_back({.name = "by_name", .key = {{"name", key_type::string}, {}}});
    changes.update_table(table);
  });
  EXPECT_EQ(definition_of(*db_, "users")->find_index("by_group"), nullptr);
  EXPECT_NE(rows_of("by_name"), old_rows);
  EXPECT_THAT(items_of(*db_, rows_of("by_name")), SizeIs(50));
  EXPECT_EQ(counts_of(*db_, rows_of("by_name")).items, 50U);
  EXPECT_EQ(counts_of(*db_, old_rows).items, 0U);
  put(*db_, "users", sample_item(51));
  EXPECT_THAT(items_of(*db_, rows_of("by_name")), SizeIs(51));
  EXPECT_THAT(db_->check(), IsEmpty());
}

TEST_P(database_test, rows_come_in_both_directions_and_within_ranges) {
  create();
  for (int i = 0; i < 30; ++i) put(*db_, "users", sample_item(i));
  const row_set rows = definition_of(*db_, "users")->rows;
  std::vector<std::string> up = items_of(*db_, rows);
  ASSERT_THAT(up, SizeIs(30));
  const std::vector<std::string> down = items_of(*db_, rows, {}, false);
  EXPECT_TRUE(std::ranges::equal(up, std::vector(down.rbegin(), down.rend())));

  const auto table = definition_of(*db_, "users");
  const std::string middle = row_key(table->key, stored_item(std::string_view(up[10])).view());
  EXPECT_EQ(items_of(*db_, rows, rest_of({}, middle, true)),
            std::vector(up.begin() + 11, up.end()));
  EXPECT_EQ(items_of(*db_, rows, rest_of({}, middle, false)),
            std::vector(up.begin(), up.begin() + 10));
}

TEST_P(database_test, a_visit_ends_when_it_is_told_or_throws) {
  create();
  for (const int number : {1, 2, 3}) put(*db_, "users", sample_item(number));
  const row_set rows = definition_of(*db_, "users")->rows;
  db_->read([&](const snapshot& now) {
    int outer = 0;
    int inner = 0;
    now.visit(rows, {}, true, [&](const row&) {
      // One within the other, of the same rows.
      now.visit(rows, {}, false, [&](const row&) { return ++inner % 2 != 0; });
      return ++outer < 2;
    });
    EXPECT_EQ(outer, 2);
    EXPECT_EQ(inner, 4);
    EXPECT_THROW(
        now.visit(rows, {}, true, [](const row&) -> bool { throw std::runtime_error("enough"); }),
        std::runtime_error);
    EXPECT_THAT(items_of(now, rows), SizeIs(3));
  });
}

TEST_P(database_test, the_same_item_again_changes_nothing) {
  table_definition table = sample_table();
  table.stream = stream_view::keys_only;
  table.stream_label = "one";
  create(table);
  put(*db_, "users", sample_item(1));
  put(*db_, "users", sample_item(1));
  test::remove(*db_, "users", key_of(sample_item(2)));
  db_->read([](const snapshot& now) {
    const row_set stream = now.find_table("users")->stream_rows;
    EXPECT_THAT(now.changes(stream, 0, 10, 1 << 20), SizeIs(1));
  });
}

TEST_P(database_test, readers_of_a_file_are_opened_again_after_a_dropped_table) {
  create();
  put(*db_, "users", sample_item(1));
  EXPECT_THAT(items_of(*db_, definition_of(*db_, "users")->rows), SizeIs(1));
  db_->write([](transaction& changes) { changes.drop_table(*changes.find_table("users")); });
  create();
  put(*db_, "users", sample_item(2));
  EXPECT_THAT(items_of(*db_, definition_of(*db_, "users")->rows), SizeIs(1));
  EXPECT_THAT(db_->check(), IsEmpty());
}

}  // namespace engine_store_database_test
}  // namespace dynamo::engine
