// When credentials are used, renewed and waited for.
#include "auth/credential_refresh.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

namespace auth_credential_refresh_test {

using namespace dynamo::auth;
using namespace std::chrono_literals;
using dynamo::credentials;
using action = credential_refresh::action;
using duration = credential_refresh::time_point::duration;

class refresh_test : public testing::Test {
 protected:
  action ask_at(duration since_start) { return tested_.ask(start + since_start); }
  void found_at(duration since_start, std::optional<duration> until = std::nullopt) {
    credentials fresh{.access_key_id = "AK" + std::to_string(++given_), .secret_access_key = "s"};
    if (until) fresh.expiration = start + *until;
    tested_.found(fresh, start + since_start);
  }
  bool failed_at(duration since_start) { return tested_.failed(start + since_start); }

  static constexpr credential_refresh::time_point start =
      std::chrono::sys_days(std::chrono::January / 1 / 2026);
  credential_refresh tested_;
  int given_ = 0;
};

TEST_F(refresh_test, begins_one_search_and_others_wait_for_it) {
  EXPECT_EQ(ask_at(0s), action::wait_begin);
  EXPECT_EQ(ask_at(0s), action::wait);
  found_at(1s);
  EXPECT_EQ(ask_at(1s), action::use);
  EXPECT_EQ(tested_.held()->access_key_id, "AK1");
}

TEST_F(refresh_test, what_does_not_expire_is_never_renewed) {
  (void)ask_at(0s);
  found_at(0s);
  EXPECT_EQ(ask_at(24h * 365 * 20), action::use);
}

TEST_F(refresh_test, long_ones_are_renewed_fifteen_minutes_ahead_and_waited_for_ten_minutes_ahead) {
  (void)ask_at(0s);
  found_at(0s, 6h);
  EXPECT_EQ(ask_at(6h - 15min - 1s), action::use);
  EXPECT_EQ(ask_at(6h - 15min), action::use_begin);
  EXPECT_EQ(ask_at(6h - 15min), action::use);
  EXPECT_EQ(ask_at(6h - 10min - 1s), action::use);
  EXPECT_EQ(ask_at(6h - 10min), action::wait);
  found_at(6h - 9min, 12h);
  EXPECT_EQ(ask_at(6h - 9min), action::use);
  EXPECT_EQ(tested_.held()->access_key_id, "AK2");
}

TEST_F(refresh_test, who_comes_first_in_the_last_ten_minutes_begins_the_search) {
  (void)ask_at(0s);
  found_at(0s, 6h);
  EXPECT_EQ(ask_at(6h - 1min), action::wait_begin);
}

TEST_F(refresh_test, short_ones_are_renewed_at_half_and_waited_for_at_a_quarter_of_their_time) {
  (void)ask_at(0s);
  found_at(0s, 3s);
  EXPECT_EQ(ask_at(1499ms), action::use);
  EXPECT_EQ(ask_at(1500ms), action::use_begin);
  EXPECT_EQ(ask_at(2249ms), action::use);
  EXPECT_EQ(ask_at(2250ms), action::wait);
}

// A service that caches hands the same ones out again until shortly before their end.
TEST_F(refresh_test, the_time_left_counts_from_when_they_came) {
  (void)ask_at(0s);
  found_at(0s, 6h);
  EXPECT_EQ(ask_at(6h - 15min), action::use_begin);
  found_at(6h - 15min, 6h);
  EXPECT_EQ(ask_at(6h - 8min), action::use);
  EXPECT_EQ(ask_at(6h - 7min), action::use_begin);
}

TEST_F(refresh_test, expired_ones_are_never_used) {
  (void)ask_at(0s);
  found_at(0s, 1h);
  EXPECT_EQ(ask_at(50min), action::wait_begin);
  EXPECT_EQ(ask_at(1h), action::wait);
  EXPECT_FALSE(failed_at(1h));
  EXPECT_EQ(ask_at(1h), action::wait_begin) << "an error is not remembered";
}

TEST_F(refresh_test, a_failure_leaves_the_old_ones_in_use_and_pauses) {
  (void)ask_at(0s);
  found_at(0s, 1h);
  EXPECT_EQ(ask_at(45min), action::use_begin);
  EXPECT_TRUE(failed_at(45min + 5s));
  EXPECT_EQ(ask_at(46min + 4s), action::use);
  EXPECT_EQ(ask_at(46min + 5s), action::use_begin);
  // In the last minutes, too, where callers would wait, and for a quarter of what is left.
  EXPECT_TRUE(failed_at(58min));
  EXPECT_EQ(ask_at(58min + 29s), action::use);
  EXPECT_EQ(ask_at(58min + 30s), action::wait_begin);
}

TEST_F(refresh_test, a_pause_does_not_outlive_the_old_ones) {
  (void)ask_at(0s);
  found_at(0s, 1h);
  EXPECT_EQ(ask_at(59min), action::wait_begin);
  EXPECT_TRUE(failed_at(1h - 1ms));
  EXPECT_EQ(ask_at(1h), action::wait_begin);
}

TEST_F(refresh_test, a_success_ends_the_pause) {
  (void)ask_at(0s);
  found_at(0s, 1h);
  EXPECT_EQ(ask_at(50min), action::wait_begin);
  EXPECT_TRUE(failed_at(50min));
  EXPECT_EQ(ask_at(51min), action::wait_begin);
  found_at(51min, 51min + 4s);
  EXPECT_EQ(ask_at(51min + 2s), action::use_begin);
}

TEST_F(refresh_test, what_is_forgotten_is_not_used_even_if_the_search_fails) {
  (void)ask_at(0s);
  found_at(0s, 1h);
  tested_.forget();
  EXPECT_EQ(ask_at(1s), action::wait_begin);
  EXPECT_FALSE(tested_.outdated());
  EXPECT_FALSE(failed_at(2s));
}

TEST_F(refresh_test, a_search_that_began_before_was_forgotten_is_outdated_once) {
  (void)ask_at(0s);
  found_at(0s, 1h);
  EXPECT_EQ(ask_at(50min), action::wait_begin);
  tested_.forget();
  tested_.forget();
  EXPECT_EQ(ask_at(50min), action::wait);
  EXPECT_TRUE(tested_.outdated());
  EXPECT_FALSE(tested_.outdated());
  found_at(51min, 2h);
  EXPECT_EQ(ask_at(51min), action::use);
}

// The clock may be set back and forth; the time of day decides all the same.
TEST_F(refresh_test, follows_the_clock) {
  (void)ask_at(0s);
  found_at(0s, 1h);
  EXPECT_EQ(ask_at(2h), action::wait_begin);
  EXPECT_TRUE(failed_at(1min)) << "not expired any more";
  EXPECT_EQ(ask_at(1min), action::use);
}

}  // namespace auth_credential_refresh_test
