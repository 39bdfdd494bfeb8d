#include "support/kept_log.hpp"
#include "support/manual_time.hpp"
#include "support/thrown.hpp"
#include "support/watchdog.hpp"

#include <dynamo/core/log.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <latch>
#include <memory>
#include <string>

namespace core_log_test {

using namespace dynamo;
using namespace std::chrono_literals;
using test::kept_log;
using testing::ElementsAre;
using testing::HasSubstr;

log_record record_of(log_event event) {
  return {.event = event,
          .time = std::chrono::sys_days(std::chrono::January / 2 / 2026) + 3h + 4min + 5s + 67ms};
}

TEST(log_level, is_known_by_its_name) {
  EXPECT_EQ(log_level_named("warn"), log_level::warn);
  EXPECT_EQ(log_level_named("trace"), log_level::trace);
  EXPECT_EQ(log_level_named("Warn"), std::nullopt);
  EXPECT_EQ(log_level_named(""), std::nullopt);
  EXPECT_EQ(to_string(log_level::debug), "debug");
}

TEST(log_line, has_time_level_and_where_it_happened) {
  log_record record = record_of(log_event::request_retried);
  EXPECT_EQ(to_line(record),
            "2026-01-02T03:04:05.067Z warn  request_retried table=- segment=- attempt=- "
            "request_id=-");
  record.table = "users";
  record.segment = 3;
  record.attempt = 2;
  record.request_id = "4KBNVRGD25RG1KEO9UT4V3FQDJVV4KQNSO5AEMVJF66Q9ASUAAJG";
  record.cause = "throttled";
  record.delay = 1512ms;
  record.detail = "slow down";
  EXPECT_EQ(to_line(record),
            "2026-01-02T03:04:05.067Z warn  request_retried table=users segment=3 attempt=2 "
            "request_id=4KBNVRGD25RG1KEO9UT4V3FQDJVV4KQNSO5AEMVJF66Q9ASUAAJG cause=throttled "
            "seconds=1.512 detail=\"slow down\"");
}

// What a service says must not look like a line of the log's own, nor move a terminal's cursor.
TEST(log_line, is_one_line_whatever_is_in_it) {
  log_record record = record_of(log_event::request_failed);
  record.detail = "a\n2026 error \"b\" \\ \x1b[2J=";
  EXPECT_THAT(to_line(record), HasSubstr(R"(detail="a\u000a2026 error \"b\" \\ \u001b[2J=")"));
  // Reversed to the eye, and a line's end to some who read it.
  record.detail = "a\u202eb\u2028c\xff";
  EXPECT_THAT(to_line(record), HasSubstr(R"(detail="a\u202eb\u2028c\ufffd")"));
}

TEST(logger, passes_on_what_its_level_wants) {
  const test::watchdog dog("a logger");
  const auto time = std::make_shared<test::manual_clock>();
  const kept_log kept(log_level::warn, time);
  EXPECT_TRUE(kept.log->wants(log_event::request_failed));
  EXPECT_TRUE(kept.log->wants(log_event::request_retried));
  EXPECT_FALSE(kept.log->wants(log_event::scan_ended));
  EXPECT_TRUE(wanted(kept.log, log_event::request_failed));
  EXPECT_FALSE(wanted(nullptr, log_event::request_failed));
  kept.log->write({.event = log_event::scan_ended});
  kept.log->write({.event = log_event::request_retried});
  time->advance(1ms);
  kept.log->write({.event = log_event::request_failed});
  EXPECT_THAT(kept.lines(), ElementsAre(HasSubstr("2026-01-01T12:00:00.000Z warn "),
                                        HasSubstr("2026-01-01T12:00:00.001Z error")));
}

TEST(logger, writes_what_waits_before_it_ends) {
  const test::watchdog dog("a logger that ends");
  const auto kept = std::make_shared<test::kept_lines>();
  {
    logger log(log_level::trace, kept);
    for (int i = 0; i < 100; ++i) log.write({.event = log_event::request_sent});
  }
  EXPECT_EQ(kept->lines().size(), 100U);
}

TEST(logger, needs_a_sink) {
  EXPECT_EQ(test::thrown_by([] { const logger nowhere(log_level::info, nullptr); }).kind,
            errc::invalid_argument);
}

// Blocks in its first record, until it is told to go on.
class slow_sink final : public log_sink {
 public:
  void write(const log_record& record) noexcept override {
    if (records == 0) {
      busy.count_down();
      go_on.wait();
    }
    ++records;
    last = record;
  }
  std::latch busy{1};
  std::latch go_on{1};
  std::size_t records = 0;
  log_record last;
};

TEST(logger, loses_what_a_slow_sink_cannot_take_and_reports) {
  const test::watchdog dog("a slow sink");
  const auto sink = std::make_shared<slow_sink>();
  logger log(log_level::trace, sink);
  log.write({.event = log_event::request_sent});
  sink->busy.wait();
  for (std::size_t i = 0; i < logger::capacity + 5; ++i) {
    log.write({.event = log_event::request_sent});
  }
  sink->go_on.count_down();
  log.flush();
  EXPECT_EQ(sink->records, 1 + logger::capacity + 1);
  EXPECT_EQ(sink->last.event, log_event::records_lost);
  EXPECT_THAT(sink->last.detail, HasSubstr("5 records"));
}

}  // namespace core_log_test
