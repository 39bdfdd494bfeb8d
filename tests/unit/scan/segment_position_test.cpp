// Scans that go on from where another one stood.
#include "support/manual_backend.hpp"

#include <dynamo/scan/page_source.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

namespace scan_segment_position_test {

using namespace dynamo;
using test::id_page;
using test::manual_backend;

TEST(segment_position, requests_begin_at_the_keys_and_leave_out_what_is_complete) {
  auto backend = std::make_shared<manual_backend>();
  scan_options options;
  options.segments = 3;
  page_source scan(backend, "users", options, false,
                   {{.start_key = R"({"id":{"S":"k"}})"}, {.complete = true}, {}});
  EXPECT_EQ(scan.progress().segments_complete, 1U);
  int ends = 0;
  for (int i = 0; i < 3; ++i) {
    scan.async_next([&](const result<std::optional<page>>& came) { ends += came && !*came; });
  }
  ASSERT_EQ(backend->count(), 2U);
  EXPECT_EQ(backend->request(0).segment, 0U);
  EXPECT_NE(backend->request(0).body.find(R"("ExclusiveStartKey":{"id":{"S":"k"}})"),
            std::string::npos);
  EXPECT_EQ(backend->request(1).segment, 2U);
  EXPECT_EQ(backend->request(1).body.find("ExclusiveStartKey"), std::string::npos);
  backend->answer(0, id_page({"a"}));
  backend->answer(1, id_page({"b"}));
  EXPECT_EQ(ends, 1);
  EXPECT_EQ(scan.progress().segments_complete, 3U);
}

TEST(segment_position, a_scan_whose_segments_are_all_complete_sends_nothing) {
  auto backend = std::make_shared<manual_backend>();
  scan_options options;
  options.segments = 2;
  page_source scan(backend, "users", options, true, {{.complete = true}, {.complete = true}});
  const auto came = scan.next();
  ASSERT_TRUE(came);
  EXPECT_FALSE(*came);
  EXPECT_EQ(backend->count(), 0U);
}

TEST(segment_position, positions_must_fit_the_segments) {
  auto backend = std::make_shared<manual_backend>();
  scan_options options;
  options.segments = 2;
  auto from = [&](const std::vector<segment_position>& positions) {
    return page_source(backend, "users", options, false, positions);
  };
  EXPECT_THROW(from({}), exception);
  EXPECT_THROW(from({{}, {}, {}}), exception);
  EXPECT_THROW(from({{.start_key = "k"}, {}}), exception);
}

}  // namespace scan_segment_position_test
