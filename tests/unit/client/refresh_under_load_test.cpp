// A minute of scanning with tokens that live three seconds, in a moment: time stands still but for
// what the test lets pass.
#include "auth/timestamp.hpp"
#include "client/wire_backend.hpp"
#include "support/fake_transport.hpp"
#include "support/simulated_service.hpp"
#include "support/watchdog.hpp"
#include "unit/auth/fake_dependencies.hpp"

#include <dynamo/scan/page_source.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace client_refresh_under_load_test {

using namespace dynamo;
using namespace std::chrono_literals;
using std::chrono::system_clock;
using test::http_answer;

constexpr std::uint32_t segments = 64;
constexpr auto token_life = 3s;
constexpr auto scan_time = 60s;

// A container's agent and a DynamoDB behind one network.
class refresh_under_load : public testing::Test {
 protected:
  void open() {
    variables->set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/task");
    client_config config;
    config.region = "eu-central-1";
    tested =
        wire::make_wire_backend(config, {.environment = variables,
                                         .time = time,
                                         .random = std::make_shared<test::fixed_random>(0.5),
                                         .make_transport = [this](net::transport_options options) {
                                           return network.make(std::move(options));
                                         }});
  }

  // Scans for a minute: the service takes 50 ms for a page, the agent 100 ms for a token.
  void scan() {
    page_source source(tested, "users", {.segments = segments}, true);
    test::eager_puller puller(source);
    std::multimap<std::chrono::steady_clock::time_point, std::size_t> under_way;
    std::size_t seen = 0;
    while (!puller.ended()) {
      for (; seen < network.sent(); ++seen) {
        const bool of_agent = network.request(seen).url.starts_with("http://169.254.170.2/");
        if (of_agent) ++agent_open;
        EXPECT_LE(agent_open, 1U) << "two searches at a time";
        if (!of_agent) look_at(network.header(seen, "X-Amz-Security-Token"));
        under_way.emplace(time->now() + (of_agent ? 100ms : 50ms), seen);
      }
      const auto task = network.next_task();
      if (under_way.empty() || (task && time->now() + *task < under_way.begin()->first)) {
        ASSERT_TRUE(task) << "nothing is under way and nothing waits";
        network.advance(*task);
        continue;
      }
      const auto [when, request] = *under_way.begin();
      under_way.erase(under_way.begin());
      network.advance(std::chrono::ceil<std::chrono::milliseconds>(when - time->now()));
      network.answer(request, answer_to(request));
      network.run();
    }
    EXPECT_FALSE(puller.failure()) << puller.failure()->to_string();
    EXPECT_EQ(puller.pages(), pages_given);
    EXPECT_GT(pages_given, segments * (scan_time / 200ms));
  }

  // Of a request as it leaves.
  void look_at(const std::string& token) {
    const auto issued = tokens.find(token);
    ASSERT_NE(issued, tokens.end()) << token;
    EXPECT_LT(time->wall_time(), issued->second) << "signed with a token that had expired";
  }

  net::http_response answer_to(std::size_t request) {
    if (network.request(request).url.starts_with("http://169.254.170.2/")) {
      --agent_open;
      ++agent_asked;
      if (agent_fails(agent_asked)) return http_answer(503, "");
      // Times in documents are whole seconds.
      const auto until = std::chrono::floor<std::chrono::seconds>(time->wall_time()) + token_life;
      const std::string token = fmt::format("TOKEN-{}", tokens.size());
      tokens[token] = until;
      return http_answer(
          200, fmt::format(
                   R"({{"AccessKeyId":"AK","SecretAccessKey":"s","Token":"{}","Expiration":"{}"}})",
                   token, auth::format_timestamp(until)));
    }
    ++pages_given;
    const bool last = time->now() - begin >= scan_time;
    return http_answer(200, last ? R"({"Items":[],"Count":0,"ScannedCount":0})"
                                 : fmt::format(R"({{"Items":[],"Count":0,"ScannedCount":0,)"
                                               R"("LastEvaluatedKey":{{"id":{{"S":"{}"}}}}}})",
                                               pages_given));
  }

  std::shared_ptr<auth::fake_environment> variables = std::make_shared<auth::fake_environment>();
  std::shared_ptr<test::manual_clock> time = std::make_shared<test::manual_clock>();
  const std::chrono::steady_clock::time_point begin = time->now();
  test::fake_network network{time};
  std::function<bool(unsigned)> agent_fails = [](unsigned) { return false; };
  std::map<std::string, system_clock::time_point> tokens;
  unsigned agent_open = 0;
  unsigned agent_asked = 0;
  std::uint64_t pages_given = 0;
  std::shared_ptr<backend> tested;
  test::watchdog dog{"RefreshUnderLoad"};
};

TEST_F(refresh_under_load, one_search_at_a_time_and_no_expired_token) {
  open();
  scan();
  // One for each second or two: a token is renewed at half of its time.
  EXPECT_GE(tokens.size(), 30U);
  EXPECT_LE(tokens.size(), 65U);
  EXPECT_EQ(agent_asked, tokens.size());
}

TEST_F(refresh_under_load, an_agent_that_often_fails_loses_nothing) {
  agent_fails = [](unsigned asked) { return asked % 3 != 0; };
  open();
  scan();
  EXPECT_GE(agent_asked, 3 * tokens.size());
}

}  // namespace client_refresh_under_load_test
