// Writes that nothing could undo in memory.
#include "engine/store/database.hpp"
#include "engine/store/store_failure.hpp"
#include "support/store_sample.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace dynamo::engine {
namespace engine_store_decided_write_test {

using test::counts_of;
using test::definition_of;
using test::items_of;
using test::put;
using test::sample_item;
using test::sample_table;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::runtime_error on_purpose("thrown on purpose");

// Each test runs on both: in memory, and in a file.
class decided_write : public testing::TestWithParam<bool> {
 protected:
  decided_write() {
    db_ =
        GetParam()
            ? std::move(database::open(folder_ / "data.db", {.durable = durability::process_crash}))
                  .value()
            : database::in_memory({});
    db_->write([](transaction& changes) { changes.create_table(sample_table()); });
  }

  void put_decided(int number) {
    db_->write_decided([&](transaction& in) { put(in, "users", sample_item(number)); });
  }
  std::vector<std::string> items() { return items_of(*db_, definition_of(*db_, "users")->rows); }

  const dynamo::test::temporary_folder folder_;
  std::unique_ptr<database> db_;
};

INSTANTIATE_TEST_SUITE_P(places, decided_write, testing::Bool(),
                         [](const auto& place) { return place.param ? "File" : "Memory"; });

TEST_P(decided_write, is_a_write) {
  for (int i = 0; i < 100; ++i) put_decided(i % 50);
  EXPECT_THAT(items(), SizeIs(50));
  EXPECT_THAT(db_->check(), IsEmpty());
}

TEST_P(decided_write, may_be_refused_before_it_changes_anything) {
  put_decided(1);
  EXPECT_THROW(db_->write_decided([](transaction& in) {
    static_cast<void>(in.find_table("users"));
    throw on_purpose;
  }),
               std::runtime_error);
  put_decided(2);
  EXPECT_THAT(items(), SizeIs(2));
  EXPECT_THAT(db_->check(), IsEmpty());
}

TEST_P(decided_write, a_write_after_it_is_undone) {
  put_decided(1);
  EXPECT_THROW(db_->write([](transaction& in) {
    for (int i = 0; i < 100; ++i) put(in, "users", sample_item(i));
    in.create_table(sample_table("others"));
    throw on_purpose;
  }),
               std::runtime_error);
  put_decided(2);
  EXPECT_THAT(items(), SizeIs(2));
  EXPECT_FALSE(definition_of(*db_, "others"));
  EXPECT_THAT(db_->check(), IsEmpty());
}

TEST_P(decided_write, spoils_memory_if_it_throws_after_a_change) {
  put_decided(1);
  EXPECT_THROW(db_->write_decided([](transaction& in) {
    put(in, "users", sample_item(2));
    throw on_purpose;
  }),
               std::runtime_error);
  if (GetParam()) {
    put_decided(3);
    EXPECT_THAT(items(), SizeIs(2));
    EXPECT_THAT(db_->check(), IsEmpty());
    return;
  }
  const auto failure_of = [](auto&& call) -> std::string {
    try {
      call();
    } catch (const store_failure& failure) {
      return failure.what();
    }
    return "none";
  };
  EXPECT_THAT(failure_of([&] { put_decided(3); }), HasSubstr("failed during a write"));
  EXPECT_THAT(failure_of([&] { put(*db_, "users", sample_item(3)); }), HasSubstr("in memory"));
  EXPECT_THAT(failure_of([&] { static_cast<void>(items()); }), HasSubstr("in memory"));
  EXPECT_THAT(failure_of([&] { static_cast<void>(db_->compact({})); }), HasSubstr("in memory"));
}

// Wherever in a write SQLite finds no memory: the database is whole, or says that it is not.
TEST(decided_write_in_memory, is_not_torn_in_secret) {
  owned_item large = sample_item(5);
  large.insert_or_assign("much", std::string(60'000, 'm'));
  int failed = 0;
  int spoilt = 0;
  for (sqlite3_int64 room = 0; room < 120'000; room += 3'000) {
    const auto db = database::in_memory({});
    db->write([](transaction& changes) { changes.create_table(sample_table()); });
    for (int i = 0; i < 40; ++i) put(*db, "users", sample_item(i));
    bool written = true;
    sqlite3_hard_heap_limit64(sqlite3_memory_used() + room + 1);
    try {
      db->write_decided([&](transaction& in) { put(in, "users", large); });
    } catch (const store_failure&) {
      written = false;
    }
    sqlite3_hard_heap_limit64(0);
    if (!written) ++failed;
    try {
      EXPECT_THAT(db->check(), IsEmpty()) << room;
      EXPECT_THAT(items_of(*db, definition_of(*db, "users")->rows), SizeIs(40)) << room;
    } catch (const store_failure& failure) {
      ++spoilt;
      EXPECT_FALSE(written) << room;
      EXPECT_THAT(failure.what(), HasSubstr("failed during a write")) << room;
    }
  }
  EXPECT_GT(failed, 0);
  EXPECT_GT(spoilt, 0);
}

// Groups of both kinds, some of whose writes are refused.
TEST_P(decided_write, mixes_with_others) {
  constexpr int each = 200;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < each; ++i) {
        const int number = writer * each + i;
        const bool refused = i % 5 == 0;
        const auto decided = [&](transaction& in) {
          if (refused) throw on_purpose;
          put(in, "users", sample_item(number));
        };
        const auto undone = [&](transaction& in) {
          put(in, "users", sample_item(number));
          if (refused) throw on_purpose;
        };
        try {
          writer % 2 == 0 ? db_->write_decided(decided) : db_->write(undone);
          EXPECT_FALSE(refused);
        } catch (const std::runtime_error&) {
          EXPECT_TRUE(refused);
        }
      }
    });
  }
  for (std::thread& each_writer : writers) each_writer.join();
  EXPECT_THAT(items(), SizeIs(4 * each * 4 / 5));
  EXPECT_THAT(db_->check(), IsEmpty());
}

}  // namespace engine_store_decided_write_test
}  // namespace dynamo::engine
