// A flow over a scan that fails, or that fails itself: where the failure is said to come from.
#include "support/manual_backend.hpp"
#include "support/scripted_backend.hpp"
#include "support/watchdog.hpp"
#include "unit/scan/sample_items.hpp"

#include <dynamo/flow/flow.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <exception>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <utility>

namespace flow_scan_failure_test {

using namespace dynamo;
using namespace dynamo::test;

class flow_over_a_scan : public testing::Test {
 protected:
  scan_stream<person> people(const scan_options& options = {.segments = 4}) {
    return {page_source(backend_, "people", options, true), "people"};
  }
  void serve(int pages) {
    for (std::uint32_t segment = 0; segment < 4; ++segment) {
      for (int i = 0; i < pages; ++i) {
        backend_->add_page(segment, {person_json("a", "1"), person_json("b", "2")});
      }
    }
  }

  watchdog dog_{"flow_over_a_scan"};
  std::shared_ptr<scripted_backend> backend_ = std::make_shared<scripted_backend>();
};

TEST_F(flow_over_a_scan, a_failed_segment_fails_the_flow) {
  serve(20);
  backend_->fail_at(37, failure_of(errc::access_denied, "not for you"));
  std::atomic<int> items = 0;
  try {
    flow::from(people(), {.stages = 3}) | flow::partition(&person::age) |
        flow::each([&](const person&) { ++items; }) | flow::run();
    FAIL();
  } catch (const flow::step_failure& failure) {
    EXPECT_EQ(failure.operation(), "source");
    EXPECT_EQ(failure.kind(), errc::access_denied) << "the details are the scan's";
    EXPECT_EQ(failure.details().table, "people");
    EXPECT_TRUE(failure.details().segment);
    EXPECT_THROW(std::rethrow_if_nested(failure), exception);
  }
}

TEST_F(flow_over_a_scan, an_item_that_does_not_fit_fails_the_flow) {
  backend_->add_page(0, {person_json("a", "1"), R"({"id":{"N":"1"},"age":{"N":"1"}})"});
  try {
    flow::from(people({}), {.stages = 1}) | flow::run();
    FAIL();
  } catch (const flow::step_failure& failure) {
    EXPECT_EQ(failure.operation(), "source");
    EXPECT_EQ(failure.kind(), errc::invalid_value);
  }
}

TEST_F(flow_over_a_scan, a_failing_step_cancels_the_requests_and_wakes_waiting_callers) {
  for (unsigned round = 0; round < 50; ++round) {
    const auto held = std::make_shared<manual_backend>();
    std::jthread running([&] {
      scan_options options;
      options.segments = 3;
      scan_stream<person> stream(page_source(held, "people", options, true), "people");
      EXPECT_THROW(flow::from(std::move(stream), {.stages = 3}) | flow::each([](const person&) {
                     throw std::runtime_error("each");
                   }) | flow::run(),
                   flow::step_failure);
    });
    held->wait_for(3);
    // One page arrives, the two other stages wait for theirs.
    held->answer(round % 3, page_of({person_json("a")}));
    running.join();
    for (const std::size_t open : held->open()) {
      EXPECT_TRUE(held->request(open).stop.stop_requested());
    }
    EXPECT_EQ(held->obey_stops(), 2U);
  }
}

TEST_F(flow_over_a_scan, a_stop_of_the_scan_itself_ends_the_flow) {
  serve(50);
  std::stop_source stop;
  scan_options options;
  options.segments = 4;
  options.stop = stop.get_token();
  try {
    flow::from(people(options), {.stages = 2}) |
        flow::each([&](const person&) { stop.request_stop(); }) | flow::run();
    FAIL();
  } catch (const exception& failure) {
    EXPECT_EQ(failure.kind(), errc::cancelled);
  }
}

}  // namespace flow_scan_failure_test
