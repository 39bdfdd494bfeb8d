// Processes: handlers, calls and ends.
#include "unit/process/process_fixture.hpp"

#include <dynamo/process/process.hpp>
#include <dynamo/process/visit.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace process_process_test {

using namespace dynamo;
using namespace dynamo::test;
using testing::ElementsAre;
using testing::HasSubstr;

// Messages

TEST_F(process_test, handles_each_alternative_in_the_order_of_the_messages) {
  process<notebook> writer([] { return notebook{}; });
  EXPECT_TRUE(writer.cast(1));
  EXPECT_TRUE(writer.cast("two"));
  EXPECT_TRUE(writer.cast(3));
  EXPECT_THAT(writer.stop_and_join().notes, ElementsAre("1", "two", "3"));
}

TEST_F(process_test, takes_messages_that_are_no_variant_and_can_only_be_moved) {
  struct keeper {
    using message = std::unique_ptr<int>;
    void on(std::unique_ptr<int> value) { kept.push_back(std::move(value)); }
    std::vector<std::unique_ptr<int>> kept;
  };
  process<keeper> owner([] { return keeper{}; });
  EXPECT_TRUE(owner.cast(std::make_unique<int>(7)));
  EXPECT_EQ(*owner.stop_and_join().kept.at(0), 7);
}

TEST_F(process_test, runs_on_a_thread_of_its_own) {
  struct witness {
    using message = int;
    void on(int) { handled_on = std::this_thread::get_id(); }
    std::thread::id made_on = std::this_thread::get_id();
    std::thread::id handled_on;
  };
  process<witness> seen([] { return witness{}; });
  EXPECT_TRUE(seen.cast(1));
  const witness last = seen.stop_and_join();
  EXPECT_EQ(last.made_on, last.handled_on);
  EXPECT_NE(last.made_on, std::this_thread::get_id());
}

TEST_F(process_test, a_full_mailbox_holds_senders_back) {
  std::promise<void> open;
  struct gate {
    using message = int;
    void on(int number) {
      if (number == 0) opened.wait();
    }
    std::shared_future<void> opened;
  };
  process<gate> slow([&] { return gate{open.get_future().share()}; }, {.capacity = 2});
  EXPECT_TRUE(slow.cast(0));
  // Until the first one is in hand, two wait.
  int message = 1;
  int sent = 0;
  while (sent < 2) sent += slow.get_sender().try_send(message) ? 1 : 0;
  while (slow.get_sender().try_send(message)) ++sent;
  EXPECT_LE(sent, 3);
  EXPECT_EQ(message, 1);
  std::jthread waits([&] { EXPECT_TRUE(slow.cast(9)); });
  open.set_value();
}

TEST_F(process_test, refuses_an_empty_mailbox) {
  EXPECT_EQ(failure_of([] { process<notebook>([] { return notebook{}; }, {.capacity = 0}); })->kind,
            errc::invalid_argument);
}

// Start

TEST_F(process_test, throws_what_its_factory_throws) {
  EXPECT_THROW(process<notebook>([]() -> notebook { throw std::runtime_error("no paper"); }),
               std::runtime_error);
}

TEST_F(process_test, its_factory_may_take_a_sender_to_itself) {
  struct countdown {
    using message = int;
    void on(int left) {
      ++steps;
      if (left == 0) return self.stop();
      EXPECT_TRUE(self.post(left - 1));
    }
    process_sender<int> self;
    int steps = 0;
  };
  process<countdown> counts([](process_sender<int> self) { return countdown{std::move(self)}; },
                            {.capacity = 1});
  EXPECT_TRUE(counts.cast(5));
  EXPECT_EQ(counts.join().steps, 6);
}

// Calls

TEST_F(process_test, answers_calls_after_the_messages_before_them) {
  process<notebook> writer([] { return notebook{}; });
  EXPECT_TRUE(writer.cast(1));
  EXPECT_EQ(writer.call([](notebook& state) { return state.notes.size(); }), 1U);
  writer.call([](notebook& state) { state.notes.clear(); });
  EXPECT_EQ(writer.call([](const notebook& state) { return state.notes.size(); }), 0U);
}

TEST_F(process_test, a_call_throws_what_its_function_throws_and_the_process_lives) {
  process<notebook> writer([] { return notebook{}; });
  EXPECT_THROW(writer.call([](notebook&) { throw std::logic_error("my fault"); }),
               std::logic_error);
  EXPECT_FALSE(writer.ended());
  EXPECT_TRUE(writer.cast(1));
  EXPECT_THAT(writer.stop_and_join().notes, ElementsAre("1"));
}

TEST_F(process_test, a_call_fails_when_the_process_has_ended_or_ends_before_it) {
  process<notebook> writer([] { return notebook{}; });
  EXPECT_TRUE(writer.cast(fail_now()));
  EXPECT_EQ(failure_of([&] { writer.call([](notebook&) {}); })->kind, errc::cancelled);
  EXPECT_THROW(writer.join(), std::runtime_error);
  EXPECT_EQ(failure_of([&] { writer.call([](notebook&) {}); })->kind, errc::cancelled);
  EXPECT_FALSE(writer.cast(1));
}

TEST_F(process_test, a_call_by_the_process_itself_fails_instead_of_waiting) {
  process<notebook> writer([] { return notebook{}; });
  const auto failure =
      writer.call([&](notebook&) { return failure_of([&] { writer.call([](notebook&) {}); }); });
  EXPECT_EQ(failure.value().kind, errc::invalid_argument);
}

TEST_F(process_test, many_threads_call_and_cast) {
  struct counter {
    using message = int;
    void on(int by) { sum += by; }
    int sum = 0;
  };
  process<counter> counts([] { return counter{}; }, {.capacity = 3});
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 200; ++i) {
          EXPECT_TRUE(counts.cast(1));
          EXPECT_GT(counts.call([](counter& state) { return ++state.sum; }), 0);
        }
      });
    }
  }
  EXPECT_EQ(counts.stop_and_join().sum, 1600);
}

// Ends

TEST_F(process_test, a_stop_handles_what_was_sent_before_also_in_a_full_mailbox) {
  process<notebook> writer([] { return notebook{}; }, {.capacity = 1});
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(writer.cast(i));
  EXPECT_EQ(writer.stop_and_join().notes.size(), 100U);
  EXPECT_TRUE(writer.ended());
  EXPECT_FALSE(writer.cast(1)) << "nothing is sent to a process that has ended";
  EXPECT_EQ(failure_of([&] { writer.stop_and_join(); })->kind, errc::invalid_argument);
}

TEST_F(process_test, its_destructor_drops_what_waits_and_reports_senders) {
  std::promise<void> open;
  std::atomic<int> handled = 0;
  struct gate {
    using message = int;
    void on(int) {
      opened.wait();
      ++*handled;
    }
    std::shared_future<void> opened;
    std::atomic<int>* handled;
  };
  process_sender<int> outbox;
  std::optional<std::stop_callback<std::function<void()>>> told;
  {
    process<gate> slow([&] { return gate{open.get_future().share(), &handled}; });
    outbox = slow.get_sender();
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(outbox.send(i));
    // The destructor closes the mailbox first, then waits for the message in hand.
    told.emplace(outbox.close_token(), [&] { open.set_value(); });
  }
  EXPECT_LE(handled, 1);
  EXPECT_TRUE(outbox.closed());
  EXPECT_FALSE(outbox.send(1));
}

TEST_F(process_test, a_handler_that_throws_ends_it_abnormally) {
  process<notebook> writer([] { return notebook{}; });
  EXPECT_TRUE(writer.cast(fail_now()));
  try {
    writer.stop_and_join();
    ADD_FAILURE() << "did not throw";
  } catch (const std::runtime_error& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("the pen broke"));
  }
}

TEST_F(process_test, the_end_closes_its_mailbox_before_anybody_is_told_of_it) {
  process<notebook> writer([] { return notebook{}; });
  mailbox<bool> news;
  writer.monitor(news.get_sender(),
                 [to = writer.get_sender()](const process_end&) { return to.closed(); });
  EXPECT_TRUE(writer.cast(fail_now()));
  EXPECT_EQ(news.receive(), true);
}

TEST_F(process_test, moves_and_replaces) {
  process<notebook> first([] { return notebook{}; });
  EXPECT_TRUE(first.cast(1));
  process<notebook> second = std::move(first);
  process<notebook> third([] { return notebook{}; });
  const auto to_third = third.get_sender();
  third = std::move(second);
  EXPECT_TRUE(to_third.closed());
  EXPECT_THAT(third.stop_and_join().notes, ElementsAre("1"));
}

// visit

TEST_F(process_test, visit_calls_the_handler_of_the_alternative) {
  const std::variant<int, std::string> text = "abc";
  EXPECT_EQ(
      visit(
          text, [](int) { return std::size_t{0}; }, [](const std::string& s) { return s.size(); }),
      3U);
  std::variant<std::unique_ptr<int>, int> owner = std::make_unique<int>(7);
  const auto taken = visit(
      std::move(owner), [](std::unique_ptr<int>&& it) { return std::move(it); },
      [](int) { return std::unique_ptr<int>(); });
  EXPECT_EQ(*taken, 7);
}

}  // namespace process_process_test
