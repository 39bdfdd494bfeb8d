#include "engine/operation/recent_tokens.hpp"

#include "engine/refusal.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

namespace dynamo::test {
namespace {

using engine::recent_tokens;
using outcome = recent_tokens::outcome;
using std::chrono::minutes;

const recent_tokens::time_point start{std::chrono::hours(1)};

std::string refused(recent_tokens& tokens, std::uint64_t fingerprint,
                    std::string_view token = "t") {
  try {
    tokens.take(token, fingerprint, start);
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

TEST(RecentTokens, TheOldestIsForgottenWhenThereAreTooMany) {
  recent_tokens tokens;
  const auto take_many = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::string token = "many" + std::to_string(i);
      tokens.take(token, 1, start);
      tokens.confirm(token);
    }
  };
  tokens.take("oldest", 1, start);
  take_many(recent_tokens::most_tokens);
  EXPECT_EQ(refused(tokens, 1, "oldest"), "TransactionInProgressException") << "it is under way";
  tokens.confirm("oldest");
  tokens.take("next", 1, start);
  EXPECT_EQ(tokens.take("oldest", 1, start), outcome::first);
  EXPECT_EQ(tokens.take("next", 2, start + minutes(10)), outcome::first);
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
