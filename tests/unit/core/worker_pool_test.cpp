#include "support/watchdog.hpp"

#include <dynamo/core/error.hpp>
#include <dynamo/core/worker_pool.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

namespace core_worker_pool_test {

using dynamo::worker_pool;

TEST(worker_pool, runs_tasks_on_all_its_threads) {
  const dynamo::test::watchdog dog("two tasks that wait for each other");
  worker_pool pool(2);
  std::latch together(2);
  std::latch done(2);
  for (int i = 0; i < 2; ++i) {
    pool.post([&] {
      EXPECT_TRUE(pool.runs_here());
      together.arrive_and_wait();
      done.count_down();
    });
  }
  done.wait();
  EXPECT_FALSE(pool.runs_here());
  EXPECT_EQ(pool.threads(), 2U);
}

TEST(worker_pool, has_a_thread_for_each_of_the_machines) {
  EXPECT_EQ(worker_pool().threads(), std::max(1U, std::thread::hardware_concurrency()));
}

TEST(worker_pool, waits_for_tasks_that_run_and_drops_the_others) {
  const dynamo::test::watchdog dog("the end of a pool");
  std::atomic<int> ended = 0;
  {
    std::latch begun(1);
    std::latch posted(1);
    worker_pool pool(1);
    pool.post([&] {
      begun.count_down();
      posted.wait();
      ++ended;
    });
    begun.wait();
    posted.count_down();
  }
  EXPECT_EQ(ended, 1);
}

TEST(worker_pool, of_no_threads_is_refused) {
  EXPECT_THROW(worker_pool(0), dynamo::exception);
}

}  // namespace core_worker_pool_test
