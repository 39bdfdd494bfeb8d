#include "engine/store/database.hpp"
#include "support/store_sample.hpp"
#include "support/temporary_folder.hpp"
#include "support/watchdog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace dynamo::engine {
namespace engine_store_concurrency_test {

using test::definition_of;
using test::items_of;
using test::put;
using test::sample_item;
using test::sample_table;
using ::testing::IsEmpty;

class concurrency_test : public testing::TestWithParam<bool> {
 protected:
  concurrency_test()
      : db_(GetParam() ? std::move(database::open(folder_ / "data.db",
                                                  {.durable = durability::process_crash}))
                             .value()
                       : database::in_memory({})) {
    db_->write([](transaction& changes) { changes.create_table(sample_table()); });
  }

  const dynamo::test::watchdog watch_{"readers and writers of one database"};
  const dynamo::test::temporary_folder folder_;
  std::unique_ptr<database> db_;
};

INSTANTIATE_TEST_SUITE_P(places, concurrency_test, testing::Bool(),
                         [](const auto& place) { return place.param ? "File" : "Memory"; });

TEST_P(concurrency_test, writers_of_many_threads_lose_nothing) {
  constexpr int threads = 8;
  constexpr int each = 60;
  std::atomic<int> refused{0};
  std::vector<std::thread> writers;
  for (int t = 0; t < threads; ++t) {
    writers.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) {
        const int number = t * each + i;
        put(*db_, "users", sample_item(number));
        if (i % 3 == 0) test::remove(*db_, "users", test::key_of(sample_item(number)));
        if (i % 5 != 0) continue;
        try {
          db_->write([&](transaction& changes) {
            put(changes, "users", sample_item(-number - 1));
            throw std::runtime_error("thrown on purpose");
          });
        } catch (const std::runtime_error&) {
          ++refused;
        }
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(refused.load(), threads * each / 5);
  std::set<std::string> wanted;
  for (int i = 0; i < threads * each; ++i) {
    if (i % each % 3 != 0) wanted.emplace(stored_item(sample_item(i)).json());
  }
  const auto items = items_of(*db_, definition_of(*db_, "users")->rows);
  EXPECT_EQ(std::set(items.begin(), items.end()), wanted);
  EXPECT_EQ(items.size(), wanted.size());
  EXPECT_THAT(db_->check(), IsEmpty());
}

// Pages of a scan are transactions of their own: what was there all the time is found once,
// whatever comes and goes meanwhile.
TEST_P(concurrency_test, a_scan_in_pages_finds_what_stays) {
  constexpr int staying = 200;
  for (int i = 0; i < staying; ++i) put(*db_, "users", sample_item(i));
  std::atomic<bool> over{false};
  std::vector<std::thread> writers;
  for (int t = 1; t <= 2; ++t) {
    writers.emplace_back([&, t] {
      for (int i = 0; !over; i = (i + 1) % 300) {
        const owned_item item = sample_item(t * 1'000 + i);
        put(*db_, "users", item);
        if (i % 2 == 0) test::remove(*db_, "users", test::key_of(item));
      }
    });
  }
  const auto table = definition_of(*db_, "users");
  for (int round = 0; round < 20; ++round) {
    const bool ascending = round % 2 == 0;
    std::multiset<int> found;
    key_range range;
    for (bool more = true; more;) {
      db_->read([&](const snapshot& now) {
        std::string last;
        int seen = 0;
        now.visit(table->rows, range, ascending, [&](const row& each) {
          const stored_item item(each.item);
          const int number = item.view()["at"].to<int>();
          if (number < staying) found.insert(number);
          last = row_key(table->key, item.view());
          return ++seen < 7;
        });
        more = seen == 7;
        if (more) range = rest_of(range, last, ascending);
      });
    }
    ASSERT_EQ(found.size(), static_cast<std::size_t>(staying)) << round;
    ASSERT_EQ(std::set(found.begin(), found.end()).size(), found.size()) << round;
  }
  over = true;
  for (std::thread& writer : writers) writer.join();
  EXPECT_THAT(db_->check(), IsEmpty());
}

// A reader's transaction sees one state, and in a file nobody waits for the other.
TEST_P(concurrency_test, a_reader_sees_whole_writes) {
  std::atomic<bool> over{false};
  std::thread writer([&] {
    for (int i = 0; !over; ++i) {
      db_->write([&](transaction& changes) {
        for (int n = 0; n < 5; ++n) {
          owned_item item = sample_item(n);
          item.insert_or_assign("name", std::to_string(i));
          put(changes, "users", item);
        }
      });
    }
  });
  for (int round = 0; round < 200; ++round) {
    db_->read([&](const snapshot& now) {
      const auto table = now.find_table("users");
      const auto items = items_of(now, table->rows);
      EXPECT_EQ(now.counts(table->rows).items, items.size());
      std::set<std::string> names;
      for (const std::string& json : items) {
        names.emplace(stored_item(std::string_view(json)).view()["name"].as_string());
      }
      EXPECT_LE(names.size(), 1U);
    });
  }
  over = true;
  writer.join();
}

TEST(readers, of_a_file_do_not_wait_for_a_writer) {
  const dynamo::test::watchdog watch("a reader beside a writer");
  const dynamo::test::temporary_folder folder;
  auto db = database::open(folder / "data.db", {.durable = durability::process_crash}).value();
  db->write([](transaction& changes) { changes.create_table(sample_table()); });
  db->write([&](transaction& changes) {
    put(changes, "users", sample_item(1));
    // Another thread reads what is committed while this write is on its way.
    std::thread([&] {
      EXPECT_THAT(items_of(*db, definition_of(*db, "users")->rows), IsEmpty());
    }).join();
  });
  EXPECT_EQ(items_of(*db, definition_of(*db, "users")->rows).size(), 1U);
}

}  // namespace engine_store_concurrency_test
}  // namespace dynamo::engine
