// Scans that deliver to a receiver: what it gets, how far they run ahead of it, and how they end.
#include "support/manual_backend.hpp"
#include "support/watchdog.hpp"
#include "unit/process/paged_table.hpp"

#include <dynamo/dynamo.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace dynamo;
using namespace std::chrono_literals;
using test::failure_of;
using test::manual_backend;
using test::paged_table;
using test::seat;
using test::seats_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using strings = std::vector<std::string>;
using seat_message = scan_message<seat>;

// All that a scan said.
struct heard {
  strings ids;
  std::vector<std::size_t> sizes;  // of the messages with items
  std::vector<scan_summary> completions;
  std::vector<scan_error> errors;
  bool end_was_last = true;

  void take(seat_message message) {
    if (!completions.empty() || !errors.empty()) end_was_last = false;
    visit(
        std::move(message),
        [&](scan_item<seat>&& one) {
          ids.push_back(std::move(one.item.id));
          sizes.push_back(1);
        },
        [&](scan_batch<seat>&& batch) {
          sizes.push_back(batch.items.size());
          for (seat& each : batch.items) ids.push_back(std::move(each.id));
        },
        [&](scan_complete&& end) { completions.push_back(std::move(end.summary)); },
        [&](scan_error&& end) { errors.push_back(std::move(end)); });
  }
  [[nodiscard]] std::size_t ends() const { return completions.size() + errors.size(); }
};

heard hear_all(mailbox<seat_message>& inbox) {
  heard all;
  while (auto message = inbox.receive()) all.take(*std::move(message));
  return all;
}

error thrown_by(const std::function<void()>& f) {
  try {
    f();
  } catch (const exception& failure) {
    return failure.details();
  }
  ADD_FAILURE() << "did not throw";
  return {};
}

void wait_until(const std::function<bool()>& holds) {
  while (!holds()) std::this_thread::yield();
}

class scan_to_process : public testing::Test {
 protected:
  static std::shared_ptr<manual_backend> serve(paged_table with) {
    return std::make_shared<manual_backend>(with);
  }

 private:
  test::watchdog watch_{"scan_to_process"};
};

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

TEST_F(scan_to_process, tells_what_it_delivered_segment_by_segment) {
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
              HasSubstr("message_format takes single items"));
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

// Failures

TEST_F(scan_to_process, a_failure_comes_behind_the_items_that_arrived_before) {
  const paged_table table{.pages = 10, .items = 3};
  std::atomic<int> calls = 0;
  auto backend = std::make_shared<manual_backend>([&](const backend_request& request) {
    return calls++ == 2 ? failure_of(errc::access_denied, "not yours") : table(request);
  });
  mailbox<seat_message> inbox;
  const scan_task task = seats_of(backend).stream_scan_to_process(inbox, {.batch_size = 4});
  const heard all = hear_all(inbox);
  EXPECT_THAT(all.sizes, ElementsAre(4, 2));
  EXPECT_TRUE(all.end_was_last);
  ASSERT_EQ(all.errors.size(), 1U);
  EXPECT_EQ(all.ends(), 1U);
  EXPECT_EQ(all.errors[0].error.kind, errc::access_denied);
  EXPECT_EQ(all.errors[0].summary.end, scan_end::failed);
  EXPECT_EQ(all.errors[0].summary.items, 6U);
  EXPECT_EQ(task.try_wait().error(), all.errors[0].error);
  EXPECT_EQ(thrown_by([&] { task.wait(); }).kind, errc::access_denied);
  EXPECT_EQ(task.summary(), all.errors[0].summary);
}

TEST_F(scan_to_process, an_item_that_does_not_fit_fails_the_scan_behind_those_before_it) {
  auto backend = std::make_shared<manual_backend>([](const backend_request&) {
    return std::string(R"({"Count":3,"Items":[{"id":{"S":"a"}},{"id":{"N":"1"}},{"id":{"S":"c"}}],)"
                       R"("ScannedCount":3})");
  });
  for (const auto& batch_size : {std::optional<std::size_t>(), std::optional<std::size_t>(2)}) {
    mailbox<seat_message> inbox;
    const scan_task task =
        seats_of(backend).stream_scan_to_process(inbox, {.batch_size = batch_size});
    const heard all = hear_all(inbox);
    EXPECT_THAT(all.ids, ElementsAre("a"));
    ASSERT_EQ(all.errors.size(), 1U);
    EXPECT_EQ(all.errors[0].error.kind, errc::invalid_value);
    EXPECT_EQ(all.errors[0].error.table, "seats");
    EXPECT_EQ(task.summary().items, 1U);
  }
}

TEST_F(scan_to_process, an_owned_item_that_cannot_be_made_fails_the_scan) {
  const std::string digits(40, '7');
  auto backend = std::make_shared<manual_backend>([&](const backend_request&) {
    return R"({"Count":1,"Items":[{"n":{"N":")" + digits + R"("}}],"ScannedCount":1})";
  });
  mailbox<scan_message<owned_item>> inbox;
  const table<item> any(client(backend), "seats");
  const scan_task task = any.stream_scan_to_process(inbox);
  EXPECT_EQ(std::get<scan_error>(*inbox.receive()).error.kind, errc::invalid_value);
  EXPECT_EQ(task.try_wait().error().table, "seats");
}

TEST_F(scan_to_process, a_message_function_that_throws_ends_the_scan_and_is_rethrown) {
  mailbox<std::string> inbox;
  const auto table = seats_of(serve({.pages = 5, .items = 5}));
  auto item = [](const seat& one) {
    if (one.id == "0-1-2") throw std::out_of_range("no such row");
    return one.id;
  };
  auto failed = [](const error& failure) { return std::string(to_string(failure.kind)); };
  auto complete = [](const scan_summary&) -> std::string { throw std::range_error("no end"); };
  const scan_task task = table.stream_scan_to_process(
      inbox, {}, {.message_format = item, .completion_message = complete, .error_message = failed});
  EXPECT_THROW(task.wait(), std::out_of_range);
  EXPECT_EQ(task.try_wait().error().kind, errc::invalid_argument);
  EXPECT_EQ(task.summary().items, 7U);
  for (int i = 0; i < 7; ++i) EXPECT_NE(inbox.receive(), "invalid_argument");
  EXPECT_EQ(inbox.receive(), "invalid_argument");
  EXPECT_EQ(inbox.receive(), std::nullopt);

  const scan_task second = table.stream_scan_to_process(
      inbox, {.limit = 1},
      {.message_format = item, .completion_message = complete, .error_message = failed});
  EXPECT_EQ(inbox.receive(), "0-0-0");
  EXPECT_EQ(inbox.receive(), "invalid_argument") << "there is a last message all the same";
  EXPECT_THROW(second.wait(), std::range_error);

  const scan_task third = table.stream_scan_to_process(
      inbox, {},
      {.message_format = item,
       .completion_message = complete,
       .error_message = [](const error&) -> std::string { throw std::domain_error("mute"); }});
  for (int i = 0; i < 7; ++i) EXPECT_TRUE(inbox.receive());
  EXPECT_EQ(inbox.receive(), std::nullopt);
  EXPECT_THROW(third.wait(), std::out_of_range) << "the cause";
}

// Receivers that go

TEST_F(scan_to_process, a_receiver_that_goes_ends_the_wait_for_a_page) {
  for (int round = 0; round < 20; ++round) {
    const auto backend = std::make_shared<manual_backend>();
    std::optional<mailbox<seat_message>> inbox(std::in_place);
    const scan_task task = seats_of(backend).stream_scan_to_process(*inbox, {.segments = 3});
    backend->wait_for(1);
    if (round % 2 == 0) {
      inbox->close();
    } else {
      inbox.reset();
    }
    const auto outcome = task.try_wait();
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, errc::cancelled);
    EXPECT_THAT(outcome.error().message, HasSubstr("receiver"));
    EXPECT_TRUE(backend->request(0).stop.stop_requested());
    backend->obey_stops();
  }
}

TEST_F(scan_to_process, a_receiver_that_goes_ends_the_wait_for_room) {
  std::optional<mailbox<seat_message>> inbox(std::in_place, mailbox_options{.capacity = 1});
  const auto backend = serve({.pages = 10, .items = 1});
  const scan_task task = seats_of(backend).stream_scan_to_process(*inbox);
  wait_until([&] { return backend->count() == 2; });
  inbox.reset();
  const auto outcome = task.try_wait();
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message, HasSubstr("receiver"));
  EXPECT_LE(backend->count(), 2U);
  EXPECT_EQ(task.summary().end, scan_end::cancelled);
  EXPECT_EQ(task.summary().items, 1U);
}

TEST_F(scan_to_process, a_receiver_that_has_gone_before_is_sent_nothing) {
  mailbox<seat_message>::sender outbox = mailbox<seat_message>().get_sender();
  const auto backend = serve({.pages = 10, .items = 1});
  const scan_task task = seats_of(backend).stream_scan_to_process(outbox);
  EXPECT_THAT(task.try_wait().error().message, HasSubstr("receiver"));
  EXPECT_EQ(task.summary().items, 0U);
}

// Cancellation

TEST_F(scan_to_process, cancel_ends_it_with_one_error_message) {
  const auto backend = std::make_shared<manual_backend>();
  mailbox<seat_message> inbox;
  const scan_task task = seats_of(backend).stream_scan_to_process(inbox);
  backend->wait_for(1);
  EXPECT_FALSE(task.wait_for(0ms));
  task.cancel();
  task.cancel();
  const heard all = hear_all(inbox);
  ASSERT_EQ(all.errors.size(), 1U);
  EXPECT_EQ(all.errors[0].error.kind, errc::cancelled);
  EXPECT_THAT(all.errors[0].error.message, Not(HasSubstr("receiver")));
  EXPECT_EQ(all.errors[0].error.table, "seats");
  EXPECT_TRUE(task.wait_for(1h));
  EXPECT_EQ(task.try_wait().error().kind, errc::cancelled);
  backend->obey_stops();
}

TEST_F(scan_to_process, a_stop_token_ends_it) {
  std::stop_source stop;
  mailbox<seat_message> inbox({.capacity = 1});
  const auto backend = serve({.pages = 10, .items = 10});
  const scan_task task =
      seats_of(backend).stream_scan_to_process(inbox, {.batch_size = 3, .stop = stop.get_token()});
  wait_until([&] { return inbox.size() == 1; });
  stop.request_stop();
  EXPECT_EQ(task.try_wait().error().kind, errc::cancelled);
  const heard all = hear_all(inbox);
  EXPECT_EQ(all.ids.size(), 3U);
  EXPECT_EQ(all.errors.size(), 1U) << "the last message is admitted beyond the capacity";
}

TEST_F(scan_to_process, a_deadline_ends_it_also_in_a_full_mailbox) {
  for (const auto left : {0ms, 5ms}) {
    mailbox<seat_message> inbox({.capacity = 1});
    const scan_task task =
        seats_of(serve({.pages = 10, .items = 10}))
            .stream_scan_to_process(inbox, {.deadline = std::chrono::steady_clock::now() + left});
    EXPECT_EQ(task.try_wait().error().kind, errc::deadline_exceeded);
    EXPECT_EQ(task.summary().end, scan_end::cancelled);
    const heard all = hear_all(inbox);
    EXPECT_LE(all.ids.size(), 1U);
    ASSERT_EQ(all.errors.size(), 1U);
    EXPECT_EQ(all.errors[0].error.kind, errc::deadline_exceeded);
  }
}

TEST_F(scan_to_process, its_task_may_end_while_nobody_receives) {
  mailbox<seat_message> inbox({.capacity = 1});
  {
    const scan_task task =
        seats_of(serve({.pages = 10, .items = 10})).stream_scan_to_process(inbox);
    wait_until([&] { return inbox.size() == 1; });
  }
  const heard all = hear_all(inbox);
  EXPECT_EQ(all.ids.size(), 1U);
  ASSERT_EQ(all.errors.size(), 1U);
  EXPECT_EQ(all.errors[0].error.kind, errc::cancelled);
}

TEST_F(scan_to_process, a_task_moves_and_ends_the_one_it_replaces) {
  mailbox<seat_message> first_inbox({.capacity = 1});
  mailbox<seat_message> second_inbox;
  const auto table = seats_of(serve({.pages = 10, .items = 10}));
  scan_task task = table.stream_scan_to_process(first_inbox);
  task = table.stream_scan_to_process(second_inbox);
  EXPECT_EQ(hear_all(first_inbox).errors.size(), 1U);
  const scan_task moved = std::move(task);
  EXPECT_EQ(hear_all(second_inbox).ids.size(), 100U);
  EXPECT_EQ(moved.wait().items, 100U);
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

}  // namespace
