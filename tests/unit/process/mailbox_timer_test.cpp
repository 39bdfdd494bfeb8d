// Messages that are sent when their time has come, and busy senders that must not hold them back.
#include "support/manual_time.hpp"
#include "unit/process/mailbox_fixture.hpp"

#include <dynamo/process/mailbox.hpp>
#include <dynamo/process/process.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <latch>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace process_mailbox_timer_test {

using namespace dynamo;
using namespace std::chrono_literals;
using testing::ElementsAre;

class mailbox_timer : public test::mailbox_test {
 protected:
  const std::shared_ptr<test::manual_clock> time = std::make_shared<test::manual_clock>();
};

TEST_F(mailbox_timer, a_message_arrives_when_its_time_has_come) {
  mailbox<int> inbox({.time = time});
  const auto outbox = inbox.get_sender();
  outbox.send_after(10ms, 1);
  outbox.send_after(time->now() + 5ms, 2);
  outbox.send_after(-1h, 3);
  EXPECT_EQ(inbox.size(), 0U);
  EXPECT_EQ(inbox.try_receive(), 3);
  EXPECT_EQ(inbox.try_receive(), std::nullopt);
  time->advance(5ms);
  EXPECT_EQ(inbox.receive(), 2);
  time->advance(5ms - 1ns);
  EXPECT_EQ(inbox.try_receive(), std::nullopt);
  time->advance(1ns);
  EXPECT_EQ(inbox.receive(), 1);
}

TEST_F(mailbox_timer, messages_arrive_by_time_and_those_of_one_time_as_they_were_sent) {
  mailbox<int> inbox({.time = time});
  const auto outbox = inbox.get_sender();
  const auto when = time->now() + 1s;
  outbox.send_after(when, 2);
  outbox.send_after(when, 3);
  outbox.send_after(when - 1ms, 1);
  EXPECT_TRUE(outbox.send(0));
  time->advance(1h);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(inbox.receive(), i) << "behind those that wait";
}

TEST_F(mailbox_timer, no_time_is_too_far) {
  mailbox<int> inbox({.time = time});
  const auto outbox = inbox.get_sender();
  outbox.send_after(std::chrono::nanoseconds::max(), 1);
  outbox.send_after(deadline::max(), 1);
  time->advance(1h);
  EXPECT_EQ(inbox.try_receive(), std::nullopt);
}

TEST_F(mailbox_timer, a_full_mailbox_does_not_hold_it_back) {
  mailbox<test::parcel> inbox({.capacity = 1, .max_bytes = 10, .time = time});
  const auto outbox = inbox.get_sender();
  EXPECT_TRUE(outbox.send({"full", 10}));
  outbox.send_after(1ms, {"due", 100});
  time->advance(1ms);
  test::parcel more{"more", 1};
  EXPECT_FALSE(outbox.try_send(more));
  EXPECT_EQ(more.contents, "more");
  EXPECT_EQ(inbox.receive()->contents, "full");
  EXPECT_EQ(inbox.size(), 1U);
  EXPECT_FALSE(outbox.try_send(more)) << "it counts as other messages do";
  EXPECT_EQ(inbox.receive()->contents, "due");
  EXPECT_TRUE(outbox.try_send(more));
}

// 200 us of work a message, and a sender that fills the mailbox whenever there is room.
TEST_F(mailbox_timer, a_busy_sender_does_not_starve_the_ticks_of_a_loop) {
  mailbox<int> inbox({.capacity = 8, .time = time});
  const auto outbox = inbox.get_sender();
  int ticks = 0;
  int messages = 0;
  for (auto next_tick = time->now() + 1ms; ticks < 50;) {
    for (int filler = 0; outbox.try_send(filler);) ++filler;
    const auto received = inbox.receive({}, next_tick);
    if (received) {
      ++messages;
      time->advance(200us);
    } else {
      ++ticks;
      next_tick += 1ms;
    }
  }
  EXPECT_EQ(messages, 250);
}

TEST_F(mailbox_timer, a_busy_sender_does_not_starve_timers) {
  mailbox<int> inbox({.capacity = 8, .time = time});
  const auto outbox = inbox.get_sender();
  constexpr int tick = -1;
  int ticks = 0;
  outbox.send_after(1ms, tick);
  for (int message = 0; message < 1000; ++message) {
    for (int filler = 0; outbox.try_send(filler);) ++filler;
    if (inbox.receive() == tick) {
      ++ticks;
      outbox.send_after(1ms, tick);
    } else {
      time->advance(200us);
    }
  }
  // Each waits for its time and behind the messages that were there.
  EXPECT_GE(ticks, 1000 / (5 + 8 + 1));
}

TEST_F(mailbox_timer, a_stop_wins_over_messages_that_keep_coming) {
  mailbox<int> inbox;
  const auto outbox = inbox.get_sender();
  std::stop_source stop;
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(outbox.post(i));
  EXPECT_EQ(inbox.receive(stop.get_token()).value(), 0);
  stop.request_stop();
  EXPECT_EQ(inbox.receive(stop.get_token()).error().kind, errc::cancelled);
  EXPECT_EQ(inbox.receive(), 1);
}

TEST_F(mailbox_timer, is_cancelled_until_it_is_due) {
  mailbox<std::shared_ptr<int>> inbox({.time = time});
  const auto outbox = inbox.get_sender();
  const auto content = std::make_shared<int>(1);
  const message_timer first = outbox.send_after(1ms, content);
  const message_timer second = outbox.send_after(1ms, content);
  const message_timer copy = first;
  EXPECT_TRUE(first.cancel());
  EXPECT_EQ(content.use_count(), 2) << "its message is destroyed";
  EXPECT_FALSE(copy.cancel());
  time->advance(1ms);
  EXPECT_EQ(inbox.receive(), content);
  EXPECT_FALSE(second.cancel());
  EXPECT_EQ(inbox.try_receive(), std::nullopt);
  EXPECT_FALSE(message_timer().cancel());
}

TEST_F(mailbox_timer, a_closed_mailbox_gets_nothing) {
  const auto content = std::make_shared<int>(1);
  mailbox_sender<std::shared_ptr<int>> outbox;
  EXPECT_FALSE(outbox.send_after(1ms, content).cancel()) << "to nobody";
  message_timer pending;
  {
    mailbox<std::shared_ptr<int>> inbox({.time = time});
    outbox = inbox.get_sender();
    pending = outbox.send_after(1ms, content);
  }
  EXPECT_EQ(content.use_count(), 1) << "pending messages are destroyed with the mailbox";
  EXPECT_FALSE(pending.cancel());
  EXPECT_FALSE(outbox.send_after(1ms, content).cancel());
  EXPECT_EQ(content.use_count(), 1);
  outbox = {};
  EXPECT_FALSE(pending.cancel()) << "the mailbox is no more";
}

TEST_F(mailbox_timer, the_mailbox_does_not_end_before_it_is_due) {
  mailbox<int> inbox({.time = time});
  inbox.get_sender().send_after(1ms, 1);
  EXPECT_FALSE(inbox.ended());
  time->advance(1ms);
  EXPECT_EQ(inbox.receive(), 1);
  EXPECT_TRUE(inbox.ended());

  const auto cancelled = inbox.get_sender().send_after(1ms, 2);
  EXPECT_FALSE(inbox.ended());
  std::jthread receives([&] { EXPECT_EQ(inbox.receive(), std::nullopt); });
  EXPECT_TRUE(cancelled.cancel());
}

TEST_F(mailbox_timer, a_receiver_waits_for_it) {
  mailbox<int> inbox;
  const auto outbox = inbox.get_sender();
  outbox.send_after(1ms, 1);
  EXPECT_EQ(inbox.receive(), 1);
  // One that waits for nothing, or for a later one, learns of it.
  outbox.send_after(24h, 3);
  for (int round = 0; round < 50; ++round) {
    std::jthread receives([&] { EXPECT_EQ(inbox.receive(), 2); });
    outbox.send_after(round % 2 == 0 ? 0ms : 1ms, 2);
  }
}

TEST_F(mailbox_timer, a_receiver_looks_at_a_clock_that_is_moved) {
  mailbox<int> inbox({.time = time});
  const auto outbox = inbox.get_sender();
  outbox.send_after(24h, 1);
  std::jthread moves([&] { time->advance(24h); });
  EXPECT_EQ(inbox.receive(), 1);
  const auto until = time->now() + 24h;
  std::jthread moves_again([&] { time->advance(24h); });
  EXPECT_EQ(inbox.receive({}, until).error().kind, errc::deadline_exceeded);
}

TEST_F(mailbox_timer, makes_the_descriptor_readable_when_it_is_due) {
  mailbox<int> inbox;
  const auto outbox = inbox.get_sender();
  outbox.send_after(24h, 2);
  pollfd wait{.fd = inbox.descriptor(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&wait, 1, 0), 0);
  for (int round = 0; round < 10; ++round) {
    outbox.send_after(1ms, 1);
    EXPECT_EQ(::poll(&wait, 1, -1), 1);
    EXPECT_EQ(inbox.try_receive(), 1);
    EXPECT_EQ(::poll(&wait, 1, 0), 0);
  }
}

TEST_F(mailbox_timer, calls_back_when_it_is_due) {
  std::latch called(1);
  mailbox<int> inbox({.time = time});
  const auto outbox = inbox.get_sender();
  outbox.send_after(1s, 1);
  inbox.on_ready([&, calls = std::make_shared<int>(0)] {
    // The end calls it, too.
    if (++*calls == 1) called.count_down();
  });
  time->advance(1s);
  called.wait();
  EXPECT_EQ(inbox.try_receive(), 1);
}

TEST_F(mailbox_timer, a_mailbox_may_end_while_its_call_back_runs) {
  for (int round = 0; round < 20; ++round) {
    std::latch called(1);
    mailbox<int> inbox;
    inbox.on_ready([&, calls = std::make_shared<int>(0)] {
      // The end calls it, too.
      if (++*calls == 1) called.count_down();
    });
    inbox.get_sender().send_after(1ms, 1);
    called.wait();
  }
}

TEST_F(mailbox_timer, a_process_does_something_at_intervals) {
  struct ticker {
    using message = std::variant<std::string, std::chrono::milliseconds>;
    void on(const std::string& text) { heard.push_back(text); }
    void on(std::chrono::milliseconds every) {
      heard.emplace_back("tick");
      if (heard.size() < 6) self.send_after(every, every);
    }
    process_sender<message> self;
    std::vector<std::string> heard;
  };
  process<ticker> tested([](process_sender<ticker::message> self) { return ticker{self, {}}; },
                         {.capacity = 1, .time = time});
  const auto to = tested.get_sender();
  auto never = to.send_after(1h, "never");
  to.send_after(time->now() + 1ms, std::chrono::milliseconds(1));
  EXPECT_TRUE(tested.cast("first"));
  for (std::size_t ticks = 2; ticks <= 6; ++ticks) {
    time->advance(1ms);
    while (tested.call([](const ticker& state) { return state.heard.size(); }) < ticks) {
      std::this_thread::yield();
    }
  }
  EXPECT_TRUE(never.cancel());
  EXPECT_THAT(tested.stop_and_join().heard,
              ElementsAre("first", "tick", "tick", "tick", "tick", "tick"));
}

}  // namespace process_mailbox_timer_test
