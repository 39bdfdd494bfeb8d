// Mailboxes: who waits for what, and what ends a wait.
#include "support/thrown.hpp"
#include "unit/process/mailbox_fixture.hpp"

#include <dynamo/process/mailbox.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace process_mailbox_waiting_test {

using namespace dynamo;
using namespace std::chrono_literals;
using test::mailbox_test;
using test::parcel;

TEST_F(mailbox_test, a_sender_waits_for_room) {
  mailbox<int> inbox({.capacity = 1});
  std::atomic<int> sent = 0;
  std::jthread sends([&, outbox = inbox.get_sender()] {
    for (int i = 0; i < 1000; ++i) {
      EXPECT_TRUE(outbox.send(i));
      ++sent;
    }
  });
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(inbox.receive(), i);
    EXPECT_LE(sent, i + 2) << "those received, and one that waits";
  }
}

TEST_F(mailbox_test, many_senders_deliver_each_message_once) {
  constexpr int senders = 6;
  constexpr int each = 2000;
  mailbox<parcel> inbox({.capacity = 3, .max_bytes = 20});
  std::vector<std::jthread> threads;
  for (int s = 0; s < senders; ++s) {
    threads.emplace_back([outbox = inbox.get_sender(), s] {
      for (int i = 0; i < each; ++i) {
        EXPECT_TRUE(outbox.send({std::to_string(s), static_cast<std::size_t>(i % 12)}));
      }
    });
  }
  std::vector<int> came(senders);
  // The end: every sender has gone with its thread's function.
  threads.emplace_back([&] {
    while (const auto message = inbox.receive()) {
      ++came[static_cast<std::size_t>(std::stoi(message->contents))];
    }
  });
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(came, testing::Each(each));
}

TEST_F(mailbox_test,
       lazy_messages_wake_a_receiver_when_they_are_flushed_and_when_the_mailbox_is_full) {
  for (int round = 0; round < 100; ++round) {
    mailbox<int> inbox({.capacity = 3});
    const auto outbox = inbox.get_sender();
    std::jthread receives([&] {
      for (int i = 0; i < 6; ++i) EXPECT_EQ(inbox.receive(), i);
    });
    EXPECT_TRUE(outbox.send_lazily(0));
    EXPECT_TRUE(outbox.send_lazily(1));
    outbox.flush();
    // Full with three of these: the fourth waits until they are taken.
    for (int i = 2; i < 6; ++i) EXPECT_TRUE(outbox.send_lazily(i));
    outbox.flush();
  }
}

TEST_F(mailbox_test, lazy_messages_wake_a_receiver_when_their_sender_goes) {
  for (int round = 0; round < 100; ++round) {
    mailbox<int> inbox;
    const auto other = inbox.get_sender();
    std::jthread sends([outbox = inbox.get_sender()] { EXPECT_TRUE(outbox.send_lazily(1)); });
    EXPECT_EQ(inbox.receive(), 1);
  }
}

TEST_F(mailbox_test, a_lazy_sender_continues_when_half_of_the_mailbox_is_free) {
  mailbox<int> inbox({.capacity = 4});
  const auto outbox = inbox.get_sender();
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(outbox.send_lazily(i));
  std::jthread waits([&] { EXPECT_TRUE(outbox.send_lazily(4)); });
  EXPECT_EQ(inbox.receive(), 0);
  EXPECT_EQ(inbox.receive(), 1);
  while (inbox.size() != 3) std::this_thread::yield();
}

TEST_F(mailbox_test, lazy_and_prompt_senders_share_a_mailbox) {
  constexpr int each = 3000;
  for (const std::size_t bytes : {20U, 1000U}) {
    mailbox<parcel> inbox({.capacity = 7, .max_bytes = bytes});
    std::vector<std::jthread> threads;
    for (const bool lazy : {true, false, true, false}) {
      threads.emplace_back([outbox = inbox.get_sender(), lazy] {
        for (int i = 0; i < each; ++i) {
          parcel one{"p", static_cast<std::size_t>(i % 12)};
          EXPECT_TRUE(lazy ? outbox.send_lazily(std::move(one)) : outbox.send(std::move(one)));
          if (lazy && i % 100 == 0) outbox.flush();
        }
      });
    }
    int came = 0;
    while (inbox.receive()) ++came;
    EXPECT_EQ(came, 4 * each);
  }
}

TEST_F(mailbox_test, a_stop_ends_the_wait_for_a_message_and_for_room) {
  mailbox<int> inbox({.capacity = 1});
  auto outbox = inbox.get_sender();
  for (int round = 0; round < 50; ++round) {
    std::stop_source stop;
    {
      std::jthread receives([&] {
        const auto got = inbox.receive(stop.get_token());
        EXPECT_FALSE(got);
        EXPECT_EQ(got.error().kind, errc::cancelled);
      });
      stop.request_stop();
    }
    EXPECT_TRUE(outbox.send(1));
    stop = std::stop_source();
    {
      std::jthread sends([&] {
        EXPECT_FALSE(outbox.send(2, stop.get_token()));
        EXPECT_FALSE(outbox.send_lazily(3, stop.get_token()));
      });
      stop.request_stop();
    }
    EXPECT_EQ(inbox.receive(stop.get_token()).error().kind, errc::cancelled)
        << "a stop wins over a message";
    EXPECT_EQ(inbox.try_receive(), 1) << "which stays";
  }
}

TEST_F(mailbox_test, a_deadline_ends_the_wait_for_a_message_and_for_room) {
  mailbox<int> inbox({.capacity = 1});
  auto outbox = inbox.get_sender();
  const auto past = std::chrono::steady_clock::now() - 1s;
  const auto late = inbox.receive({}, past);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, errc::deadline_exceeded);
  EXPECT_TRUE(outbox.send(1, {}, past));
  EXPECT_FALSE(outbox.send(2, {}, past));
  EXPECT_EQ(inbox.receive({}, past).error().kind, errc::deadline_exceeded)
      << "a deadline wins over a message";
  EXPECT_EQ(inbox.receive({}, past + 10h).value(), 1) << "which stays";
}

// A sender that gives up may have been the one that was woken.
TEST_F(mailbox_test, room_that_a_stopped_sender_leaves_is_for_the_next) {
  for (int round = 0; round < 300; ++round) {
    mailbox<int> inbox({.capacity = 1});
    auto outbox = inbox.get_sender();
    EXPECT_TRUE(outbox.send(0));
    std::stop_source stop;
    std::jthread gives_up([&] { (void)outbox.send(1, stop.get_token()); });
    std::jthread stays([&] { EXPECT_TRUE(outbox.send(2)); });
    std::jthread stops([&] { stop.request_stop(); });
    for (int got = 0; got != 2;) got = *inbox.receive();
  }
}

}  // namespace process_mailbox_waiting_test
