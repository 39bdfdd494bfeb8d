// Which retries a person hears of.
#include "cli/notices.hpp"

#include "unit/cli/command_run.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

namespace dynamo::cli {
namespace cli_notices_test {

using namespace std::chrono_literals;

constexpr retry_notices::time_point begin(1h);

log_record retried(unsigned attempt, std::string why =
                                         "the service says: It failed. "
                                         "(InternalServerError, HTTP 500)") {
  log_record record{.event = log_event::request_retried};
  record.attempt = attempt;
  record.delay = 3060ms;
  record.detail = std::move(why);
  return record;
}

TEST(retry_notices, begin_with_the_third_failure) {
  retry_notices notices;
  EXPECT_FALSE(notices.line(retried(1), begin));
  EXPECT_FALSE(notices.line(retried(2), begin));
  EXPECT_EQ(notices.line(retried(3), begin),
            "retrying: the service says: It failed. (InternalServerError, HTTP 500); attempt 4 in "
            "3.1 s");
}

TEST(retry_notices, are_one_in_five_seconds) {
  retry_notices notices;
  EXPECT_TRUE(notices.line(retried(3), begin));
  EXPECT_FALSE(notices.line(retried(4), begin + 4999ms));
  EXPECT_FALSE(notices.line(retried(2), begin + 5s));
  EXPECT_TRUE(notices.line(retried(9), begin + 5s));
}

TEST(retry_notices, are_safe_to_show) {
  retry_notices notices;
  EXPECT_EQ(notices.line(retried(3, "a\x1b[2Jb\nc"), begin),
            "retrying: a\\u001b[2Jb c; attempt 4 in 3.1 s");
}

TEST(notices, go_to_a_terminal_only_and_over_the_line_of_progress) {
  std::string text;
  console on{.err = [&](std::string_view more) { text += more; },
             .time = std::make_shared<sleepers_clock>()};
  notices(on)->write(retried(3, "why"));
  EXPECT_EQ(text, "");
  on.shows_progress = true;
  notices(on)->write(retried(3, "why"));
  EXPECT_EQ(text, "\r\x1b[Kdynamo: retrying: why; attempt 4 in 3.1 s\n");
  text.clear();
  notices(on)->write({.event = log_event::stage_crashed});
  EXPECT_EQ(text, "");
}

TEST(notices, of_keys_that_others_can_read_go_everywhere_unless_quiet) {
  std::string text;
  console on{.err = [&](std::string_view more) { text += more; }};
  log_record exposed{.event = log_event::keys_exposed};
  exposed.detail = "others can read it";
  notices(on)->write(exposed);
  EXPECT_EQ(text, "dynamo: warning: others can read it\n");
  text.clear();
  on.quiet = true;
  notices(on)->write(exposed);
  EXPECT_EQ(text, "");
}

}  // namespace cli_notices_test
}  // namespace dynamo::cli
