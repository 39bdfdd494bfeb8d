#include "unit/scan/sample_items.hpp"

#include <dynamo/stage/event_buffer.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace stage_event_buffer_test {

using namespace dynamo::stage;
using detail::chunk;
using detail::chunk_pool;
using detail::event_buffer;
using dynamo::test::person;
using testing::ElementsAre;

std::vector<int> all(event_buffer<int>& of) {
  chunk<int> taken = of.take(1000);
  return {taken.events().begin(), taken.events().end()};
}

TEST(event_buffer, gives_events_in_order) {
  event_buffer<int> buffer(std::nullopt, keep::last);
  std::vector<int> events{1, 2, 3};
  buffer.push(events);
  chunk<int> two = buffer.take(2);
  EXPECT_THAT(two.events(), ElementsAre(1, 2));
  EXPECT_EQ(buffer.size(), 1U);
  EXPECT_THAT(all(buffer), ElementsAre(3));
  EXPECT_TRUE(buffer.empty());
}

TEST(event_buffer, keeps_the_last_and_counts_what_it_discards) {
  event_buffer<int> buffer(3, keep::last);
  std::vector<int> events{1, 2, 3, 4, 5};
  buffer.push(events);
  EXPECT_EQ(buffer.discarded(), 2U);
  EXPECT_THAT(all(buffer), ElementsAre(3, 4, 5));
}

TEST(event_buffer, keeps_the_first_and_counts_what_it_discards) {
  event_buffer<int> buffer(3, keep::first);
  std::vector<int> events{1, 2};
  buffer.push(events);
  std::vector<int> more{3, 4, 5};
  buffer.push(more);
  EXPECT_EQ(buffer.discarded(), 2U);
  EXPECT_THAT(all(buffer), ElementsAre(1, 2, 3));
}

TEST(event_buffer, of_no_size_keeps_nothing) {
  for (const keep which : {keep::first, keep::last}) {
    event_buffer<int> buffer(0, which);
    std::vector<int> events{1};
    buffer.push(events);
    EXPECT_TRUE(buffer.empty());
    EXPECT_EQ(buffer.discarded(), 1U);
  }
}

TEST(event_buffer, shows_what_waits_and_drops_the_oldest) {
  event_buffer<int> buffer(std::nullopt, keep::last);
  std::vector<int> events{1, 2, 3};
  buffer.push(events);
  EXPECT_EQ(buffer[2], 3);
  buffer.drop(2);
  EXPECT_THAT(all(buffer), ElementsAre(3));
}

TEST(chunk, holds_what_cannot_be_copied) {
  chunk<std::unique_ptr<int>> some;
  some.push(std::make_unique<int>(7));
  chunk<std::unique_ptr<int>> moved = std::move(some);
  EXPECT_EQ(moved.size(), 1U);
  EXPECT_EQ(*moved.events()[0], 7);
}

TEST(chunk, ends_events_when_it_is_cleared_unless_they_are_mapped_structs) {
  auto owner = std::make_shared<int>(1);
  chunk<std::shared_ptr<int>> some;
  some.push(owner);
  some.clear();
  EXPECT_EQ(owner.use_count(), 1);
}

TEST(chunk_pool, gives_the_chunk_that_was_used_last) {
  const auto pool = std::make_shared<chunk_pool<int>>();
  chunk<int> first = pool->take();
  chunk<int> second = pool->take();
  first.push(1);
  for (int i = 0; i < 100; ++i) second.push(i);
  const int* const memory = second.events().data();
  first.release();
  second.release();
  chunk<int> again = pool->take();
  EXPECT_TRUE(again.empty());
  for (int i = 0; i < 100; ++i) again.push(i);
  EXPECT_EQ(again.events().data(), memory);
}

TEST(chunk_pool, keeps_what_is_left_of_mapped_structs_for_other_events) {
  const auto pool = std::make_shared<chunk_pool<person>>();
  chunk<person> used = pool->take();
  used.push(person{.id = "a text that does not fit into a short string"});
  const char* const memory = used.events()[0].id.data();
  used.release();
  chunk<person> again = pool->take();
  EXPECT_TRUE(again.empty());
  EXPECT_EQ(again.place().id.data(), memory);
}

TEST(chunk_pool, may_end_before_its_chunks_and_keeps_few) {
  auto pool = std::make_shared<chunk_pool<std::shared_ptr<int>>>();
  auto owner = std::make_shared<int>(1);
  std::vector<chunk<std::shared_ptr<int>>> out;
  for (int i = 0; i < 100; ++i) out.push_back(pool->take());
  const std::weak_ptr<chunk_pool<std::shared_ptr<int>>> weak = pool;
  pool.reset();
  for (auto& each : out) {
    each.push(owner);
    each.release();
  }
  EXPECT_TRUE(weak.expired());
  EXPECT_EQ(owner.use_count(), 1);
}

}  // namespace stage_event_buffer_test
