// When a request is sent again, and how long that waits.
#include "client/retry.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <vector>

namespace client_retry_test {

using namespace std::chrono_literals;
using dynamo::wire::failure_class;
using dynamo::wire::retry_state;
using std::chrono::milliseconds;
using time_point = retry_state::time_point;

constexpr time_point begin = time_point(1h);
constexpr bool answered = true;
constexpr double highest = 0.999999;

std::vector<milliseconds> delays(failure_class follow_up, double random, int count) {
  retry_state retries({}, 24h);
  std::vector<milliseconds> all;
  for (int i = 0; i < count; ++i) {
    all.push_back(retries.after_failure(follow_up, begin, random, answered).value_or(-1ms));
  }
  return all;
}

TEST(retry, jitter_reaches_down_to_nothing) {
  EXPECT_EQ(delays(failure_class::transient, 0, 4), std::vector<milliseconds>(4, 0ms));
  EXPECT_EQ(delays(failure_class::throttled, 0, 4), std::vector<milliseconds>(4, 0ms));
}

TEST(retry, delays_double_from_their_base_up_to_twenty_seconds) {
  EXPECT_EQ(delays(failure_class::transient, highest, 12),
            (std::vector<milliseconds>{24ms, 49ms, 99ms, 199ms, 399ms, 799ms, 1599ms, 3199ms,
                                       6399ms, 12799ms, 19999ms, 19999ms}));
  EXPECT_EQ(delays(failure_class::throttled, highest, 7),
            (std::vector<milliseconds>{999ms, 1999ms, 3999ms, 7999ms, 15999ms, 19999ms, 19999ms}));
  EXPECT_EQ(delays(failure_class::no_connection, 0.5, 3),
            (std::vector<milliseconds>{12ms, 25ms, 50ms}));
}

TEST(retry, never_overflows_however_often_it_fails) {
  EXPECT_EQ(delays(failure_class::throttled, highest, 5000).back(), 19999ms);
}

TEST(retry, a_permanent_failure_is_the_end) {
  retry_state retries({}, 1h);
  EXPECT_EQ(retries.after_failure(failure_class::permanent, begin, 0, answered), std::nullopt);
  EXPECT_EQ(retries.failures(), 1U);
}

TEST(retry, ends_when_the_next_attempt_would_lie_after_the_budget) {
  // A retry whose first failure was at `begin`, and the second later.
  auto second = [](failure_class follow_up, milliseconds at, double random) {
    retry_state retries({}, 10s);
    EXPECT_EQ(retries.after_failure(failure_class::transient, begin, 0, answered), 0ms);
    return retries.after_failure(follow_up, begin + at, random, answered);
  };
  EXPECT_EQ(second(failure_class::transient, 9999ms, 0), 0ms);
  EXPECT_EQ(second(failure_class::transient, 10s, 0), std::nullopt);
  // A quarter of twice the base of a second.
  EXPECT_EQ(second(failure_class::throttled, 9500ms, 0.25), std::nullopt);
  EXPECT_EQ(second(failure_class::throttled, 9499ms, 0.25), 500ms);
}

// An attempt that stalls for as long as the budget is tried again all the same.
TEST(retry, the_budget_begins_with_the_first_failure) {
  retry_state retries({}, 10s);
  EXPECT_EQ(retries.after_failure(failure_class::transient, begin + 24h, 0, answered), 0ms);
  EXPECT_EQ(retries.after_failure(failure_class::transient, begin + 24h + 9s, 0, answered), 0ms);
  EXPECT_EQ(retries.after_failure(failure_class::transient, begin + 24h + 10s, 0, answered),
            std::nullopt);
}

TEST(retry, waiting_for_memory_of_ones_own_does_not_count) {
  retry_state retries({}, 10s);
  retries.exclude_wait(1h);  // nothing has failed yet
  EXPECT_EQ(retries.after_failure(failure_class::transient, begin, 0, answered), 0ms);
  retries.exclude_wait(1h);
  EXPECT_EQ(retries.after_failure(failure_class::transient, begin + 1h + 9999ms, 0, answered), 0ms);
  EXPECT_EQ(retries.after_failure(failure_class::transient, begin + 1h + 10s, 0, answered),
            std::nullopt);
}

TEST(retry, without_a_budget_there_is_one_attempt) {
  retry_state retries({}, 0ms);
  EXPECT_EQ(retries.after_failure(failure_class::transient, begin, 0, answered), std::nullopt);
}

TEST(retry, the_longest_budget_is_for_ever) {
  for (const milliseconds budget : {milliseconds::max(), milliseconds(24h * 365 * 280)}) {
    retry_state retries({}, budget);
    EXPECT_EQ(retries.after_failure(failure_class::throttled, begin, 0, answered), 0ms);
    retries.exclude_wait(24h);
    EXPECT_EQ(retries.after_failure(failure_class::throttled, begin + 24h * 3650, 0, answered),
              0ms);
  }
}

TEST(retry, an_address_where_nobody_ever_answered_is_tried_four_times) {
  for (const failure_class each : {failure_class::no_connection, failure_class::transient}) {
    retry_state retries({}, 24h);
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(retries.after_failure(each, begin, 0, !answered)) << i;
    }
    EXPECT_FALSE(retries.after_failure(each, begin, 0, !answered));
  }
  retry_state retries({}, 24h);
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(retries.after_failure(failure_class::no_connection, begin, 0, answered)) << i;
  }
}

TEST(retry, what_the_service_asks_for_moves_the_delay) {
  auto after = [](double random, milliseconds asked) {
    retry_state retries({}, 24h);
    return retries.after_failure(failure_class::throttled, begin, random, answered, asked);
  };
  EXPECT_EQ(after(0, 300ms), 300ms);      // not earlier
  EXPECT_EQ(after(0.5, 300ms), 500ms);    // within
  EXPECT_EQ(after(highest, 0ms), 999ms);  // within
  EXPECT_EQ(after(0, 60s), 60s);
  retry_state many({}, 24h);
  for (int i = 0; i < 10; ++i) {
    (void)many.after_failure(failure_class::throttled, begin, 0, answered);
  }
  EXPECT_EQ(many.after_failure(failure_class::throttled, begin, highest, answered, 100ms),
            5100ms);  // not later than five seconds more
}

TEST(retry, expired_credentials_are_replaced_once) {
  retry_state retries({}, 0ms);
  EXPECT_EQ(retries.after_failure(failure_class::expired_credentials, begin, highest, answered),
            0ms);
  EXPECT_EQ(retries.after_failure(failure_class::expired_credentials, begin, highest, answered),
            std::nullopt);
}

// A request that is throttled for an hour outlives several tokens.
TEST(retry, credentials_that_were_good_for_a_while_are_replaced_again) {
  retry_state retries({}, 24h);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(retries.after_failure(failure_class::expired_credentials, begin, highest, answered),
              0ms);
    EXPECT_TRUE(retries.after_failure(failure_class::throttled, begin, 0, answered));
  }
}

TEST(retry, the_time_is_corrected_once_and_neither_cure_begets_the_other) {
  retry_state retries({}, 24h);
  EXPECT_EQ(retries.after_failure(failure_class::wrong_time, begin, highest, answered), 0ms);
  EXPECT_EQ(retries.after_failure(failure_class::expired_credentials, begin, highest, answered),
            0ms);
  EXPECT_EQ(retries.after_failure(failure_class::wrong_time, begin, highest, answered),
            std::nullopt);
}

}  // namespace client_retry_test
