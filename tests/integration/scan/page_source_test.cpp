#include "support/held_backend.hpp"

#include <dynamo/scan/page_source.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>
#include <utility>

namespace scan_page_source_test {

using namespace dynamo;
using namespace dynamo::test;

constexpr std::string_view one_item = R"({"Items":[{"id":{"S":"a"}}],"Count":1,"ScannedCount":1})";

using outcome = result<std::optional<page>>;

TEST(page_source, stop_after_the_limit_but_before_its_pages_is_a_cancellation) {
  const auto held = std::make_shared<held_backend>();
  const auto stop = std::make_unique<std::stop_source>();
  page_source source(held, "t", {.segments = 2, .limit = 2, .stop = stop->get_token()}, true);
  std::optional<outcome> first;
  source.async_next([&](outcome told) { first = std::move(told); });
  held->answer(0, one_item);
  ASSERT_TRUE(first && *first && **first);
  held->answer(1, one_item);  // the limit is reached, the page waits
  stop->request_stop();       // and is dropped
  const auto next = source.next();
  ASSERT_FALSE(next) << "a scan whose page was dropped was called complete";
  EXPECT_EQ(next.error().kind, errc::cancelled);
}

TEST(page_source, stop_after_the_end_changes_nothing) {
  const auto held = std::make_shared<held_backend>();
  const auto stop = std::make_unique<std::stop_source>();
  page_source source(held, "t", {.limit = 1, .stop = stop->get_token()}, true);
  std::optional<outcome> first;
  source.async_next([&](outcome told) { first = std::move(told); });
  held->answer(0, one_item);
  ASSERT_TRUE(first && *first && **first);
  stop->request_stop();
  const auto next = source.next();
  ASSERT_TRUE(next);
  EXPECT_FALSE(next->has_value());
}

// Gives the page just when it is told to stop, as a service that was quicker than the stop.
class answers_when_stopped final : public backend {
 public:
  void submit(backend_request request, backend_completion done) override {
    on_stop_.emplace(request.stop, [done = std::move(done)] {
      done(backend_response{.body = body_buffer(one_item)});
    });
  }

 private:
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

TEST(page_source, waiting_callers_at_its_end_hears_of_a_cancellation) {
  std::optional<outcome> told;
  {
    page_source source(std::make_shared<answers_when_stopped>(), "t", {}, true);
    source.async_next([&](outcome answer) { told = std::move(answer); });
    EXPECT_FALSE(told);
  }
  ASSERT_TRUE(told) << "the handler was never called";
  ASSERT_FALSE(*told) << "a scan that was cancelled was called complete";
  EXPECT_EQ(told->error().kind, errc::cancelled);
}

TEST(page_source, answers_after_its_end_are_dropped) {
  const auto held = std::make_shared<held_backend>();
  bool called = false;
  {
    page_source source(held, "t", {.segments = 4}, true);
    source.async_next([&](const outcome& answer) {
      called = true;
      EXPECT_FALSE(answer);
    });
    EXPECT_EQ(held->submitted(), 4U);
  }
  EXPECT_TRUE(called);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_TRUE(held->request(i).stop.stop_requested());
    held->answer(i,
                 R"({"Items":[],"Count":0,"ScannedCount":0,"LastEvaluatedKey":{"id":{"S":"a"}}})");
  }
  EXPECT_EQ(held->submitted(), 4U);
}

}  // namespace scan_page_source_test
