// Mailboxes: bounds, order, readiness and ends.
#include "support/thrown.hpp"
#include "unit/process/mailbox_fixture.hpp"

#include <dynamo/process/mailbox.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <memory>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace process_mailbox_test {

using namespace dynamo;
using namespace std::chrono_literals;
using test::mailbox_test;
using test::parcel;
using test::thrown_by;
using testing::ElementsAre;
using testing::HasSubstr;

bool readable(int descriptor) {
  pollfd polled{.fd = descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&polled, 1, 0) == 1;
}

// Options

TEST_F(mailbox_test, refuses_bounds_of_nothing) {
  EXPECT_EQ(thrown_by([] { mailbox<int>({.capacity = 0}); }).kind, errc::invalid_argument);
  EXPECT_EQ(thrown_by([] { mailbox<parcel>({.max_bytes = 0}); }).kind, errc::invalid_argument);
}

TEST_F(mailbox_test, refuses_to_count_bytes_of_messages_that_nobody_can_measure) {
  EXPECT_THAT(thrown_by([] { mailbox<int>({.max_bytes = 100}); }).message,
              HasSubstr("size_in_bytes"));
  EXPECT_NO_THROW(mailbox<int>({.max_bytes = 100}, [](int) { return sizeof(int); }));
}

// Messages

TEST_F(mailbox_test, gives_messages_in_the_order_they_were_sent) {
  mailbox<int> inbox;
  auto outbox = inbox.get_sender();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(outbox.send(i));
  EXPECT_EQ(inbox.size(), 3U);
  EXPECT_EQ(inbox.receive(), 0);
  EXPECT_EQ(inbox.try_receive(), 1);
  EXPECT_EQ(inbox.receive({}, std::nullopt).value(), 2);
  EXPECT_EQ(inbox.try_receive(), std::nullopt);
  EXPECT_FALSE(inbox.ended());
}

TEST_F(mailbox_test, moves_messages_and_never_copies_them) {
  mailbox<std::unique_ptr<int>> inbox({.capacity = 1});
  auto outbox = inbox.get_sender();
  EXPECT_TRUE(outbox.send(std::make_unique<int>(1)));
  auto second = std::make_unique<int>(2);
  EXPECT_FALSE(outbox.try_send(second));
  ASSERT_NE(second, nullptr) << "a message that was not sent stays";
  EXPECT_EQ(**inbox.receive(), 1);
  EXPECT_TRUE(outbox.try_send(second));
  EXPECT_EQ(second, nullptr);
  EXPECT_EQ(**inbox.receive(), 2);
}

TEST_F(mailbox_test, holds_no_more_than_its_capacity) {
  mailbox<int> inbox({.capacity = 2});
  auto outbox = inbox.get_sender();
  int message = 7;
  EXPECT_TRUE(outbox.try_send(message));
  EXPECT_TRUE(outbox.try_send(message));
  EXPECT_FALSE(outbox.try_send(message));
  EXPECT_TRUE(inbox.receive());
  EXPECT_TRUE(outbox.try_send(message));
  EXPECT_EQ(inbox.size(), 2U);
}

TEST_F(mailbox_test, holds_no_more_than_its_bytes_but_admits_one_message_of_any_size) {
  mailbox<parcel> inbox({.capacity = 10, .max_bytes = 100});
  auto outbox = inbox.get_sender();
  parcel huge{"huge", 1000};
  parcel small{"small", 60};
  parcel fits{"fits", 40};
  EXPECT_TRUE(outbox.try_send(huge));
  EXPECT_FALSE(outbox.try_send(fits));
  EXPECT_EQ(inbox.receive()->contents, "huge");
  EXPECT_TRUE(outbox.try_send(small));
  parcel more{"more", 41};
  EXPECT_FALSE(outbox.try_send(more));
  EXPECT_TRUE(outbox.try_send(fits));
  parcel nothing{"nothing", 0};
  EXPECT_TRUE(outbox.try_send(nothing));
}

TEST_F(mailbox_test, posts_beyond_its_capacity) {
  mailbox<int> inbox({.capacity = 1});
  auto outbox = inbox.get_sender();
  EXPECT_TRUE(outbox.send(1));
  EXPECT_TRUE(outbox.post(2));
  EXPECT_EQ(inbox.size(), 2U);
  EXPECT_EQ(inbox.receive(), 1);
  int third = 3;
  EXPECT_FALSE(outbox.try_send(third)) << "what was posted counts";
  inbox.close();
  EXPECT_FALSE(outbox.post(4));
}

// Ends

TEST_F(mailbox_test, ends_when_every_sender_has_gone_and_the_last_message_was_taken) {
  mailbox<int> inbox;
  EXPECT_FALSE(inbox.ended()) << "there was no sender yet";
  {
    auto outbox = inbox.get_sender();
    auto copy = outbox;
    auto moved = std::move(outbox);
    copy = moved;
    EXPECT_TRUE(copy.send(1));
  }
  EXPECT_FALSE(inbox.ended());
  EXPECT_EQ(inbox.receive(), 1);
  EXPECT_TRUE(inbox.ended());
  EXPECT_EQ(inbox.receive(), std::nullopt);
  auto again = inbox.get_sender();
  EXPECT_FALSE(inbox.ended());
}

TEST_F(mailbox_test, the_last_sender_to_go_wakes_the_receiver) {
  for (int round = 0; round < 50; ++round) {
    mailbox<int> inbox;
    std::jthread goes([outbox = inbox.get_sender()] {});
    EXPECT_EQ(inbox.receive(), std::nullopt);
  }
}

TEST_F(mailbox_test, closing_destroys_what_waits_and_reports_senders) {
  mailbox<std::shared_ptr<int>> inbox({.capacity = 1});
  auto outbox = inbox.get_sender();
  auto message = std::make_shared<int>(1);
  EXPECT_TRUE(outbox.send(message));
  bool told = false;
  const std::stop_callback on_close(outbox.close_token(), [&] { told = true; });
  EXPECT_FALSE(outbox.closed());
  inbox.close();
  EXPECT_EQ(message.use_count(), 1);
  EXPECT_TRUE(told);
  EXPECT_TRUE(outbox.closed());
  EXPECT_TRUE(inbox.ended());
  EXPECT_FALSE(outbox.send(message));
  EXPECT_FALSE(outbox.try_send(message));
  EXPECT_EQ(inbox.receive(), std::nullopt);
}

TEST_F(mailbox_test, a_sender_that_waits_hears_of_the_end) {
  for (int round = 0; round < 100; ++round) {
    std::optional<mailbox<int>> inbox(std::in_place, mailbox_options{.capacity = 1});
    auto outbox = inbox->get_sender();
    EXPECT_TRUE(outbox.send(1));
    std::jthread sends([&] { EXPECT_FALSE(outbox.send(2)); });
    inbox.reset();
  }
}

TEST_F(mailbox_test, is_closed_by_another_thread_while_it_receives) {
  for (int round = 0; round < 50; ++round) {
    mailbox<int> inbox;
    auto outbox = inbox.get_sender();
    std::jthread closes([&] { inbox.close(); });
    EXPECT_EQ(inbox.receive(), std::nullopt);
  }
}

TEST_F(mailbox_test, closes_the_one_that_it_replaces) {
  mailbox<int> inbox;
  auto first = inbox.get_sender();
  inbox = mailbox<int>();
  EXPECT_TRUE(first.closed());
  auto second = inbox.get_sender();
  EXPECT_TRUE(second.send(1));
  mailbox<int> moved = std::move(inbox);
  EXPECT_FALSE(second.closed());
  EXPECT_EQ(moved.receive(), 1);
}

TEST_F(mailbox_test, a_message_may_own_a_sender_to_the_same_mailbox) {
  struct letter {
    mailbox<letter>::sender reply_to;
  };
  mailbox<letter> inbox;
  auto outbox = inbox.get_sender();
  EXPECT_TRUE(outbox.send({inbox.get_sender()}));
  EXPECT_TRUE(outbox.send({inbox.get_sender()}));
  EXPECT_TRUE(inbox.receive()->reply_to.send({}));
}

// A type that can only be copied leaves its sender behind when it is moved.
TEST_F(mailbox_test, messages_are_moved_and_destroyed_without_its_lock) {
  struct copied {
    explicit copied(mailbox_sender<copied> sender) : to(std::move(sender)) {}
    copied(const copied&) = default;
    copied& operator=(const copied&) = delete;
    ~copied() = default;
    mailbox_sender<copied> to;
  };
  mailbox<copied> inbox({.capacity = 1});
  copied message(inbox.get_sender());
  EXPECT_TRUE(message.to.send(message));
  EXPECT_TRUE(message.to.post(message));
  EXPECT_TRUE(inbox.receive()->to.send_after(std::chrono::hours(1), message).cancel());
  EXPECT_TRUE(inbox.try_receive());
  EXPECT_TRUE(message.to.send(message));
  inbox.close();
}

TEST_F(mailbox_test, a_sender_to_nobody_sends_nothing) {
  const mailbox<int>::sender nobody;
  int message = 1;
  EXPECT_FALSE(nobody.send(1));
  EXPECT_FALSE(nobody.try_send(message));
  EXPECT_FALSE(nobody.post(1));
  EXPECT_TRUE(nobody.closed());
  EXPECT_FALSE(nobody.close_token().stop_possible());
}

// Readiness

TEST_F(mailbox_test, its_descriptor_is_readable_while_a_message_waits) {
  mailbox<int> inbox;
  auto outbox = inbox.get_sender();
  const int descriptor = inbox.descriptor();
  EXPECT_EQ(inbox.descriptor(), descriptor);
  for (int round = 0; round < 3; ++round) {
    EXPECT_FALSE(readable(descriptor));
    EXPECT_TRUE(outbox.send(1));
    EXPECT_TRUE(outbox.send(2));
    EXPECT_TRUE(readable(descriptor));
    EXPECT_TRUE(inbox.try_receive());
    EXPECT_TRUE(readable(descriptor));
    EXPECT_TRUE(inbox.try_receive());
  }
  EXPECT_FALSE(readable(descriptor));
}

TEST_F(mailbox_test, its_descriptor_is_readable_at_the_end) {
  mailbox<int> inbox;
  {
    auto outbox = inbox.get_sender();
    EXPECT_TRUE(outbox.send(1));
  }
  const int descriptor = inbox.descriptor();
  EXPECT_TRUE(readable(descriptor)) << "made when a message was there";
  EXPECT_TRUE(inbox.try_receive());
  EXPECT_TRUE(readable(descriptor));
  const auto again = inbox.get_sender();
  EXPECT_FALSE(readable(descriptor)) << "the end is off: there is a sender again";
  inbox.close();
  EXPECT_TRUE(readable(descriptor));
}

TEST_F(mailbox_test, calls_back_when_it_turns_from_empty_to_not_and_at_the_end) {
  mailbox<int> inbox;
  std::optional<mailbox<int>::sender> outbox = inbox.get_sender();
  int calls = 0;
  inbox.on_ready([&] { ++calls; });
  EXPECT_EQ(calls, 0);
  EXPECT_TRUE(outbox->send(1));
  EXPECT_TRUE(outbox->send(2));
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(inbox.try_receive());
  EXPECT_TRUE(inbox.try_receive());
  EXPECT_TRUE(outbox->post(3));
  EXPECT_EQ(calls, 2);
  EXPECT_TRUE(inbox.try_receive());
  outbox.reset();
  EXPECT_EQ(calls, 3);
  EXPECT_TRUE(inbox.ended());
}

TEST_F(mailbox_test, calls_back_at_once_if_something_waits_already) {
  mailbox<int> inbox;
  auto outbox = inbox.get_sender();
  EXPECT_TRUE(outbox.send(1));
  int calls = 0;
  inbox.on_ready([&] { ++calls; });
  EXPECT_EQ(calls, 1);
  inbox.on_ready(nullptr);
  EXPECT_TRUE(inbox.try_receive());
  EXPECT_TRUE(outbox.send(2));
  EXPECT_EQ(calls, 1) << "it was taken back";
}

TEST_F(mailbox_test, may_be_emptied_by_its_call_back) {
  mailbox<int> inbox;
  std::vector<int> came;
  inbox.on_ready([&] {
    while (const auto message = inbox.try_receive()) came.push_back(*message);
  });
  auto outbox = inbox.get_sender();
  EXPECT_TRUE(outbox.send(1));
  EXPECT_TRUE(outbox.send(2));
  EXPECT_THAT(came, ElementsAre(1, 2));
}

}  // namespace process_mailbox_test
