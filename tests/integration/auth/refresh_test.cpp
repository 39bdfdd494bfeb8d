// Ten seconds of a scan with tokens that live three seconds, over real sockets.
#include "auth/default_credentials.hpp"
#include "auth/sigv4.hpp"
#include "auth/timestamp.hpp"
#include "integration/auth/local_sources.hpp"
#include "support/hostile.hpp"

#include <dynamo/dynamo.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace dynamo::test {
namespace auth_refresh_test {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using std::chrono::system_clock;

// Hands out tokens that live three seconds, after 50 ms.
class short_lived_agent {
 public:
  [[nodiscard]] std::string url() const { return server_.url(); }
  /// The second in which the token expires, as requests are dated; empty if it was never issued.
  [[nodiscard]] std::string end_of(const std::string& token) const {
    const std::lock_guard lock(mutex_);
    const auto found = ends_.find(token);
    return found == ends_.end() ? std::string() : found->second;
  }
  [[nodiscard]] std::size_t issued() const {
    const std::lock_guard lock(mutex_);
    return ends_.size();
  }
  [[nodiscard]] bool asked_twice_at_a_time() const { return overlap_; }

 private:
  script issue() {
    const std::lock_guard lock(mutex_);
    const auto now = steady_clock::now();
    if (now < busy_until_) overlap_ = true;
    busy_until_ = now + 50ms;
    const auto until = std::chrono::floor<std::chrono::seconds>(system_clock::now()) + 3s;
    const std::string token = "TOKEN-" + std::to_string(ends_.size());
    ends_[token] = auth::amz_date(until);
    script late = answer(
        200, fmt::format(
                 R"({{"AccessKeyId":"AK","SecretAccessKey":"s","Token":"{}","Expiration":"{}"}})",
                 token, auth::format_timestamp(until)));
    late.insert(late.begin(), step::pause{50ms});
    return late;
  }

  mutable std::mutex mutex_;
  std::map<std::string, std::string> ends_;
  steady_clock::time_point busy_until_{};
  std::atomic<bool> overlap_ = false;
  loopback_server server_{[this](const received_request&) { return issue(); }};
};

class refresh_over_sockets : public LocalSources {};

TEST_F(refresh_over_sockets, one_search_at_a_time_no_expired_token_and_nothing_lost) {
  const short_lived_agent agent;
  const auto end = steady_clock::now() + 10s;
  std::atomic<std::size_t> given = 0;
  std::atomic<int> known_as_expired = 0;
  std::atomic<int> unknown = 0;
  const loopback_server service([&](const received_request& request) {
    const std::string until = agent.end_of(request.headers.at("x-amz-security-token"));
    if (until.empty()) ++unknown;
    // What counts is when it was signed: on a busy machine it may be long on its way.
    if (request.headers.at("x-amz-date") >= until) ++known_as_expired;
    if (auth::amz_date(system_clock::now()) >= until)
      return service_error(400, "com.amazonaws.dynamodb.v20120810#ExpiredTokenException");
    const std::size_t number = given++;
    const std::string key = fmt::format(R"({{"id":{{"S":"{}"}}}})", number);
    script page = respond(
        200,
        fmt::format(R"({{"Items":[{}],"Count":1,"ScannedCount":1{}}})", key,
                    steady_clock::now() < end ? ",\"LastEvaluatedKey\":" + key : std::string()));
    page.insert(page.begin(), step::pause{200ms});
    return page;
  });

  variables_->set("AWS_CONTAINER_CREDENTIALS_FULL_URI", agent.url());
  client_config config = impatient_config(service.url());
  config.credentials =
      auth::default_credential_chain(std::nullopt, context_at(std::make_shared<shifted_clock>()));
  std::set<std::string> seen;
  for (const item& each : table<item>(client(config), "t").stream_parallel_scan({.segments = 64})) {
    EXPECT_TRUE(seen.insert(std::string(each.find("id")->as_string())).second);
  }
  EXPECT_EQ(seen.size(), given);
  EXPECT_GT(seen.size(), 64U * 10);
  EXPECT_FALSE(agent.asked_twice_at_a_time());
  EXPECT_EQ(known_as_expired, 0);
  EXPECT_EQ(unknown, 0);
  EXPECT_GE(agent.issued(), 4U);
}

}  // namespace auth_refresh_test
}  // namespace dynamo::test
