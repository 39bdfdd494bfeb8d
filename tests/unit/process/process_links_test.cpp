// Monitors of processes, and links between them.
#include "unit/process/process_fixture.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace process_process_links_test {

using namespace dynamo;
using namespace dynamo::test;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(process_test, a_monitor_is_notified_of_a_normal_end) {
  process<notebook> writer([] { return notebook{}; });
  mailbox<std::string> news;
  const auto as_text = [](const process_end& how) { return text_of(how.failure); };
  writer.monitor(news.get_sender(), as_text);
  writer.stop_and_join();
  EXPECT_EQ(news.receive(), "normal");
  writer.monitor(news.get_sender(), as_text);
  EXPECT_EQ(news.receive(), "normal") << "at once: it has ended";
  EXPECT_EQ(news.receive(), std::nullopt) << "once each";
}

TEST_F(process_test, a_monitor_is_notified_of_an_abnormal_end_also_with_a_full_mailbox) {
  process<notebook> writer([] { return notebook{}; });
  mailbox<std::string> news({.capacity = 1});
  auto other = news.get_sender();
  EXPECT_TRUE(other.send("something else"));
  writer.monitor(news.get_sender(), [](const process_end& how) { return text_of(how.failure); });
  EXPECT_TRUE(writer.cast(fail_now()));
  EXPECT_EQ(news.receive(), "something else");
  EXPECT_EQ(news.receive(), "the pen broke");
}

TEST_F(process_test, a_monitor_whose_message_is_not_made_fails_the_process) {
  process<notebook> watched([] { return notebook(); });
  mailbox<std::string> news;
  watched.monitor(news.get_sender(),
                  [](const process_end&) -> std::string { throw std::runtime_error("no ink"); });
  watched.monitor(news.get_sender(), [](const process_end& how) { return text_of(how.failure); });
  EXPECT_THROW(watched.stop_and_join(), std::runtime_error);
  EXPECT_EQ(news.receive(), "normal") << "the others are told";
  EXPECT_EQ(news.receive(), std::nullopt);
}

TEST_F(process_test, a_monitor_may_be_a_process) {
  process<notebook> watcher([] { return notebook{}; });
  {
    process<notebook> watched([] { return notebook{}; });
    watched.monitor(watcher.get_sender(), [](const process_end& how) -> notebook::message {
      return how.normal() ? "it ended" : "it failed";
    });
  }
  EXPECT_THAT(watcher.stop_and_join().notes, ElementsAre("it ended"));
}

TEST_F(process_test, an_abnormal_end_ends_what_is_linked_with_the_same_reason) {
  for (const bool from_first : {true, false}) {
    process<notebook> first([] { return notebook{}; });
    process<notebook> second([] { return notebook{}; });
    process<notebook> third([] { return notebook{}; });
    first.link(second);
    second.link(third);
    EXPECT_TRUE((from_first ? first : third).cast(fail_now()));
    for (auto* each : {&first, &second, &third}) {
      try {
        each->join();
        ADD_FAILURE() << "did not throw";
      } catch (const std::runtime_error& failure) {
        EXPECT_STREQ(failure.what(), "the pen broke");
      }
    }
  }
}

TEST_F(process_test, a_normal_end_leaves_what_is_linked_alone) {
  process<notebook> first([] { return notebook{}; });
  process<notebook> second([] { return notebook{}; });
  first.link(second);
  first.stop_and_join();
  EXPECT_FALSE(second.ended());
  EXPECT_TRUE(second.cast(1));
  EXPECT_THAT(second.stop_and_join().notes, ElementsAre("1"));
}

TEST_F(process_test, linking_to_one_that_failed_before_ends_it_at_once) {
  process<notebook> first([] { return notebook{}; });
  process<notebook> second([] { return notebook{}; });
  EXPECT_TRUE(first.cast(fail_now()));
  EXPECT_THROW(first.join(), std::runtime_error);
  second.link(first);
  EXPECT_THROW(second.join(), std::runtime_error);
}

// A link's end may come at any moment of the other's life, also behind it.
TEST_F(process_test, linked_processes_end_at_the_same_time) {
  for (int round = 0; round < 200; ++round) {
    std::optional<process<notebook>> first(std::in_place, [] { return notebook{}; });
    std::optional<process<notebook>> second(std::in_place, [] { return notebook{}; });
    first->link(*second);
    EXPECT_TRUE(first->cast(fail_now()));
    if (round % 2 == 0) std::this_thread::yield();
    second.reset();
    first.reset();
  }
}

struct fragile_child {
  using message = int;
  void on(int /*any*/) { throw std::runtime_error("it fails"); }
};
// Owns the process that it is linked with: must not be destroyed on the thread of that one.
struct owning_parent {
  using message = int;
  process<fragile_child> child{[] { return fragile_child(); }};
  void on(int /*any*/) {}
};

TEST_F(process_test, its_state_is_not_destroyed_by_what_ends_it) {
  for (int round = 0; round < 300; ++round) {
    process<owning_parent> parent([] { return owning_parent(); });
    const auto to_child = parent.call([&](owning_parent& state) {
      parent.link(state.child);
      return state.child.get_sender();
    });
    to_child.send(1);
    if (round % 2 == 0) {
      EXPECT_THROW(parent.join(), std::runtime_error);
    }
  }
}

}  // namespace process_process_links_test
