#include "engine/expression/reserved_words.hpp"

#include <gtest/gtest.h>

#include <string>

namespace engine_expression_reserved_words_test {

using dynamo::engine::is_reserved;

TEST(reserved_words, in_any_letter_case) {
  for (const char* word : {"ABORT", "abort", "Status", "name", "zone", "NCHAR", "size", "year",
                           "partitioned", "transaction", "TTL", "AND"}) {
    EXPECT_TRUE(is_reserved(word)) << word;
  }
}

TEST(reserved_words, others_are_free) {
  for (const char* word : {"", "id", "email", "statuses", "statu", "named", "a", "zzz", "aborts"}) {
    EXPECT_FALSE(is_reserved(word)) << word;
  }
  EXPECT_FALSE(is_reserved(std::string(3000, 'a')));
}

}  // namespace engine_expression_reserved_words_test
