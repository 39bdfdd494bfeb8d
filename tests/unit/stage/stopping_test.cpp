// How trees of stages are stopped.
#include "support/manual_time.hpp"
#include "unit/stage/supervision.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace stage_stopping_test {

using namespace dynamo;
using namespace dynamo::test;
using namespace std::chrono_literals;
using stage::child_state;
using testing::ElementsAre;
using testing::HasSubstr;

// Calls a function whenever it is read.
class observed_clock final : public clock {
 public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override {
    if (on_read) on_read();
    return time_.now();
  }
  [[nodiscard]] std::chrono::system_clock::time_point wall_time() const override {
    return time_.wall_time();
  }
  bool sleep_until(std::chrono::steady_clock::time_point when, std::stop_token stop) override {
    return time_.sleep_until(when, std::move(stop));
  }
  std::function<void()> on_read;

 private:
  manual_clock time_;
};

class stopping : public supervision {
 protected:
  // Ends alone when it crashes; its consumers fail with it.
  static stage::handle<int> start_failing(stage::supervisor& in) {
    return in.start(
        source_factory([] {
          return source{[](std::size_t, stage::emit<int>) { throw std::runtime_error("it broke"); },
                        {}};
        }),
        source_options{.demand = stage::demand_mode::accumulate,
                       .restart = stage::restart::temporary});
  }
  static source_factory endless() {
    return [] {
      return source{[](std::size_t count, stage::emit<int> out) {
                      for (; count != 0; --count) out(1);
                    },
                    {}};
    };
  }
  sink_factory told(std::string name) {
    return [this, name] {
      return sink{[this](std::span<int> in, stage::delivery&) { got.add(in); },
                  {},
                  [this, name](const error& why) {
                    const std::lock_guard lock(mutex_);
                    order_.push_back(name);
                    EXPECT_EQ(why.kind, errc::cancelled);
                  }};
    };
  }
  std::mutex mutex_;
  std::vector<std::string> order_;
};

TEST_F(stopping, stops_in_reverse_order_and_wait_reports) {
  stage::supervisor tree;
  auto a = tree.start(endless());
  auto b = tree.start(endless());
  tree.start(told("first"), sink_options{.subscribe_to = {{a}}});
  tree.start(told("second"), sink_options{.subscribe_to = {{b}}});
  got.wait_for(1);
  tree.stop();
  EXPECT_THAT(order_, ElementsAre("second", "first"));
  EXPECT_EQ(failure_of(tree).kind, errc::cancelled);
  EXPECT_THROW(tree.start(endless()), exception);
  tree.stop();  // again: nothing to do
}

TEST_F(stopping, continues_to_the_next_when_a_call_takes_longer_than_it_may) {
  gate block;
  stage::supervisor tree;
  auto a = tree.start(endless());
  sink_factory stuck = [&] {
    return sink{[&](std::span<int>, stage::delivery&) { block.pass(); }, {}, {}};
  };
  tree.start(told("first"), sink_options{.subscribe_to = {{a}}});
  tree.start(stuck, sink_options{.subscribe_to = {{a}}, .shutdown = 0ms});
  block.wait_for_somebody();
  tree.stop();
  EXPECT_THAT(order_, ElementsAre("first"));
  EXPECT_EQ(tree.which_children()[2].state, child_state::running) << "it cannot be ended";
  block.open();
  EXPECT_EQ(failure_of(tree).kind, errc::cancelled) << "it has ended";
}

TEST_F(stopping, by_token_from_the_destructor_and_from_a_stage) {
  std::stop_source stop;
  stage::supervisor by_token({.stop = stop.get_token()});
  auto a = by_token.start(endless());
  by_token.start(told("sink"), sink_options{.subscribe_to = {{a}}});
  got.wait_for(1);
  stop.request_stop();
  EXPECT_EQ(failure_of(by_token).kind, errc::cancelled);
  {
    stage::supervisor by_end;
    auto b = by_end.start(endless());
    by_end.start(told("sink"), sink_options{.subscribe_to = {{b}}});
  }
  stage::supervisor by_stage;
  auto c = by_stage.start(endless());
  std::atomic<bool> refused = false;
  sink_factory caller = [&] {
    return sink{[&](std::span<int>, stage::delivery&) {
                  try {
                    by_stage.stop();
                  } catch (const exception& why) {
                    refused = why.kind() == errc::conflict;
                  }
                  by_stage.request_stop();
                },
                {},
                {}};
  };
  by_stage.start(caller, sink_options{.subscribe_to = {{c}}});
  EXPECT_EQ(failure_of(by_stage).kind, errc::cancelled);
  EXPECT_TRUE(refused) << "a stage cannot wait for itself";
}

TEST_F(stopping, before_the_first_stage_is_no_completion) {
  stage::supervisor empty;
  empty.stop();
  EXPECT_EQ(failure_of(empty).kind, errc::cancelled);
  stage::supervisor outer;
  outer.nest({.name = "inner"});
  outer.stop();
  EXPECT_EQ(failure_of(outer).kind, errc::cancelled);
}

// The supervisor reads its clock when it begins to handle a failure.
TEST_F(stopping, while_a_failure_is_handled_ends_the_wait) {
  const auto time = std::make_shared<observed_clock>();
  stage::supervisor tree({.clock = time});
  auto a = start_failing(tree);
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{a}}});
  time->on_read = [&] {
    if (tree.which_children()[1].state == child_state::failed) tree.request_stop();
  };
  a.forward();
  EXPECT_EQ(failure_of(tree).kind, errc::cancelled);
}

TEST_F(stopping, a_nested_supervisor_that_failed_ends_its_wait) {
  stage::supervisor tree;
  stage::supervisor& inner = tree.nest({.name = "inner"});
  auto a = start_failing(inner);
  inner.start(got.sink_of(), sink_options{.subscribe_to = {{a}}});
  a.forward();
  EXPECT_EQ(failure_of(tree).kind, errc::callback);
  EXPECT_EQ(failure_of(inner).kind, errc::callback);
}

// A nested supervisor with a stage in a call, and a sibling whose crash restarts it.
class stopping_nested : public stopping {
 protected:
  stopping_nested() : inner_(tree_.nest({.name = "inner"})) {
    auto a = inner_.start(endless());
    sink_factory blocked = [this] {
      return sink{[this](std::span<int>, stage::delivery&) { busy_.pass(); }, {}, {}};
    };
    inner_.start(blocked, sink_options{.subscribe_to = {{a}}});
    auto b = tree_.start(counter(1));
    sink_factory crashing = [this] {
      return sink{[this](std::span<int>, stage::delivery& with) {
                    crash_.pass();
                    if (!with.redelivered) throw std::runtime_error("it broke");
                  },
                  {},
                  {}};
    };
    tree_.start(crashing, sink_options{.subscribe_to = {{b}}});
    busy_.wait_for_somebody();
    crash_.wait_for_somebody();
  }

  // Messages under way arrive: the tasks of a pool begin in the order of their posts.
  void deliver_messages() {
    for (int hop = 0; hop < 50; ++hop) {
      std::promise<void> begun;
      pool_->post([&] { begun.set_value(); });
      begun.get_future().wait();
    }
  }

  gate busy_;
  gate crash_;
  std::shared_ptr<worker_pool> pool_ = std::make_shared<worker_pool>(4);
  stage::supervisor tree_{{.strategy = stage::strategy::one_for_all, .pool = pool_}};
  stage::supervisor& inner_;
};

TEST_F(stopping_nested, a_restart_does_not_undo_its_failure) {
  auto failing = start_failing(inner_);
  inner_.start(got.sink_of(), sink_options{.subscribe_to = {{failing}}});
  failing.forward();
  while (!tree_.which_children()[0].reason) std::this_thread::yield();
  crash_.open();
  while (tree_.which_children()[2].state != child_state::restarting) std::this_thread::yield();
  deliver_messages();
  busy_.open();
  EXPECT_THAT(failure_of(tree_).message, HasSubstr("supervisor 'inner' failed"));
}

TEST_F(stopping_nested, a_stop_within_a_restart_lets_the_parent_continue) {
  crash_.open();
  while (tree_.which_children()[0].restarts == 0) std::this_thread::yield();
  inner_.request_stop();
  busy_.open();
  EXPECT_EQ(failure_of(tree_).kind, errc::cancelled);
  EXPECT_EQ(tree_.which_children()[2].state, child_state::complete);
}

TEST_F(stopping, after_the_end_changes_nothing) {
  stage::supervisor tree;
  auto a = tree.start(counter(10));
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{a}}});
  tree.wait();
  tree.stop();
  EXPECT_TRUE(tree.try_wait());
}

}  // namespace stage_stopping_test
