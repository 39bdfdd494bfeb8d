// What is learnt of the service's time from answers that refuse a signature.
#include "auth/service_clock.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string_view>

namespace auth_service_clock_test {

using namespace std::chrono_literals;
using dynamo::auth::service_clock;

const service_clock::time_point noon = std::chrono::sys_days(std::chrono::August / 30 / 2015) + 12h;
constexpr std::string_view noon_date = "Sun, 30 Aug 2015 12:00:00 GMT";

TEST(service_clock, is_this_machines_by_default) {
  const service_clock clock;
  EXPECT_EQ(clock.at(noon), noon);
  EXPECT_EQ(clock.offset(), 0s);
}

TEST(service_clock, follows_the_answer_that_refused) {
  for (const std::chrono::seconds wrong : {420s, -420s, 61s, -61s}) {
    service_clock clock;
    EXPECT_TRUE(clock.learn(noon_date, noon + wrong, noon + wrong));
    EXPECT_EQ(clock.at(noon + wrong), noon);
    EXPECT_EQ(clock.offset(), -wrong);
    // The next refusal has another reason.
    EXPECT_FALSE(clock.learn(noon_date, clock.at(noon + wrong), noon + wrong));
    EXPECT_EQ(clock.at(noon + wrong), noon);
    // Somebody sets this machine's clock right.
    EXPECT_TRUE(clock.learn(noon_date, clock.at(noon), noon));
    EXPECT_EQ(clock.at(noon), noon);
  }
}

TEST(service_clock, does_not_follow_what_is_within_a_minute) {
  service_clock clock;
  EXPECT_FALSE(clock.learn(noon_date, noon + 60s, noon + 60s));
  EXPECT_FALSE(clock.learn(noon_date, noon - 60s, noon - 60s));
  EXPECT_EQ(clock.at(noon), noon);
}

// Signed, held up for six minutes, and then refused as expired: the clocks agree.
TEST(service_clock, signs_again_what_was_long_on_its_way) {
  service_clock clock;
  EXPECT_TRUE(clock.learn(noon_date, noon - 6min, noon));
  EXPECT_EQ(clock.at(noon), noon);
}

TEST(service_clock, learns_nothing_without_a_date) {
  service_clock clock;
  for (const std::string_view date : {"", "yesterday", "Sun, 30 Aug 2015 12:00:00", "Sun"}) {
    EXPECT_FALSE(clock.learn(date, noon + 1h, noon + 1h)) << date;
  }
  EXPECT_EQ(clock.at(noon), noon);
}

}  // namespace auth_service_clock_test
