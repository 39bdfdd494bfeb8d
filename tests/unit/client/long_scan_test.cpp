// Ten hours of scanning, in a moment: time stands still but for what the test lets pass.
#include "auth/sigv4.hpp"
#include "client/wire_backend.hpp"
#include "support/fake_transport.hpp"
#include "support/watchdog.hpp"
#include "unit/auth/fake_dependencies.hpp"
#include "unit/scan/sample_items.hpp"

#include <dynamo/scan/page_reader.hpp>
#include <dynamo/scan/page_source.hpp>

#include <fmt/chrono.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace client_long_scan_test {

using namespace dynamo;
using namespace std::chrono_literals;
using net::transport_errc;
using std::chrono::system_clock;
using test::http_answer;

constexpr std::uint32_t segments = 8;
constexpr auto token_life = 15min;

// Tokens that do not tell when they expire: only the service says so.
class short_tokens final : public credential_provider {
 public:
  explicit short_tokens(std::shared_ptr<const dynamo::clock> time) : time_(std::move(time)) {
    renew();
  }
  void resolve(handler done) override {
    done(credentials{
        .access_key_id = "AKID", .secret_access_key = "secret", .session_token = token_});
  }
  void invalidate() override {
    ++renewed;
    renew();
  }
  [[nodiscard]] bool is_good(std::string_view token) const {
    long issued = 0;
    std::from_chars(token.data(), token.data() + token.size(), issued);
    return seconds_now() - issued < std::chrono::seconds(token_life).count();
  }

  int renewed = 0;

 private:
  [[nodiscard]] long seconds_now() const {
    return std::chrono::floor<std::chrono::seconds>(time_->wall_time()).time_since_epoch().count();
  }
  void renew() { token_ = std::to_string(seconds_now()); }

  const std::shared_ptr<const dynamo::clock> time_;
  std::string token_;
};

std::string error_body(std::string_view code) {
  return R"({"__type":"com.amazonaws.dynamodb.v20120810#)" + std::string(code) +
         R"(","message":"as the test wants it"})";
}

// What the service does at a time since the scan began.
struct faults {
  std::chrono::seconds throttled_from{};
  std::chrono::seconds throttled_until{};
  unsigned passes_every = 12;  // of the requests in that time one in so many is answered; 0: none
  std::chrono::seconds down_from{};
  std::chrono::seconds down_until{};
};

class long_scan : public testing::Test {
 protected:
  void open(std::chrono::milliseconds budget) {
    client_config config;
    config.region = "eu-central-1";
    config.credentials = tokens;
    config.scan_retry_budget = budget;
    tested =
        wire::make_wire_backend(config, {.environment = std::make_shared<auth::fake_environment>(),
                                         .time = time,
                                         .random = std::make_shared<test::fixed_random>(0.5),
                                         .make_transport = [this](net::transport_options options) {
                                           return network.make(std::move(options));
                                         }});
  }

  std::chrono::seconds elapsed() const {
    return std::chrono::floor<std::chrono::seconds>(time->now() - begin);
  }

  // Scans to the end, each request taking ten seconds.
  void scan(const faults& how, std::size_t pages) {
    pages_of_segment = pages;
    page_source source(tested, "users", {.segments = segments}, true);
    ask(source);
    using arrival = std::pair<std::chrono::steady_clock::time_point, std::size_t>;
    std::priority_queue<arrival, std::vector<arrival>, std::greater<>> under_way;
    std::size_t seen = 0;
    while (!ended) {
      for (; seen < network.sent(); ++seen) under_way.emplace(time->now() + 10s, seen);
      const auto task = network.next_task();
      if (!under_way.empty() && (!task || under_way.top().first <= time->now() + *task)) {
        const auto [when, request] = under_way.top();
        under_way.pop();
        network.advance(std::chrono::ceil<std::chrono::milliseconds>(
            std::max(when - time->now(), std::chrono::steady_clock::duration(0))));
        network.answer(request, answer_to(how, request));
        network.run();
      } else {
        ASSERT_TRUE(task) << "nothing is under way and nothing waits";
        network.advance(*task);
      }
    }
  }

  net::http_outcome answer_to(const faults& how, std::size_t request) {
    if (elapsed() >= how.down_from && elapsed() < how.down_until)
      return net::transport_error{transport_errc::refused, "the service is down"};
    const auto service_time = time->wall_time() + 7min;
    const auto refused = [&](std::string_view code) {
      auto response = http_answer(400, error_body(code));
      response.date = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                                  fmt::gmtime(system_clock::to_time_t(service_time)));
      return response;
    };
    const std::string date = network.header(request, "X-Amz-Date");
    if (date < auth::amz_date(service_time - 5min) || date > auth::amz_date(service_time + 5min)) {
      ++wrong_times;
      return refused("InvalidSignatureException");
    }
    if (!tokens->is_good(network.header(request, "X-Amz-Security-Token"))) {
      ++expired;
      return refused("ExpiredTokenException");
    }
    if (elapsed() >= how.throttled_from && elapsed() < how.throttled_until &&
        (how.passes_every == 0 || ++throttled % how.passes_every != 0)) {
      return refused("ProvisionedThroughputExceededException");
    }
    return http_answer(200, page_for(network.request(request).body));
  }

  // A page of one item whose id is "segment-page".
  std::string page_for(const std::string& body) const {
    const auto number_behind = [&](std::string_view lead) {
      std::size_t value = 0;
      if (const auto at = body.find(lead); at != std::string::npos)
        std::from_chars(body.data() + at + lead.size(), body.data() + body.size(), value);
      return value;
    };
    const std::size_t page = number_behind(R"("ExclusiveStartKey":{"page":{"N":")");
    const std::string id =
        std::to_string(number_behind("\"Segment\":")) + "-" + std::to_string(page);
    return test::page_of({test::person_json(id)},
                         page + 1 < pages_of_segment
                             ? R"({"page":{"N":")" + std::to_string(page + 1) + R"("}})"
                             : "");
  }

  void ask(page_source& source) {
    source.async_next([&](result<std::optional<page>> next) {
      if (next && *next) {
        detail::arena memory;
        detail::page_reader<test::person> reader(memory);
        reader.open(**next);
        test::person one;
        while (reader.next(one, "users").value()) EXPECT_TRUE(ids.insert(one.id).second) << one.id;
        return ask(source);
      }
      ended = true;
      if (!next) failure = next.error();
    });
  }

  void expect_complete() const {
    EXPECT_FALSE(failure) << failure->to_string();
    EXPECT_EQ(ids.size(), segments * pages_of_segment);
  }

  std::shared_ptr<test::manual_clock> time = std::make_shared<test::manual_clock>();
  const std::chrono::steady_clock::time_point begin = time->now();
  std::shared_ptr<short_tokens> tokens = std::make_shared<short_tokens>(time);
  test::fake_network network{time};
  std::shared_ptr<backend> tested;
  std::size_t pages_of_segment = 0;
  std::set<std::string> ids;
  bool ended = false;
  std::optional<error> failure;
  int expired = 0;
  int wrong_times = 0;
  unsigned throttled = 0;
  test::watchdog dog{"long_scan"};
};

TEST_F(long_scan, of_ten_hours_outlives_throttling_an_outage_short_tokens_and_a_wrong_clock) {
  const auto really_begun = std::chrono::steady_clock::now();
  open(client_config().scan_retry_budget);
  scan({.throttled_from = 2h, .throttled_until = 3h, .down_from = 6h, .down_until = 6h + 10min},
       3200);
  expect_complete();
  EXPECT_GE(elapsed(), 9h + 30min);
  EXPECT_LE(elapsed(), 11h);
  // Few, since requests become fewer when the service throttles.
  EXPECT_GT(throttled, 100U);
  // Each token was replaced once, whichever segments found out.
  EXPECT_GE(tokens->renewed, 35);
  EXPECT_LE(tokens->renewed, elapsed() / token_life);
  EXPECT_GE(expired, tokens->renewed);
  // The clock was set right by the first answers and never again.
  EXPECT_GE(wrong_times, 1);
  EXPECT_LE(wrong_times, static_cast<int>(segments));
  EXPECT_LT(std::chrono::steady_clock::now() - really_begun, 60s);
}

// An hour in which not one request passes is longer than a segment waits by default.
TEST_F(long_scan, outlives_an_hour_without_any_answer_if_its_budget_is_longer) {
  open(2h);
  scan({.throttled_from = 1h, .throttled_until = 2h, .passes_every = 0}, 600);
  expect_complete();
  EXPECT_GT(tokens->renewed, 2);
}

TEST_F(long_scan, ends_with_the_cause_when_a_quarter_of_an_hour_passes_without_progress) {
  open(client_config().scan_retry_budget);
  scan({.throttled_from = 1h, .throttled_until = 2h, .passes_every = 0}, 600);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, errc::throttled);
  EXPECT_EQ(failure->code, "ProvisionedThroughputExceededException");
  EXPECT_EQ(failure->table, "users");
  EXPECT_TRUE(failure->segment);
  EXPECT_GT(failure->attempts, 30U);
  EXPECT_GE(elapsed(), 1h + 14min);
  EXPECT_LE(elapsed(), 1h + 16min);
}

}  // namespace client_long_scan_test
