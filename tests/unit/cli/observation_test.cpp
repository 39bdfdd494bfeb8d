#include "cli/observation.hpp"

#include "support/temporary_folder.hpp"
#include "support/watchdog.hpp"
#include "unit/cli/command_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace dynamo::cli {
namespace cli_observation_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(wanted_level, is_that_of_the_option_else_of_the_variable) {
  EXPECT_EQ(*wanted_level(0, nullptr), std::nullopt);
  EXPECT_EQ(*wanted_level(0, ""), std::nullopt);
  EXPECT_EQ(*wanted_level(0, "error"), log_level::error);
  EXPECT_EQ(*wanted_level(0, "trace"), log_level::trace);
  EXPECT_EQ(*wanted_level(1, nullptr), log_level::info);
  EXPECT_EQ(*wanted_level(1, "trace"), log_level::info);
  EXPECT_EQ(*wanted_level(2, nullptr), log_level::debug);
  EXPECT_EQ(*wanted_level(3, "error"), log_level::trace);
  EXPECT_EQ(*wanted_level(9, nullptr), log_level::trace);
}

TEST(wanted_level, of_a_bad_variable_is_one_sentence) {
  for (const unsigned verbose : {0U, 1U}) {
    const auto level = wanted_level(verbose, "loud");
    ASSERT_FALSE(level);
    EXPECT_EQ(level.error().kind, errc::configuration);
    EXPECT_EQ(level.error().message,
              "invalid DYNAMO_LOG 'loud': use error, warn, info, debug or trace");
  }
}

TEST(console_log, goes_over_the_line_of_progress) {
  std::string text;
  console on{.err = [&](std::string_view more) { text += more; }};
  const log_record record{.event = log_event::request_sent};
  console_log(on)->write(record);
  EXPECT_EQ(text, to_line(record) + "\n");
  text.clear();
  on.shows_progress = true;
  console_log(on)->write(record);
  EXPECT_EQ(text, "\r\x1b[K" + to_line(record) + "\n");
}

TEST(metrics_file, is_written_at_the_beginning_now_and_then_and_at_the_end) {
  const test::watchdog dog("a file of figures");
  const test::temporary_folder folder;
  const std::string path = folder / "dynamo.prom";
  const auto figures = std::make_shared<memory_metrics>();
  const auto pages = figures->series(metric::scan_pages, {.table = "users"});
  const auto time = std::make_shared<sleepers_clock>(1);
  pages->add(1);
  auto file = metrics_file::open(path, figures, time);
  ASSERT_TRUE(file);
  time->wait_for_naps();
  EXPECT_THAT(test::contents_of(path), HasSubstr("dynamo_scan_pages_total{table=\"users\"} 1\n"));
  EXPECT_EQ(time->now() - std::chrono::hours(1),
            std::chrono::steady_clock::time_point() + metrics_file::interval)
      << "it was written after the interval";
  pages->add(1);
  EXPECT_TRUE((*file)->finish());
  EXPECT_THAT(test::contents_of(path), HasSubstr("dynamo_scan_pages_total{table=\"users\"} 2\n"));
  EXPECT_THAT(folder.names(), ElementsAre("dynamo.prom"));
}

class observation_test : public ::testing::Test {
 protected:
  result<std::unique_ptr<observation>> open(const scan_arguments& scan) {
    invocation run;
    run.command = count_command{.scan = scan};
    return observation::open(run, nullptr, on);
  }
  const test::watchdog dog{"an observation"};
  const test::temporary_folder folder;
  std::string told;
  console on{.err = [this](std::string_view more) { told += more; },
             .time = std::make_shared<sleepers_clock>()};
};

TEST_F(observation_test, is_nothing_unless_it_is_wanted) {
  on.quiet = true;
  const auto none = open({.table = "users"});
  ASSERT_TRUE(none);
  EXPECT_EQ((*none)->metrics(), nullptr);
  EXPECT_EQ((*none)->log(), nullptr);
  EXPECT_TRUE((*none)->finish());
}

TEST_F(observation_test, hears_of_retries_where_there_is_a_terminal) {
  on.shows_progress = true;
  const auto watchers = open({.table = "users"});
  ASSERT_TRUE(watchers);
  ASSERT_NE((*watchers)->log(), nullptr);
  EXPECT_TRUE((*watchers)->log()->wants(log_event::request_retried));
  EXPECT_FALSE((*watchers)->log()->wants(log_event::scan_ended));
  log_record retried{.event = log_event::request_retried};
  retried.attempt = 3;
  retried.detail = "it failed";
  (*watchers)->log()->write(retried);
  EXPECT_TRUE((*watchers)->finish());
  EXPECT_THAT(told, HasSubstr("retrying: it failed"));
}

TEST_F(observation_test, of_a_file_that_cannot_be_written_fails_before_anything_is_read) {
  const auto failed = open({.table = "users", .metrics_file = folder / "no/dynamo.prom"});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, errc::io);
  EXPECT_THAT(failed.error().message, HasSubstr("no/dynamo.prom"));
}

TEST_F(observation_test, of_no_address_is_one_sentence) {
  const auto failed = open({.table = "users", .metrics_listen = "everywhere"});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, errc::invalid_argument);
  EXPECT_THAT(
      failed.error().message,
      StartsWith("--metrics-listen: invalid listen address 'everywhere': expected HOST:PORT"));
}

TEST_F(observation_test, writes_the_last_figures_at_its_end) {
  const std::string path = folder / "dynamo.prom";
  const auto watchers = open({.table = "users", .metrics_file = path});
  ASSERT_TRUE(watchers);
  (*watchers)->metrics()->series(metric::scan_items, {.table = "users"})->add(7);
  EXPECT_TRUE((*watchers)->finish());
  EXPECT_THAT(test::contents_of(path), HasSubstr("dynamo_scan_items_total{table=\"users\"} 7\n"));
}

}  // namespace cli_observation_test
}  // namespace dynamo::cli
