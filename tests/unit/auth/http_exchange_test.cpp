// Questions for credentials and their ends.
#include "auth/http_exchange.hpp"

#include "support/fake_transport.hpp"
#include "support/manual_time.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace dynamo::auth {
namespace auth_http_exchange_test {

using ::testing::ElementsAre;

class http_exchange_test : public testing::Test {
 protected:
  void ask() {
    exchange->ask({.url = "http://127.0.0.1/"}, [this](const result<net::http_response>& got) {
      heard.push_back(got ? std::to_string(got->status) : got.error().message);
    });
  }
  void TearDown() override { exchange->close(); }

  std::shared_ptr<test::manual_clock> time = std::make_shared<test::manual_clock>();
  test::fake_network network{time};
  std::shared_ptr<http_exchange> exchange =
      std::make_shared<http_exchange>([this] { return network.make({}); }, time);
  std::vector<std::string> heard;
};

TEST_F(http_exchange_test, tries_server_errors_again_and_gives_the_last_one) {
  ask();
  for (std::size_t sent = 1; sent <= 3; ++sent) {
    ASSERT_EQ(network.sent(), sent);
    EXPECT_THAT(heard, ElementsAre());
    network.answer(sent - 1, test::http_answer(503, ""));
    network.advance(std::chrono::seconds(1));
  }
  EXPECT_THAT(heard, ElementsAre("503"));
}

TEST_F(http_exchange_test, says_so_when_there_is_no_network) {
  network.refuse_to_start("Resource temporarily unavailable");
  ask();
  EXPECT_THAT(heard,
              ElementsAre("the network could not be used: Resource temporarily unavailable"));
}

TEST_F(http_exchange_test, its_end_ends_what_is_under_way_and_what_comes_after) {
  ask();
  exchange->close();
  ask();
  EXPECT_THAT(heard, ElementsAre("the search for credentials was cancelled",
                                 "the search for credentials was cancelled"));
}

}  // namespace auth_http_exchange_test
}  // namespace dynamo::auth
