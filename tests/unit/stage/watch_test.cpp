// What stages tell recorders and logs.
#include "support/kept_log.hpp"
#include "unit/stage/supervision.hpp"

#include <dynamo/core/memory_metrics.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <span>
#include <string_view>
#include <thread>

namespace stage_watch_test {

using namespace dynamo;
using namespace dynamo::test;
using testing::ElementsAre;
using testing::HasSubstr;

class stage_watch : public supervision {
 protected:
  [[nodiscard]] stage::supervisor_options watched() const {
    return {.metrics = metrics, .log = kept.log};
  }
  [[nodiscard]] double total(metric what, std::string_view stage) const {
    return metrics->snapshot().total(what, {.stage = stage});
  }

  std::shared_ptr<memory_metrics> metrics = std::make_shared<memory_metrics>();
  kept_log kept{log_level::info};
};

TEST_F(stage_watch, counts_crashes_restarts_and_events) {
  {
    stage::supervisor tree(watched());
    auto a = tree.start(counter(1000), source_options{.name = "numbers"});
    tree.start(fragile(times(2)), sink_options{.subscribe_to = {{a}}, .name = "writer"});
    tree.wait();
  }
  EXPECT_EQ(total(metric::stage_events, "writer"), 1000);
  EXPECT_EQ(total(metric::stage_crashes, "writer"), 2);
  EXPECT_EQ(total(metric::stage_restarts, "writer"), 2);
  EXPECT_EQ(total(metric::stage_crashes, "numbers"), 0);
  EXPECT_EQ(total(metric::stage_queue_length, "writer"), 0);
  EXPECT_EQ(total(metric::stage_queue_length, "numbers"), 0);
  EXPECT_THAT(kept.lines(),
              ElementsAre(HasSubstr("warn  stage_crashed table=- segment=- attempt=- request_id=- "
                                    "cause=callback detail=\"stage 'writer': it broke\""),
                          HasSubstr("info  stage_restarted"), HasSubstr("warn  stage_crashed"),
                          HasSubstr("detail=\"stage 'writer'\"")));
}

TEST_F(stage_watch, of_a_nested_supervisor_is_its_parents) {
  stage::supervisor tree(watched());
  stage::supervisor& nested = tree.nest({.name = "inner"});
  auto a = nested.start(counter(10), source_options{.name = "numbers"});
  nested.start(got.sink_of(), sink_options{.subscribe_to = {{a}}, .name = "inner writer"});
  tree.wait();
  EXPECT_EQ(total(metric::stage_events, "inner writer"), 10);
}

// A producer that nobody asks keeps what it has emitted: that is its queue.
TEST_F(stage_watch, reports_events_that_nobody_has_asked_for) {
  stage::supervisor tree(watched());
  auto a = tree.start(source_factory([] {
                        return source{[](std::size_t, stage::emit<int> out) {
                                        for (int i = 0; i < 50; ++i) out(i);
                                        out.complete();
                                      },
                                      {}};
                      }),
                      source_options{.name = "eager"});
  const auto hold = std::make_shared<gate>();
  tree.start(sink_factory([hold] {
               return sink{[hold](std::span<int>, stage::delivery&) { hold->pass(); }, {}, {}};
             }),
             sink_options{.subscribe_to = {{a, {.max_demand = 10}}}, .name = "slow"});
  hold->wait_for_somebody();
  // The producer's turn may not be over when its consumer's begins.
  while (total(metric::stage_queue_length, "eager") != 40) std::this_thread::yield();
  hold->open();
  tree.wait();
  EXPECT_EQ(total(metric::stage_queue_length, "eager"), 0);
}

}  // namespace stage_watch_test
