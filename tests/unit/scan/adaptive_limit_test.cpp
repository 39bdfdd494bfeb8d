#include "scan/adaptive_limit.hpp"

#include <gtest/gtest.h>

namespace dynamo::scan {
namespace scan_adaptive_limit_test {

// All requests that the limit allows are answered, `rounds` times.
void answer_all(adaptive_limit& limit, int rounds = 1) {
  for (int i = 0; i < rounds; ++i) {
    for (std::uint32_t left = limit.current(); left > 0; --left) limit.answered(limit.current());
  }
}

TEST(adaptive_limit, begins_with_the_most_and_stays_there) {
  adaptive_limit limit(64);
  answer_all(limit, 1000);
  EXPECT_EQ(limit.current(), 64U);
}

TEST(adaptive_limit, throttling_halves_once_for_all_that_were_under_way) {
  adaptive_limit limit(64);
  for (int i = 0; i < 64; ++i) limit.throttled(64);
  EXPECT_EQ(limit.current(), 32U);
  limit.throttled(32);
  EXPECT_EQ(limit.current(), 16U);
}

TEST(adaptive_limit, answers_of_the_old_load_add_nothing) {
  adaptive_limit limit(10);
  limit.throttled(10);
  for (int i = 0; i < 9; ++i) limit.answered(10);
  EXPECT_EQ(limit.current(), 5U);
  limit.answered(5);
  EXPECT_EQ(limit.current(), 6U);
}

TEST(adaptive_limit, never_falls_below_one) {
  adaptive_limit limit(2);
  for (int i = 0; i < 20; ++i) limit.throttled(1);
  EXPECT_EQ(limit.current(), 1U);
  limit.throttled(0);
  EXPECT_EQ(limit.current(), 1U);
}

TEST(adaptive_limit, is_soon_back_at_what_was_borne_and_then_patient) {
  adaptive_limit limit(64);
  limit.throttled(21);  // 20 were borne
  EXPECT_EQ(limit.current(), 10U);
  for (int i = 0; i < 20; ++i) limit.answered(21);
  for (int i = 0; i < 10; ++i) limit.answered(limit.current());
  EXPECT_EQ(limit.current(), 20U);
  answer_all(limit, 31);
  EXPECT_EQ(limit.current(), 20U);
  answer_all(limit);
  EXPECT_EQ(limit.current(), 21U);
}

TEST(adaptive_limit, steps_that_go_well_follow_faster) {
  adaptive_limit limit(64);
  limit.throttled(21);
  answer_all(limit, 200);
  EXPECT_EQ(limit.current(), 64U);
}

TEST(adaptive_limit, answers_to_few_requests_prove_nothing) {
  adaptive_limit limit(64);
  limit.throttled(21);
  for (int i = 0; i < 20; ++i) limit.answered(21);
  for (int i = 0; i < 1000; ++i) limit.answered(5);
  EXPECT_EQ(limit.current(), 10U);
}

}  // namespace scan_adaptive_limit_test
}  // namespace dynamo::scan
