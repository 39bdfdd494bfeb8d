// A supervisor's decisions, with time as a number.
#include <dynamo/stage/restart_policy.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stage_restart_policy_test {

using namespace dynamo::stage;
using namespace std::chrono_literals;
using kind = restart_policy::decision::kind;
using testing::ElementsAre;

constexpr restart_policy::time_point start{1h};

restart_policy with_four(strategy how, std::size_t max_restarts = 3) {
  restart_policy policy(how, max_restarts, 5s);
  for (int i = 0; i < 4; ++i) policy.add(restart::transient);
  return policy;
}

TEST(restart_policy, one_for_one_restarts_the_one_that_failed) {
  auto policy = with_four(one_for_one);
  const auto what = policy.failed(1, start);
  EXPECT_EQ(what.what, kind::restart);
  EXPECT_THAT(what.children, ElementsAre(1));
}

TEST(restart_policy, one_for_all_restarts_all) {
  auto policy = with_four(one_for_all);
  EXPECT_THAT(policy.failed(2, start).children, ElementsAre(0, 1, 2, 3));
}

TEST(restart_policy, rest_for_one_restarts_those_after_too) {
  auto policy = with_four(rest_for_one);
  EXPECT_THAT(policy.failed(2, start).children, ElementsAre(2, 3));
  EXPECT_THAT(policy.failed(0, start).children, ElementsAre(0, 1, 2, 3));
}

TEST(restart_policy, leaves_alone_what_has_ended) {
  auto policy = with_four(one_for_all);
  policy.ended(0);
  policy.ended(3);
  EXPECT_THAT(policy.failed(1, start).children, ElementsAre(1, 2));
}

TEST(restart_policy, gives_up_at_one_restart_too_many_within_the_period) {
  auto policy = with_four(one_for_one, 2);
  EXPECT_EQ(policy.failed(0, start).what, kind::restart);
  EXPECT_EQ(policy.failed(1, start + 4s).what, kind::restart);
  EXPECT_EQ(policy.failed(2, start + 5s).what, kind::give_up);
}

TEST(restart_policy, forgets_restarts_when_the_period_is_over) {
  auto policy = with_four(one_for_one, 2);
  EXPECT_EQ(policy.failed(0, start).what, kind::restart);
  EXPECT_EQ(policy.failed(0, start + 1s).what, kind::restart);
  EXPECT_EQ(policy.failed(0, start + 5001ms).what, kind::restart);
  EXPECT_EQ(policy.failed(0, start + 5002ms).what, kind::give_up);
}

TEST(restart_policy, without_restarts_gives_up_at_the_first_failure) {
  auto policy = with_four(one_for_one, 0);
  EXPECT_EQ(policy.failed(0, start).what, kind::give_up);
}

TEST(restart_policy, does_not_count_what_does_not_count) {
  auto policy = with_four(one_for_one, 0);
  EXPECT_EQ(policy.failed(0, start, false).what, kind::restart);
  EXPECT_EQ(policy.failed(0, start, false).what, kind::restart);
  EXPECT_EQ(policy.failed(0, start, true).what, kind::give_up);
}

TEST(restart_policy, temporary_children_are_never_restarted) {
  restart_policy policy(one_for_all, 0, 5s);
  policy.add(restart::temporary);
  policy.add(restart::transient);
  EXPECT_EQ(policy.failed(0, start).what, kind::let_go);
  EXPECT_EQ(policy.failed(1, start).what, kind::give_up);
}

TEST(restart_policy, permanent_children_are_restarted_when_they_are_complete) {
  restart_policy policy(one_for_one, 1, 5s);
  policy.add(restart::permanent);
  policy.add(restart::transient);
  EXPECT_EQ(policy.completed(1, start).what, kind::let_go);
  EXPECT_EQ(policy.completed(0, start).what, kind::restart);
  EXPECT_EQ(policy.completed(0, start).what, kind::give_up) << "as if it had failed";
}

TEST(restart_policy, begins_again) {
  auto policy = with_four(one_for_one, 1);
  EXPECT_EQ(policy.failed(0, start).what, kind::restart);
  policy.forget();
  EXPECT_EQ(policy.failed(0, start).what, kind::restart);
}

}  // namespace stage_restart_policy_test
