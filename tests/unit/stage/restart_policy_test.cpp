// A supervisor's decisions, with time as a number.
#include <dynamo/stage/restart_policy.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

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

TEST(RestartPolicy, OneForOneRestartsTheOneThatFailed) {
  auto policy = with_four(one_for_one);
  const auto what = policy.failed(1, start);
  EXPECT_EQ(what.what, kind::restart);
  EXPECT_THAT(what.children, ElementsAre(1));
}

TEST(RestartPolicy, OneForAllRestartsAll) {
  auto policy = with_four(one_for_all);
  EXPECT_THAT(policy.failed(2, start).children, ElementsAre(0, 1, 2, 3));
}

TEST(RestartPolicy, RestForOneRestartsThoseBehindToo) {
  auto policy = with_four(rest_for_one);
  EXPECT_THAT(policy.failed(2, start).children, ElementsAre(2, 3));
  EXPECT_THAT(policy.failed(0, start).children, ElementsAre(0, 1, 2, 3));
}

TEST(RestartPolicy, LeavesAloneWhatHasEnded) {
  auto policy = with_four(one_for_all);
  policy.ended(0);
  policy.ended(3);
  EXPECT_THAT(policy.failed(1, start).children, ElementsAre(1, 2));
}

TEST(RestartPolicy, GivesUpAtOneRestartTooManyWithinThePeriod) {
  auto policy = with_four(one_for_one, 2);
  EXPECT_EQ(policy.failed(0, start).what, kind::restart);
  EXPECT_EQ(policy.failed(1, start + 4s).what, kind::restart);
  EXPECT_EQ(policy.failed(2, start + 5s).what, kind::give_up);
}

TEST(RestartPolicy, ForgetsRestartsWhenThePeriodIsOver) {
  auto policy = with_four(one_for_one, 2);
  EXPECT_EQ(policy.failed(0, start).what, kind::restart);
  EXPECT_EQ(policy.failed(0, start + 1s).what, kind::restart);
  EXPECT_EQ(policy.failed(0, start + 5001ms).what, kind::restart);
  EXPECT_EQ(policy.failed(0, start + 5002ms).what, kind::give_up);
}

TEST(RestartPolicy, WithoutRestartsGivesUpAtTheFirstFailure) {
  auto policy = with_four(one_for_one, 0);
  EXPECT_EQ(policy.failed(0, start).what, kind::give_up);
}

TEST(RestartPolicy, DoesNotCountWhatDoesNotCount) {
  auto policy = with_four(one_for_one, 0);
  EXPECT_EQ(policy.failed(0, start, false).what, kind::restart);
  EXPECT_EQ(policy.failed(0, start, false).what, kind::restart);
  EXPECT_EQ(policy.failed(0, start, true).what, kind::give_up);
}

TEST(RestartPolicy, TemporaryChildrenAreNeverRestarted) {
  restart_policy policy(one_for_all, 0, 5s);
  policy.add(restart::temporary);
  policy.add(restart::transient);
  EXPECT_EQ(policy.failed(0, start).what, kind::let_go);
  EXPECT_EQ(policy.failed(1, start).what, kind::give_up);
}

TEST(RestartPolicy, PermanentChildrenAreRestartedWhenTheyAreComplete) {
  restart_policy policy(one_for_one, 1, 5s);
  policy.add(restart::permanent);
  policy.add(restart::transient);
  EXPECT_EQ(policy.completed(1, start).what, kind::let_go);
  EXPECT_EQ(policy.completed(0, start).what, kind::restart);
  EXPECT_EQ(policy.completed(0, start).what, kind::give_up) << "as if it had failed";
}

TEST(RestartPolicy, BeginsAnew) {
  auto policy = with_four(one_for_one, 1);
  EXPECT_EQ(policy.failed(0, start).what, kind::restart);
  policy.forget();
  EXPECT_EQ(policy.failed(0, start).what, kind::restart);
}

}  // namespace
