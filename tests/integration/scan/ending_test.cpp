#include "support/sample_table.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace scan_ending_test {

using namespace dynamo;
using namespace dynamo::test;
using namespace std::chrono_literals;

// g++ 12 warns of a std::stop_source that it builds inline: it takes it for uninitialized.
[[gnu::noinline]] std::stop_source new_stop() {
  return {};
}

// What is under way ends soon, and nothing follows.
void expect_quiet(const counting_backend& counted) {
  ASSERT_TRUE(counted.wait_until_idle(5s));
  const auto sent = counted.submitted();
  EXPECT_GT(sent, 0U);
  std::this_thread::yield();
  EXPECT_EQ(counted.submitted(), sent);
}

TEST_F(sample_scan, leaving_the_loop_ends_the_requests) {
  int came = 0;
  for (const item& each : items().stream_parallel_scan({.page_size = 100})) {
    if (each.empty() || ++came == 50) break;
  }
  EXPECT_EQ(came, 50);
  expect_quiet(*counted_);
  EXPECT_LT(counted_->submitted(), sample_items / 100);
}

TEST_F(sample_scan, throwing_in_the_loop_ends_the_requests) {
  auto loop = [&] {
    for (const item& each : items().stream_parallel_scan({.page_size = 100})) {
      throw std::logic_error(std::string(each["id"].as_string()));
    }
  };
  EXPECT_THROW(loop(), std::logic_error);
  expect_quiet(*counted_);
  EXPECT_LT(counted_->submitted(), sample_items / 100);
}

errc how_it_ends(scan_stream<item>& stream, const std::function<void(std::size_t)>& on_item) {
  std::size_t came = 0;
  for (;;) {
    const auto next = stream.try_next();
    if (!next) return next.error().kind;
    if (*next == nullptr) {
      ADD_FAILURE() << "the stream was complete";
      return errc::io;
    }
    on_item(++came);
  }
}

TEST_F(sample_scan, stop_ends_the_stream) {
  std::stop_source stop = new_stop();
  auto stream =
      items().stream_parallel_scan({.page_size = 100, .segments = 8, .stop = stop.get_token()});
  std::size_t last = 0;
  EXPECT_EQ(how_it_ends(stream,
                        [&](std::size_t came) {
                          if (came == 150) stop.request_stop();
                          last = came;
                        }),
            errc::cancelled);
  // At most the rest of the page at hand.
  EXPECT_LE(last, 200U);
  expect_quiet(*counted_);
}

TEST_F(sample_scan, stop_from_another_thread_while_waiting) {
  for (int round = 0; round < 10; ++round) {
    std::stop_source stop = new_stop();
    auto stream =
        items().stream_parallel_scan({.page_size = 500, .segments = 16, .stop = stop.get_token()});
    const std::jthread stopper([&, round] {
      while (counted_->submitted() < 1U + static_cast<unsigned>(round)) std::this_thread::yield();
      stop.request_stop();
    });
    EXPECT_EQ(how_it_ends(stream, [](std::size_t) {}), errc::cancelled);
  }
  expect_quiet(*counted_);
}

TEST_F(sample_scan, stop_before_the_first_item) {
  std::stop_source stop = new_stop();
  stop.request_stop();
  auto stream = items().stream_parallel_scan({.stop = stop.get_token()});
  EXPECT_EQ(how_it_ends(stream, [](std::size_t) {}), errc::cancelled);
  EXPECT_EQ(counted_->submitted(), 0U);
}

TEST_F(sample_scan, deadline_ends_the_stream) {
  const auto begin = std::chrono::steady_clock::now();
  auto stream =
      items().stream_parallel_scan({.page_size = 20, .segments = 2, .deadline = begin + 300ms});
  EXPECT_EQ(how_it_ends(stream, [](std::size_t) {}), errc::deadline_exceeded);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  expect_quiet(*counted_);
}

TEST_F(sample_scan, deadline_that_has_passed) {
  auto stream = items().stream_scan({.deadline = std::chrono::steady_clock::now() - 1s});
  EXPECT_EQ(how_it_ends(stream, [](std::size_t) {}), errc::deadline_exceeded);
}

TEST_F(sample_scan, deleting_during_a_scan_loses_no_other_item) {
  const scratch_table made(*db_, simple_table("shrinking"));
  const table<item> shrinking(*db_, made.name());
  std::vector<owned_item> all;
  for (int i = 0; i < 500; ++i) all.push_back({{"id", "k" + std::to_string(i)}});
  shrinking.put_all(all);
  std::set<std::string> came;
  int pages = 0;
  auto stream = shrinking.stream_parallel_scan({.page_size = 20, .segments = 2});
  for (auto& each : stream.batches()) {
    // The last of the page, which the next request starts from, and some that are still to come.
    std::vector<write_request> gone;
    gone.emplace_back(
        delete_request{made.name(), owned_item{{"id", each[each.size() - 1]["id"].to_owned()}}});
    for (int i = 0; i < 5; ++i) {
      gone.emplace_back(delete_request{
          made.name(), owned_item{{"id", "k" + std::to_string(pages * 10 + i * 2)}}});
    }
    ++pages;
    for (const item& one : each) {
      EXPECT_TRUE(came.emplace(one["id"].as_string()).second) << one.raw_json();
    }
    const std::set<std::string> keys = [&] {
      std::set<std::string> out;
      for (const auto& write : gone) out.insert(std::get<delete_request>(write).key.json());
      return out;
    }();
    for (const auto& key : keys) {
      db_->delete_item({.table = made.name(), .key = encoded_item::from_json(key)});
    }
  }
  EXPECT_GT(pages, 10);
  for (const owned_item& left : shrinking.scan()) {
    EXPECT_TRUE(came.contains(left.at("id").as_string())) << left.at("id").as_string();
  }
}

class buffered_scan : public sample_scan, public ::testing::WithParamInterface<std::size_t> {};

TEST_P(buffered_scan, little_memory_is_enough) {
  roll_call seen;
  for (const item& each :
       items().stream_parallel_scan({.segments = 16, .max_buffered_bytes = GetParam()})) {
    seen.came(each["id"].as_string());
  }
  EXPECT_EQ(seen.size(), sample_items);
}

INSTANTIATE_TEST_SUITE_P(bytes, buffered_scan,
                         ::testing::Values(std::size_t{1}, std::size_t{64} << 10),
                         ::testing::PrintToStringParamName());

// Waits until nothing more arrives for a while.
scan_progress settled(const page_source& source) {
  scan_progress last = source.progress();
  for (;;) {
    std::this_thread::sleep_for(30ms);
    const scan_progress now = source.progress();
    if (now.pages == last.pages) return now;
    last = now;
  }
}

TEST_F(sample_scan, slow_consumer_does_not_make_memory_grow) {
  constexpr std::size_t limit = std::size_t{512} << 10;
  page_source source = items().pages(
      {.page_size = 300, .segments = 16, .max_concurrency = 8, .max_buffered_bytes = limit});
  std::uint64_t consumed = 0;
  std::uint64_t came = 0;
  int slow = 8;
  for (;;) {
    auto arrived = source.next();
    ASSERT_TRUE(arrived) << arrived.error().to_string();
    if (!*arrived) break;
    if (slow > 0) {
      --slow;
      const auto progress = settled(source);
      EXPECT_GT(progress.bytes, consumed);
      // The page at hand is counted in; one more than that is always admitted.
      EXPECT_LE(progress.bytes - consumed, limit + (std::size_t{256} << 10));
    }
    consumed += (*arrived)->size();
    came += (*arrived)->count();
  }
  EXPECT_EQ(came, sample_items);
  EXPECT_EQ(consumed, source.progress().bytes);
}

TEST_F(sample_scan, pages_outlive_their_source_and_the_client) {
  std::optional<page> kept;
  {
    page_source source = items().pages({.segments = 8});
    kept = source.next().value();
    ASSERT_TRUE(kept);
  }
  db_.reset();
  counted_.reset();
  batch<item> read;
  const auto count = kept->count();
  read.read(*std::move(kept), name()).value();
  EXPECT_EQ(read.size(), count);
}

TEST_F(sample_scan, many_threads_pull_from_one_source) {
  page_source source = items().pages({.page_size = 200, .segments = 8});
  std::atomic<std::uint64_t> came = 0;
  std::atomic<int> ends = 0;
  {
    std::vector<std::jthread> pullers;
    for (int i = 0; i < 4; ++i) {
      pullers.emplace_back([&] {
        while (auto arrived = source.next().value()) came += arrived->count();
        ++ends;
      });
    }
  }
  EXPECT_EQ(came, sample_items);
  EXPECT_EQ(ends, 4);
}

}  // namespace scan_ending_test
