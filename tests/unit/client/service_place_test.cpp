// The region from the instance, as the last place to look, without blocking anybody.
#include "auth/endpoint.hpp"
#include "unit/client/wire_backend_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stop_token>
#include <string>

namespace client_service_place_test {

using namespace dynamo;
using namespace std::chrono_literals;
using net::transport_errc;
using test::http_answer;
using ::testing::HasSubstr;

// The network of the client and that of its credentials are one here: the second transport is made
// before the first ends.
class service_place_test : public test::wire_backend {
 protected:
  service_place_test() {
    config.region.reset();
    open();
  }
  std::string last_url() const { return network.request(network.sent() - 1).url; }
  void answer_region(std::string_view region) {
    network.answer(network.sent() - 1, http_answer(200, "TOKEN-1"));
    network.answer(network.sent() - 1, http_answer(200, region));
  }
};

TEST_F(service_place_test, asks_the_instance_for_the_region_once) {
  submit();
  submit();
  EXPECT_EQ(network.sent(), 1U);
  EXPECT_EQ(last_url(), "http://169.254.169.254/latest/api/token");
  EXPECT_EQ(who->resolved, 0);
  answer_region("eu-north-1");
  EXPECT_EQ(who->resolved, 2);
  EXPECT_EQ(last_url(), "https://dynamodb.eu-north-1.amazonaws.com/");
  submit();
  EXPECT_EQ(last_url(), "https://dynamodb.eu-north-1.amazonaws.com/");
  EXPECT_EQ(network.sent(), 5U);
}

TEST_F(service_place_test, makes_no_request_where_the_region_is_known) {
  for (const char* variable : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    tested.reset();
    variables->set(variable, "eu-west-1");
    open();
    submit();
    EXPECT_EQ(last_url(), "https://dynamodb.eu-west-1.amazonaws.com/") << variable;
    variables->unset(variable);
  }
}

TEST_F(service_place_test, makes_no_request_where_no_region_is_needed) {
  config.endpoint = "http://127.0.0.1:8000";
  open();
  submit();
  EXPECT_EQ(last_url(), "http://127.0.0.1:8000/");
}

TEST_F(service_place_test, says_that_there_is_no_region_where_no_instance_answers) {
  submit();
  EXPECT_TRUE(outcomes.empty());
  network.answer(0, transport_errc::deadline_exceeded);
  EXPECT_EQ(failure(), [] {
    error expected = auth::missing_region();
    expected.table = "users";
    expected.segment = 3;
    return expected;
  }());
  // Errors are not remembered.
  submit();
  EXPECT_EQ(network.sent(), 2U);
}

TEST_F(service_place_test, makes_no_request_where_the_service_is_disabled) {
  variables->set("AWS_EC2_METADATA_DISABLED", "true");
  submit();
  EXPECT_EQ(network.sent(), 0U);
  EXPECT_EQ(failure().kind, errc::configuration);
  EXPECT_THAT(failure().message, HasSubstr("region"));
}

TEST_F(service_place_test, timers_run_meanwhile) {
  submit();
  int ran = 0;
  ASSERT_TRUE(tested->schedule(time->now() + 100ms, [&] { ++ran; }));
  network.advance(100ms);
  EXPECT_EQ(ran, 1);
}

TEST_F(service_place_test, a_stop_ends_the_request_meanwhile) {
  std::stop_source stop;
  request.stop = stop.get_token();
  submit();
  stop.request_stop();
  network.run();
  EXPECT_EQ(failure().kind, errc::cancelled);
  answer_region("eu-north-1");
  EXPECT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(network.sent(), 2U) << "it goes on after its end";
}

TEST_F(service_place_test, the_end_of_the_backend_ends_the_request_meanwhile) {
  submit();
  tested.reset();
  EXPECT_EQ(failure().kind, errc::cancelled);
}

TEST_F(service_place_test, the_end_of_the_backend_ends_the_search_for_credentials) {
  config.region = "eu-central-1";
  config.credentials.reset();
  variables->set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/task");
  open();
  submit();
  EXPECT_EQ(last_url(), "http://169.254.170.2/task");
  tested.reset();
  EXPECT_EQ(failure().kind, errc::cancelled);
}

}  // namespace client_service_place_test
