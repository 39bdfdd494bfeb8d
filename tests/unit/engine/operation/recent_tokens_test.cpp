#include "engine/operation/recent_tokens.hpp"

#include "engine/refusal.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

namespace dynamo::test {
namespace engine_operation_recent_tokens_test {

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

TEST(recent_tokens, a_token_is_taken_once) {
  recent_tokens tokens;
  EXPECT_EQ(tokens.take("t", 1, start), outcome::first);
  tokens.confirm("t");
  EXPECT_EQ(tokens.take("t", 1, start), outcome::repeated);
  EXPECT_EQ(tokens.take("u", 1, start), outcome::first);
}

TEST(recent_tokens, another_request_may_not_use_it) {
  recent_tokens tokens;
  tokens.take("t", 1, start);
  EXPECT_EQ(refused(tokens, 2), "IdempotentParameterMismatchException");
}

TEST(recent_tokens, what_has_not_ended_is_in_progress) {
  recent_tokens tokens;
  tokens.take("t", 1, start);
  EXPECT_EQ(refused(tokens, 1), "TransactionInProgressException");
  tokens.release("t");
  EXPECT_EQ(tokens.take("t", 1, start), outcome::first);
}

TEST(recent_tokens, it_is_free_after_ten_minutes) {
  recent_tokens tokens;
  tokens.take("t", 1, start);
  tokens.confirm("t");
  EXPECT_EQ(tokens.take("t", 1, start + minutes(9)), outcome::repeated);
  EXPECT_EQ(tokens.take("t", 2, start + minutes(10)), outcome::first);
}

TEST(recent_tokens, the_oldest_is_forgotten_when_there_are_too_many) {
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

TEST(recent_tokens, an_earlier_end_does_not_free_what_was_taken_again) {
  recent_tokens tokens;
  tokens.take("t", 1, start);
  tokens.release("t");
  tokens.take("t", 1, start + minutes(5));
  tokens.confirm("t");
  EXPECT_EQ(tokens.take("t", 1, start + minutes(11)), outcome::repeated);
  EXPECT_EQ(tokens.take("t", 1, start + minutes(15)), outcome::first);
}

}  // namespace engine_operation_recent_tokens_test
}  // namespace dynamo::test
