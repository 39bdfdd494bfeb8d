#include "engine/store/group_commit.hpp"

#include "engine/store/commit.hpp"
#include "engine/store/schema.hpp"
#include "engine/store/writer.hpp"
#include "support/manual_time.hpp"
#include "support/store_sample.hpp"
#include "support/watchdog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <new>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace dynamo::engine::store {
namespace engine_store_group_commit_test {

using dynamo::engine::test::sample_item;
using dynamo::engine::test::sample_table;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

// Commits groups for real, in memory; the first one when the test lets it go.
class group_commit_test : public testing::Test {
 protected:
  group_commit_test() {
    group_.write([](writer& changes) { changes.create_table(sample_table()); });
    sizes_.clear();
  }

  void run(std::span<pending_write* const> group) {
    {
      std::unique_lock lock(mutex_);
      sizes_.push_back(group.size());
      changed_.notify_all();
      changed_.wait(lock, [&] { return !held_; });
    }
    commit(session_, clock_, group);
  }

  // Begins a write on a thread of its own; the sentence it fails with is in `failures_` then.
  void write(std::function<void(writer&)> work) {
    threads_.emplace_back([this, work = std::move(work)] {
      std::string failure;
      try {
        group_.write(work);
      } catch (const std::exception& thrown) {
        failure = thrown.what();
      }
      const std::lock_guard lock(mutex_);
      failures_.push_back(failure);
    });
  }
  void put(int number) {
    write([number](writer& changes) {
      dynamo::engine::test::put(changes, "users", sample_item(number));
    });
  }
  // Lets one group of its own begin, so that what is written next gathers.
  void hold() {
    held_ = true;
    put(0);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !sizes_.empty(); });
  }
  void wait_for_gathered(std::size_t count) const {
    while (group_.gathered() != count) std::this_thread::yield();
  }
  void let_go() {
    {
      const std::lock_guard lock(mutex_);
      held_ = false;
      changed_.notify_all();
    }
    for (std::thread& each : threads_) each.join();
    threads_.clear();
  }
  // "at" of all items in the table.
  std::vector<int> numbers() {
    std::vector<int> found;
    const reading<snapshot> now(session_);
    for (const std::string& json :
         dynamo::engine::test::items_of(now, now.find_table("users")->rows)) {
      found.push_back(stored_item(std::string_view(json)).view()["at"].to<int>());
    }
    return found;
  }

  const dynamo::test::watchdog watch_{"a group of writers"};
  dynamo::test::manual_clock clock_;
  session session_{open_memory()};
  group_commit group_{[this](std::span<pending_write* const> group) { run(group); }};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  std::vector<std::size_t> sizes_;
  std::vector<std::string> failures_;
  std::vector<std::thread> threads_;
};

TEST_F(group_commit_test, what_gathers_is_committed_together) {
  hold();
  for (int i = 1; i <= 5; ++i) put(i);
  wait_for_gathered(5);
  let_go();
  EXPECT_THAT(sizes_, ElementsAre(1, 5));
  EXPECT_THAT(numbers(), UnorderedElementsAre(0, 1, 2, 3, 4, 5));
}

TEST_F(group_commit_test, a_group_is_bounded) {
  hold();
  for (int i = 1; i <= 70; ++i) put(i);
  wait_for_gathered(70);
  let_go();
  EXPECT_THAT(sizes_, ElementsAre(1, 64, 6));
  EXPECT_EQ(numbers().size(), 71U);
}

TEST_F(group_commit_test, what_runs_alone_is_between_two_groups) {
  hold();
  put(1);
  put(2);
  wait_for_gathered(2);
  std::vector<std::size_t> sizes_before;
  std::string thrown;
  std::thread alone([&] {
    try {
      group_.alone([&] {
        sizes_before = sizes_;
        throw std::runtime_error("thrown on purpose");
      });
    } catch (const std::runtime_error& failure) {
      thrown = failure.what();
    }
  });
  wait_for_gathered(3);
  put(3);
  put(4);
  wait_for_gathered(5);
  let_go();
  alone.join();
  EXPECT_THAT(sizes_before, ElementsAre(1, 2));
  EXPECT_EQ(thrown, "thrown on purpose");
  EXPECT_THAT(sizes_, ElementsAre(1, 2, 2));
  EXPECT_THAT(numbers(), UnorderedElementsAre(0, 1, 2, 3, 4));
  // With nobody there before it and behind it.
  bool done = false;
  group_.alone([&] { done = true; });
  EXPECT_TRUE(done);
}

TEST_F(group_commit_test, one_that_throws_is_undone_alone) {
  hold();
  put(1);
  write([](writer& changes) {
    dynamo::engine::test::put(changes, "users", sample_item(2));
    throw std::runtime_error("thrown on purpose");
  });
  put(3);
  wait_for_gathered(3);
  let_go();
  EXPECT_THAT(sizes_, ElementsAre(1, 3));
  EXPECT_THAT(failures_, UnorderedElementsAre("", "", "", "thrown on purpose"));
  EXPECT_THAT(numbers(), UnorderedElementsAre(0, 1, 3));
  const reading<snapshot> now(session_);
  EXPECT_EQ(now.counts(now.find_table("users")->rows).items, 3U);
}

TEST_F(group_commit_test, a_commit_that_fails_fails_all_of_them) {
  hold();
  put(1);
  wait_for_gathered(1);
  write([](writer&) { throw std::runtime_error("thrown on purpose"); });
  put(2);
  wait_for_gathered(3);
  // The first group is on its way: of two commits the second one fails.
  int commits = 0;
  sqlite3_commit_hook(
      session_.file->handle(), [](void* count) { return ++*static_cast<int*>(count) == 2 ? 1 : 0; },
      &commits);
  let_go();
  sqlite3_commit_hook(session_.file->handle(), nullptr, nullptr);
  EXPECT_THAT(failures_, UnorderedElementsAre("", HasSubstr("the database 'in memory' failed"),
                                              HasSubstr("the database 'in memory' failed"),
                                              "thrown on purpose"));
  EXPECT_THAT(numbers(), ElementsAre(0));
  put(4);
  let_go();
  EXPECT_THAT(numbers(), UnorderedElementsAre(0, 4));
}

TEST_F(group_commit_test, a_disk_that_is_full_undoes_the_others_before_and_none_after) {
  hold();
  put(1);
  wait_for_gathered(1);
  write([this](writer& changes) {
    session_.file->execute("PRAGMA max_page_count=1");  // as few as there are
    owned_item item = sample_item(2);
    item.insert_or_assign("much", std::string(300'000, 'x'));
    dynamo::engine::test::put(changes, "users", item);
  });
  wait_for_gathered(2);
  write([this](writer& changes) {
    session_.file->execute("PRAGMA max_page_count=1000000");
    dynamo::engine::test::put(changes, "users", sample_item(3));
  });
  wait_for_gathered(3);
  let_go();
  EXPECT_THAT(failures_, UnorderedElementsAre("", "", HasSubstr("database or disk is full"),
                                              HasSubstr("database or disk is full")));
  EXPECT_THAT(numbers(), UnorderedElementsAre(0, 3));
}

// A leader whose run throws, as when there is no memory left.
TEST(group_commit_that_throws, fails_all_of_the_group_and_holds_nobody_up) {
  const dynamo::test::watchdog watch("a group whose leader throws");
  std::mutex mutex;
  std::condition_variable changed;
  bool held = true;
  int runs = 0;
  group_commit group([&](std::span<pending_write* const>) {
    std::unique_lock lock(mutex);
    ++runs;
    changed.wait(lock, [&] { return !held; });
    if (runs == 2) throw std::bad_alloc();
    if (runs == 3) throw store_failure("thrown on purpose", 13);
  });
  std::vector<std::string> failures;
  std::vector<std::thread> threads;
  const auto write = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      threads.emplace_back([&] {
        std::string failure;
        try {
          group.write([](writer&) {});
        } catch (const store_failure& thrown) {
          failure = thrown.what() + std::to_string(thrown.code());
        } catch (const std::bad_alloc&) {
          failure = "no memory";
        }
        const std::lock_guard lock(mutex);
        failures.push_back(failure);
      });
    }
    while (group.gathered() != threads.size() - 1) std::this_thread::yield();
  };
  write(1);
  write(64);
  write(3);
  {
    const std::lock_guard lock(mutex);
    held = false;
    changed.notify_all();
  }
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(runs, 3);
  EXPECT_EQ(std::ranges::count(failures, ""), 1);
  EXPECT_EQ(std::ranges::count(failures, "no memory"), 64);
  EXPECT_EQ(std::ranges::count(failures, "thrown on purpose13"), 3);
  group.write([](writer&) {});
  EXPECT_EQ(runs, 4);
}

}  // namespace engine_store_group_commit_test
}  // namespace dynamo::engine::store
