#include "scan/adaptive_limit.hpp"

#include <gtest/gtest.h>

namespace dynamo::scan {
namespace {

// All requests that the limit allows are answered, `rounds` times.
void answer_all(adaptive_limit& limit, int rounds = 1) {
  for (int i = 0; i < rounds; ++i) {
    for (std::uint32_t left = limit.current(); left > 0; --left) limit.answered(limit.current());
  }
}

TEST(AdaptiveLimit, BeginsWithTheMostAndStaysThere) {
  adaptive_limit limit(64);
  answer_all(limit, 1000);
  EXPECT_EQ(limit.current(), 64U);
}

TEST(AdaptiveLimit, ThrottlingHalvesOnceForAllThatWereUnderWay) {
  adaptive_limit limit(64);
  for (int i = 0; i < 64; ++i) limit.throttled(64);
  EXPECT_EQ(limit.current(), 32U);
  limit.throttled(32);
  EXPECT_EQ(limit.current(), 16U);
}

TEST(AdaptiveLimit, AnswersOfTheOldLoadAddNothing) {
  adaptive_limit limit(10);
  limit.throttled(10);
  for (int i = 0; i < 9; ++i) limit.answered(10);
  EXPECT_EQ(limit.current(), 5U);
  limit.answered(5);
  EXPECT_EQ(limit.current(), 6U);
}

TEST(AdaptiveLimit, NeverFallsBelowOne) {
  adaptive_limit limit(2);
  for (int i = 0; i < 20; ++i) limit.throttled(1);
  EXPECT_EQ(limit.current(), 1U);
  limit.throttled(0);
  EXPECT_EQ(limit.current(), 1U);
}

TEST(AdaptiveLimit, IsSoonBackAtWhatWasBorneAndThenPatient) {
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

TEST(AdaptiveLimit, StepsThatGoWellFollowFaster) {
  adaptive_limit limit(64);
  limit.throttled(21);
  answer_all(limit, 200);
  EXPECT_EQ(limit.current(), 64U);
}

TEST(AdaptiveLimit, AnswersToFewRequestsProveNothing) {
  adaptive_limit limit(64);
  limit.throttled(21);
  for (int i = 0; i < 20; ++i) limit.answered(21);
  for (int i = 0; i < 1000; ++i) limit.answered(5);
  EXPECT_EQ(limit.current(), 10U);
}

}  // namespace
}  // namespace dynamo::scan
