#include "engine/operation/recent_tokens.hpp"

#include "engine/refusal.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace dynamo::test {
namespace {

using engine::recent_tokens;
using outcome = recent_tokens::outcome;
using std::chrono::minutes;

const recent_tokens::time_point start{std::chrono::hours(1)};

std::string refused(recent_tokens& tokens, std::uint64_t fingerprint) {
  try {
    tokens.take("t", fingerprint, start);
  } catch (const engine::refusal& what) {
    return what.type();
  }
  return "";
}

TEST(RecentTokens, ATokenIsTakenOnce) {
  recent_tokens tokens;
  EXPECT_EQ(tokens.take("t", 1, start), outcome::first);
  tokens.confirm("t");
  EXPECT_EQ(tokens.take("t", 1, start), outcome::repeated);
  EXPECT_EQ(tokens.take("u", 1, start), outcome::first);
}

TEST(RecentTokens, AnotherRequestMayNotUseIt) {
  recent_tokens tokens;
  tokens.take("t", 1, start);
  EXPECT_EQ(refused(tokens, 2), "IdempotentParameterMismatchException");
}

TEST(RecentTokens, WhatHasNotEndedIsInProgress) {
  recent_tokens tokens;
  tokens.take("t", 1, start);
  EXPECT_EQ(refused(tokens, 1), "TransactionInProgressException");
  tokens.give_back("t");
  EXPECT_EQ(tokens.take("t", 1, start), outcome::first);
}

TEST(RecentTokens, ItIsFreeAfterTenMinutes) {
  recent_tokens tokens;
  tokens.take("t", 1, start);
  tokens.confirm("t");
  EXPECT_EQ(tokens.take("t", 1, start + minutes(9)), outcome::repeated);
  EXPECT_EQ(tokens.take("t", 2, start + minutes(10)), outcome::first);
}

TEST(RecentTokens, AnEarlierEndDoesNotFreeWhatWasTakenAgain) {
  recent_tokens tokens;
  tokens.take("t", 1, start);
  tokens.give_back("t");
  tokens.take("t", 1, start + minutes(5));
  tokens.confirm("t");
  EXPECT_EQ(tokens.take("t", 1, start + minutes(11)), outcome::repeated);
  EXPECT_EQ(tokens.take("t", 1, start + minutes(15)), outcome::first);
}

}  // namespace
}  // namespace dynamo::test
