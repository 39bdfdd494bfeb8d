// A scan that is watched from outside.
#include "unit/scan/pulled_source.hpp"

#include <dynamo/scan/scan_watch.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace scan_scan_watch_test {

using namespace dynamo;
using test::failure_of;
using test::id_page;
using test::page_source_test;

class scan_watch_test : public page_source_test {
 protected:
  scan_watch_test() { options.watch = watch; }

  const scan_watch watch;
};

TEST_F(scan_watch_test, says_what_the_source_says_and_outlives_it) {
  EXPECT_EQ(watch.summary(), scan_summary());
  std::optional<page_source> scan(source(false));
  EXPECT_EQ(watch.summary().segments.size(), 1U);
  ask(*scan, 2);
  backend->answer(0, id_page({"a", "b"}, key("b")));
  EXPECT_EQ(watch.summary(), scan->summary());
  EXPECT_EQ(watch.summary().items, 2U);
  EXPECT_EQ(watch.summary().end, scan_end::unfinished);
  backend->answer(1, id_page({"c"}));
  ask(*scan);
  const scan_summary last = scan->summary();
  EXPECT_EQ(last.end, scan_end::complete);
  page_source moved = *std::move(scan);
  scan.reset();
  EXPECT_EQ(watch.summary(), last);
  moved = source(false);  // ends the first, begins another
  EXPECT_EQ(watch.summary().items, 3U);
  EXPECT_EQ(watch.summary().end, scan_end::unfinished) << "that of the scan that began last";
}

TEST_F(scan_watch_test, a_scan_that_is_let_go_of_stays_unfinished) {
  {
    page_source scan = source(false);
    ask(scan);
    backend->answer(0, id_page({"a"}, key("a")));
  }
  EXPECT_EQ(watch.summary().end, scan_end::unfinished);
  EXPECT_EQ(watch.summary().segments[0].end, scan_end::unfinished);
  EXPECT_EQ(watch.summary().items, 1U);
}

TEST_F(scan_watch_test, what_was_begun_again_is_added_up) {
  options.segments = 2;
  std::optional<page_source> scan(source(true));
  ask(*scan, 3);
  backend->answer(0, id_page({"a"}));
  backend->answer(1, id_page({"b", "c"}, key("c")));
  backend->answer(2, failure_of(errc::unavailable));
  EXPECT_EQ(watch.summary().end, scan_end::failed);
  const std::uint32_t failed = segment_of(2);
  std::vector<segment_position> positions(2);
  positions[1 - failed].complete = true;
  positions[failed].start_key = key("c");
  *scan = scan->again(options, positions);
  ask(*scan, 2);
  backend->answer(3, id_page({"d"}));
  const scan_summary all = watch.summary();
  EXPECT_EQ(heard.back(), "end");
  EXPECT_EQ(all.end, scan_end::complete);
  EXPECT_EQ(all.items, 4U);
  EXPECT_EQ(all.pages, 3U);
  EXPECT_EQ(all.segments[failed].items, 3U);
  EXPECT_EQ(all.segments[1 - failed].items, 1U);
  for (const segment_summary& each : all.segments) EXPECT_EQ(each.end, scan_end::complete);
}

}  // namespace scan_scan_watch_test
