// How scans that deliver to a receiver end: failures, receivers that go, cancellation.
#include "support/manual_time.hpp"
#include "support/thrown.hpp"
#include "unit/process/delivery_fixture.hpp"

#include <dynamo/dynamo.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace process_scan_to_process_ends_test {

using namespace dynamo;
using namespace dynamo::test::delivery;
using namespace std::chrono_literals;
using test::failure_of;
using test::manual_backend;
using test::paged_table;
using test::seat;
using test::seats_of;
using test::thrown_by;
using testing::ElementsAre;
using testing::HasSubstr;

// Failures

TEST_F(scan_to_process, a_failure_comes_after_the_items_that_arrived_before) {
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

TEST_F(scan_to_process, an_item_that_does_not_fit_fails_the_scan_after_those_before_it) {
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

TEST_F(scan_to_process, an_end_that_no_message_can_be_made_of_is_a_plain_error) {
  mailbox<seat_message> inbox;
  const auto others = inbox.get_sender();  // the end of the scan is not that of the mailbox
  const scan_task task =
      seats_of(serve({.items = 2}))
          .stream_scan_to_process(inbox, {},
                                  {.completion_message = [](const scan_summary&) -> seat_message {
                                     throw std::range_error("no end");
                                   },
                                   .error_message = [](const error&) -> seat_message {
                                     throw std::domain_error("mute");
                                   }});
  heard all;
  while (all.ends() == 0) all.take(*inbox.receive());
  EXPECT_EQ(all.ids.size(), 2U);
  ASSERT_EQ(all.errors.size(), 1U);
  EXPECT_THAT(all.errors[0].error.message, HasSubstr("could not be reported"));
  EXPECT_THROW(task.wait(), std::range_error);
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

// A backend whose clock shows another time than the machine's.
class backend_of_another_time final : public backend {
 public:
  backend_of_another_time(paged_table of, std::shared_ptr<dynamo::clock> time)
      : of_(of), time_(std::move(time)) {}
  void submit(backend_request request, backend_completion done) override {
    of_.submit(std::move(request), std::move(done));
  }
  deadline now() const override { return time_->now(); }

 private:
  test::manual_backend of_;
  const std::shared_ptr<dynamo::clock> time_;
};

TEST_F(scan_to_process, its_deadline_goes_by_the_clock_of_the_backend) {
  for (const auto ahead : {-1000h, 1000h}) {
    const auto time = std::make_shared<test::manual_clock>();
    time->advance(std::chrono::steady_clock::now() - time->now() + ahead);
    const auto seats = seats_of(
        std::make_shared<backend_of_another_time>(paged_table{.pages = 10, .items = 10}, time));
    mailbox<seat_message> inbox({.capacity = 1});
    {
      const scan_task task = seats.stream_scan_to_process(inbox, {.deadline = time->now() + 1h});
      wait_until([&] { return inbox.size() == 1; });
      time->advance(1h);
      EXPECT_EQ(task.try_wait().error().kind, errc::deadline_exceeded);
    }
    EXPECT_EQ(hear_all(inbox).ids.size(), 1U);
    const scan_task late = seats.stream_scan_to_process(inbox, {.deadline = time->now()});
    EXPECT_EQ(late.try_wait().error().kind, errc::deadline_exceeded);
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

}  // namespace process_scan_to_process_ends_test
