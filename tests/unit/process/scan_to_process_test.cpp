// Scans that deliver to a receiver: what it gets, and how far they run ahead of it.
#include "support/thrown.hpp"
#include "unit/process/delivery_fixture.hpp"

#include <dynamo/dynamo.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace process_scan_to_process_test {

using namespace dynamo;
using namespace dynamo::test::delivery;
using namespace std::chrono_literals;
using test::paged_table;
using test::seat;
using test::seats_of;
using test::thrown_by;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Messages

TEST_F(scan_to_process, sends_each_item_in_a_message_and_the_completion_last) {
  mailbox<seat_message> inbox;
  const scan_task task = seats_of(serve({.pages = 3, .items = 2})).stream_scan_to_process(inbox);
  const heard all = hear_all(inbox);
  EXPECT_THAT(all.ids, ElementsAre("0-0-0", "0-0-1", "0-1-0", "0-1-1", "0-2-0", "0-2-1"));
  EXPECT_EQ(all.ends(), 1U);
  EXPECT_TRUE(all.end_was_last);
  EXPECT_EQ(all.completions.at(0), task.wait());
}

TEST_F(scan_to_process, batches_have_exactly_their_size_but_the_last) {
  for (const std::size_t size : {1U, 4U, 7U, 50U, 210U, 1000U}) {
    mailbox<seat_message> inbox;
    const paged_table table{.segments = 3, .pages = 10, .items = 7};
    const scan_task task =
        seats_of(serve(table)).stream_scan_to_process(inbox, {.segments = 3, .batch_size = size});
    heard all = hear_all(inbox);
    EXPECT_EQ(all.sizes.size(), (table.size() + size - 1) / size);
    for (std::size_t i = 0; i + 1 < all.sizes.size(); ++i) EXPECT_EQ(all.sizes[i], size);
    EXPECT_EQ(all.ids.size(), table.size());
    std::ranges::sort(all.ids);
    EXPECT_EQ(std::ranges::adjacent_find(all.ids), all.ids.end());
    EXPECT_EQ(task.wait().messages, all.sizes.size());
  }
}

TEST_F(scan_to_process, decodes_into_the_memory_of_batches_that_ended) {
  mailbox<seat_message> inbox({.capacity = 1});
  const scan_task task =
      seats_of(serve({.pages = 50, .items = 4})).stream_scan_to_process(inbox, {.batch_size = 4});
  std::vector<const seat*> places;
  std::vector<seat> kept;
  int batches = 0;
  while (auto message = inbox.receive()) {
    auto* batch = std::get_if<scan_batch<seat>>(&*message);
    if (batch == nullptr) continue;
    if (!std::ranges::count(places, batch->items.data())) places.push_back(batch->items.data());
    EXPECT_EQ(batch->items[3].id, paged_table::id(0, static_cast<std::size_t>(batches), 3));
    // One that is kept has its items, whatever is sent behind it.
    if (batches++ == 10) kept = std::move(batch->items);
  }
  EXPECT_EQ(batches, 50);
  EXPECT_LE(places.size(), 5U) << "one waits, one is sent, one is read, and one was kept";
  EXPECT_EQ(kept.at(0).id, "0-10-0");
}

TEST_F(scan_to_process, an_empty_table_is_complete) {
  mailbox<seat_message> inbox;
  const scan_task task =
      seats_of(serve({.pages = 3, .items = 0})).stream_scan_to_process(inbox, {.batch_size = 5});
  const heard all = hear_all(inbox);
  EXPECT_THAT(all.sizes, IsEmpty());
  EXPECT_EQ(all.completions.size(), 1U);
  EXPECT_EQ(task.wait().pages, 3U);
}

TEST_F(scan_to_process, reports_what_it_delivered_segment_by_segment) {
  mailbox<seat_message> inbox;
  const scan_task task = seats_of(serve({.segments = 3, .pages = 4, .items = 5}))
                             .stream_scan_to_process(inbox, {.segments = 3, .batch_size = 7});
  const heard all = hear_all(inbox);
  const scan_summary summary = task.wait();
  EXPECT_EQ(summary.end, scan_end::complete);
  EXPECT_EQ(summary.items, 60U);
  EXPECT_EQ(summary.scanned_items, 60U);
  EXPECT_EQ(summary.pages, 12U);
  EXPECT_EQ(summary.messages, 9U);
  ASSERT_EQ(summary.segments.size(), 3U);
  for (const segment_summary& each : summary.segments) {
    EXPECT_EQ(each.items, 20U);
    EXPECT_EQ(each.pages, 4U);
    EXPECT_EQ(each.bytes * 3, summary.bytes);
  }
  EXPECT_EQ(task.progress().items, 60U);
  EXPECT_EQ(task.progress().segments_complete, 3U);
}

TEST_F(scan_to_process, sends_the_receivers_own_messages) {
  mailbox<std::string> inbox;
  const auto table = seats_of(serve({.pages = 2, .items = 3}));
  const auto complete = [](const scan_summary& summary) {
    return "complete: " + std::to_string(summary.items);
  };
  const auto failed = [](const error& failure) { return failure.message; };
  {
    const scan_task task = table.stream_scan_to_process(
        inbox, {.batch_size = 4},
        {.message_format =
             [](const std::vector<seat>& seats) { return std::to_string(seats.size()); },
         .completion_message = complete,
         .error_message = failed});
    EXPECT_EQ(inbox.receive(), "4");
    EXPECT_EQ(inbox.receive(), "2");
    EXPECT_EQ(inbox.receive(), "complete: 6");
  }
  const scan_task task = table.stream_scan_to_process(
      inbox, {.limit = 1},
      {.message_format = [](seat one) { return one.id; },
       .completion_message = complete,
       .error_message = [](const error& failure, const scan_summary&) { return failure.message; }});
  EXPECT_EQ(inbox.receive(), "0-0-0");
  EXPECT_EQ(inbox.receive(), "complete: 1");
  EXPECT_EQ(inbox.receive(), std::nullopt);
}

TEST_F(scan_to_process, a_message_may_have_more_alternatives_and_fewer) {
  using message = std::variant<int, scan_batch<seat>, scan_complete>;
  mailbox<message> inbox;
  const auto table = seats_of(serve({.pages = 1, .items = 3}));
  const auto failed = [](const error&) { return message(7); };
  const scan_task task =
      table.stream_scan_to_process(inbox, {.batch_size = 9}, {.error_message = failed});
  EXPECT_EQ(std::get<1>(*inbox.receive()).items.size(), 3U);
  EXPECT_EQ(std::get<2>(*inbox.receive()).summary.items, 3U);
  EXPECT_THAT(thrown_by([&] {
                (void)table.stream_scan_to_process(inbox, {}, {.error_message = failed});
              }).message,
              HasSubstr("set batch_size"));
}

TEST_F(scan_to_process, items_of_any_shape_are_sent_as_owned_items) {
  mailbox<scan_message<owned_item>> inbox;
  const table<item> any(client(serve({.pages = 1, .items = 2})), "seats");
  const scan_task task = any.stream_scan_to_process(inbox, {.batch_size = 2});
  const auto batch = std::get<scan_batch<owned_item>>(*inbox.receive());
  EXPECT_THAT(batch.items, ElementsAre(owned_item{{"id", "0-0-0"}}, owned_item{{"id", "0-0-1"}}));
  EXPECT_EQ(task.wait().items, 2U);
}

TEST_F(scan_to_process, two_scans_may_share_a_mailbox) {
  mailbox<seat_message> inbox({.capacity = 3});
  const auto table = seats_of(serve({.segments = 2, .pages = 5, .items = 3}));
  const scan_task first = table.stream_scan_to_process(inbox, {.segments = 2});
  const scan_task second = table.stream_scan_to_process(inbox.get_sender(), {.segments = 2});
  const heard all = hear_all(inbox);
  EXPECT_EQ(all.ids.size(), 60U);
  EXPECT_EQ(all.completions.size(), 2U);
  EXPECT_EQ(first.wait().items, 30U);
  EXPECT_EQ(second.wait().items, 30U);
}

TEST_F(scan_to_process, fills_a_mailbox_that_counts_bytes) {
  mailbox<seat_message> inbox({.capacity = 1000, .max_bytes = 300});
  const auto backend = serve({.pages = 10, .items = 10});
  const std::size_t page_bytes = paged_table{.pages = 10, .items = 10}({})->size();
  const scan_task task = seats_of(backend).stream_scan_to_process(inbox);
  const std::size_t room = 300 / (page_bytes / 10);
  wait_until([&] { return inbox.size() == room; });
  for (int i = 0; i < 100; ++i) std::this_thread::yield();
  EXPECT_EQ(inbox.size(), room);
  EXPECT_EQ(hear_all(inbox).ids.size(), 100U);
}

// Options

TEST_F(scan_to_process, refuses_options_before_any_request) {
  mailbox<seat_message> inbox;
  mailbox<std::string> texts;
  const auto backend = serve({});
  const auto table = seats_of(backend);
  auto refusal = [&](const scan_options& options) {
    return thrown_by([&] { (void)table.stream_scan_to_process(inbox, options); });
  };
  EXPECT_EQ(refusal({.batch_size = 0}).kind, errc::invalid_argument);
  EXPECT_EQ(refusal({.segments = 0}).kind, errc::invalid_argument);
  EXPECT_EQ(refusal({.select = select::count}).kind, errc::invalid_argument);
  EXPECT_THAT(thrown_by([&] {
                (void)table.stream_scan_to_process(
                    texts, {.batch_size = 2},
                    {.message_format = [](const seat& one) { return one.id; },
                     .completion_message = [](const scan_summary&) { return std::string(); },
                     .error_message = [](const error&) { return std::string(); }});
              }).message,
              HasSubstr("message_format accepts single items"));
  EXPECT_EQ(backend->count(), 0U);
  EXPECT_TRUE(inbox.ended()) << "no sender is left";
}

// Back-pressure

// Requests, when nobody has received anything: as many pages as the messages need that wait and the
// one that is being sent. Then one more each time that a message is taken which needs it.
TEST_F(scan_to_process, a_full_mailbox_stops_the_requests) {
  struct expectation {
    std::size_t capacity, batch, page;
  };
  for (const auto& [capacity, batch, page] :
       std::vector<expectation>{{1, 1, 1}, {64, 1, 10}, {4, 50, 100}, {3, 7, 10}, {2, 100, 10}}) {
    mailbox<seat_message> inbox({.capacity = capacity});
    const auto backend = serve({.pages = 200, .items = page});
    const scan_task task = seats_of(backend).stream_scan_to_process(inbox, {.batch_size = batch});
    auto pages_for = [&, b = batch, p = page](std::size_t messages) {
      return std::min<std::size_t>((messages * b + p - 1) / p, 200);
    };
    wait_until([&] { return backend->count() == pages_for(capacity + 1); });
    std::size_t received = 0;
    for (;;) {
      for (int i = 0; i < 20; ++i) std::this_thread::yield();
      EXPECT_LE(backend->count(), pages_for(received + capacity + 1));
      const auto message = inbox.receive();
      if (std::holds_alternative<scan_complete>(*message)) break;
      ++received;
    }
    EXPECT_EQ(task.wait().items, 200 * page);
    EXPECT_EQ(backend->count(), 200U);
  }
}

// With segments, pages are fetched ahead, as many as the options allow.
TEST_F(scan_to_process, a_full_mailbox_stops_the_requests_of_segments_when_their_memory_is_used) {
  constexpr std::size_t page_items = 10;
  const paged_table table{.segments = 8, .pages = 100, .items = page_items};
  const std::size_t page_bytes = table(backend_request{})->size();
  mailbox<seat_message> inbox({.capacity = 4});
  const auto backend = serve(table);
  const scan_task task =
      seats_of(backend).stream_scan_to_process(inbox, {.segments = 8,
                                                       .max_concurrency = 3,
                                                       .max_buffered_bytes = 5 * page_bytes,
                                                       .batch_size = 20});
  const std::size_t pulled = (4 + 1) * 20 / page_items;
  // Beyond the memory goes one page for each request that was under way.
  const std::size_t bound = pulled + 5 + 3;
  wait_until([&] { return inbox.size() == 4; });
  for (int i = 0; i < 200; ++i) {
    std::this_thread::yield();
    EXPECT_LE(backend->count(), bound);
  }
  EXPECT_EQ(hear_all(inbox).ids.size(), table.size());
}

// Processes

struct seat_counter {
  using message = seat_message;

  void on(const scan_item<seat>&) { ++items; }
  void on(scan_batch<seat>&& batch) {
    ++batches;
    items += batch.items.size();
    if (items >= give_up_at) throw std::runtime_error("too many");
  }
  void on(const scan_complete& end) {
    summary = end.summary;
    self.stop();
  }
  void on(const scan_error& end) {
    failure = end.error;
    self.stop();
  }

  process_sender<seat_message> self;
  std::size_t give_up_at = SIZE_MAX;
  std::size_t items = 0;
  std::size_t batches = 0;
  std::optional<scan_summary> summary{};
  std::optional<error> failure{};
};

process<seat_counter> start_counter(std::size_t give_up_at = SIZE_MAX) {
  return process<seat_counter>(
      [=](process_sender<seat_message> self) {
        return seat_counter{.self = std::move(self), .give_up_at = give_up_at};
      },
      {.capacity = 2});
}

TEST_F(scan_to_process, delivers_to_a_process) {
  auto counter = start_counter();
  const scan_task task = seats_of(serve({.segments = 2, .pages = 10, .items = 7}))
                             .stream_scan_to_process(counter, {.segments = 2, .batch_size = 50});
  const seat_counter last = counter.join();
  EXPECT_EQ(last.items, 140U);
  EXPECT_EQ(last.batches, 3U);
  EXPECT_EQ(last.summary, task.wait());
}

TEST_F(scan_to_process, a_process_that_fails_ends_the_scan_with_an_error_in_the_task) {
  auto counter = start_counter(20);
  const auto backend = serve({.pages = 1000, .items = 10});
  const scan_task task =
      seats_of(backend).stream_scan_to_process(counter.get_sender(), {.batch_size = 10});
  EXPECT_THAT(task.try_wait().error().message, HasSubstr("receiver"));
  EXPECT_THROW(counter.join(), std::runtime_error);
  // Two handled, two that waited, and the one that was being sent or made.
  EXPECT_LE(backend->count(), 5U);
}

TEST_F(scan_to_process, a_process_may_cancel_the_scan_that_it_receives) {
  struct impatient {
    using message = seat_message;
    void on(const scan_item<seat>&) {
      ++items;
      scan->cancel();
    }
    void on(const scan_batch<seat>&) {}
    void on(const scan_complete&) { self.stop(); }
    void on(const scan_error& end) {
      failure = end.error;
      self.stop();
    }
    process_sender<seat_message> self;
    std::optional<scan_task> scan{};
    int items = 0;
    std::optional<error> failure{};
  };
  process<impatient> receiver(
      [](process_sender<seat_message> self) { return impatient{.self = std::move(self)}; },
      {.capacity = 1});
  const auto table = seats_of(serve({.pages = 1000, .items = 10}));
  receiver.call([&](impatient& state) { state.scan = table.stream_scan_to_process(state.self); });
  const impatient last = receiver.join();
  EXPECT_GE(last.items, 1);
  EXPECT_EQ(last.failure.value().kind, errc::cancelled);
}

}  // namespace process_scan_to_process_test
