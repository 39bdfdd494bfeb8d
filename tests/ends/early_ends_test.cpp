// Every way to end a stream early, many times: none hangs.
#include "ends/ways.hpp"
#include "support/watchdog.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace dynamo::test {
namespace {

class early_end_test : public ::testing::TestWithParam<std::tuple<way, std::uint32_t>> {};

TEST_P(early_end_test, never_hangs) {
  static const client db = with_entries(early_entries);
  const auto& [how, segments] = GetParam();
  const std::uint64_t rounds = number_from("DYNAMO_TEST_ROUNDS", DYNAMO_TEST_ROUNDS);
  std::mt19937_64 random(segments);
  // From the first item to the end, the beginning more often.
  const std::vector<std::uint64_t> bounds = {1, 60, 400, early_entries + 200};
  for (std::uint64_t i = 0; i < rounds; ++i) {
    const watchdog limit(std::string(how.name) + ", " + std::to_string(segments) +
                         " segments, round " + std::to_string(i));
    how.end({.db = db,
             .options = {.page_size = 50, .segments = segments},
             .after = random() % bounds[i % bounds.size()]});
  }
}

INSTANTIATE_TEST_SUITE_P(, early_end_test,
                         ::testing::Combine(::testing::ValuesIn(ways()),
                                            ::testing::Values(1U, 4U, 8U, 64U)),
                         [](const auto& of) {
                           return std::string(std::get<0>(of.param).name) +
                                  std::to_string(std::get<1>(of.param));
                         });

}  // namespace
}  // namespace dynamo::test
