// What other tools are known to get wrong, each as the smallest case that would show it.
#include "support/hostile.hpp"
#include "support/sample_table.hpp"
#include "support/scripted_backend.hpp"
#include "support/upstream.hpp"
#include "support/watchdog.hpp"

#include <dynamo/dynamo.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace dynamo::test {
namespace faults_elsewhere_test {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

memory_tables::items few_samples(std::size_t count) {
  memory_tables::items all;
  for (std::size_t number = 0; number < count; ++number) {
    all[sample_id(number)] = to_json(sample{.id = sample_id(number),
                                            .number = static_cast<std::uint32_t>(number),
                                            .text = sample_text(number)});
  }
  return all;
}

// A table that answers as it is.
class honest_table {
 public:
  explicit honest_table(memory_tables::items all) { tables_.put("t", std::move(all)); }
  [[nodiscard]] std::string url() const { return server_.url(); }
  [[nodiscard]] std::vector<received_request> requests() const { return server_.requests(); }
  [[nodiscard]] memory_tables& tables() { return tables_; }

 private:
  memory_tables tables_;
  loopback_server server_{[this](const received_request& request) {
    return script{step::send{text_of(tables_(request))}};
  }};
};

class elsewhere : public ::testing::Test {
  watchdog dog_{"Elsewhere"};
};

// Most of them are empty, and that is no reason to stop or to fail.
TEST_F(elsewhere, ten_times_as_many_segments_as_items_give_each_item_once) {
  honest_table server(few_samples(100));
  const table<sample> source(client(impatient_config(server.url())), "t");
  roll_call seen;
  for (const sample& each : source.stream_parallel_scan({.segments = 1000})) seen.came(each.id);
  EXPECT_EQ(seen.size(), 100U);
  EXPECT_EQ(server.requests().size(), 1000U);
}

// A server that never moves on would be asked, and paid, for ever.
TEST_F(elsewhere, a_key_that_repeats_for_ever_fails_the_segment) {
  const std::vector<std::string> items(3, R"({"id":{"S":"same"}})");
  const std::string key = R"({"id":{"S":"same"}})";
  const loopback_server server(in_turn({respond(200, page_body(items, key))}));
  const table<item> source(client(impatient_config(server.url())), "t");
  std::size_t seen = 0;
  try {
    for ([[maybe_unused]] const item& each :
         source.stream_parallel_scan({.segments = 2, .max_concurrency = 1})) {
      ++seen;
    }
    FAIL() << "the scan is complete";
  } catch (const exception& failure) {
    EXPECT_EQ(failure.kind(), errc::invalid_response);
    EXPECT_THAT(failure.what(), HasSubstr("LastEvaluatedKey"));
    EXPECT_THAT(failure.what(), HasSubstr("table 't', segment 0"));
  }
  EXPECT_EQ(seen, 6U);  // the first page of each segment
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST_F(elsewhere, keys_that_go_in_a_circle_fail_the_segment) {
  const auto page = [](const std::string& key) {
    return respond(200, page_body({R"({"id":{"S":"same"}})"}, R"({"id":{"S":")" + key + R"("}})"));
  };
  const loopback_server server([&](const received_request& request) {
    return request.number < 100 ? page(std::string(1, "ABC"[request.number % 3]))
                                : respond(200, page_body({}));
  });
  const auto all = table<item>(client(impatient_config(server.url())), "t").try_scan();
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().kind, errc::invalid_response);
  EXPECT_THAT(all.error().message, HasSubstr("repeats a LastEvaluatedKey"));
  EXPECT_LE(server.requests().size(), 9U);
}

TEST_F(elsewhere, empty_pages_that_lead_nowhere_end_in_a_failure) {
  const loopback_server server(in_turn({respond(200, page_body({}, R"({"id":{"S":"same"}})"))}));
  const table<item> source(client(impatient_config(server.url())), "t");
  const auto all = source.try_scan();
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().kind, errc::invalid_response);
  EXPECT_THAT(all.error().message, HasSubstr("LastEvaluatedKey"));
}

// Each client signs with its own credentials, for its own endpoint and region.
TEST_F(elsewhere, a_copy_between_accounts_uses_the_credentials_of_each) {
  honest_table from(few_samples(300));
  honest_table into({});
  const auto account = [](const honest_table& of, const std::string& name,
                          const std::string& region) {
    client_config config = impatient_config(of.url());
    config.region = region;
    config.credentials = static_credentials(
        {.access_key_id = name, .secret_access_key = "secret", .session_token = name + "-token"});
    return client(std::move(config));
  };
  const client source = account(from, "SOURCE", "eu-central-1");
  const client target = account(into, "TARGET", "us-east-1");
  const table<item> read(source, "t");
  auto stream = read.stream_parallel_scan({.page_size = 50, .segments = 4});
  for (const batch<item>& page : stream.batches()) {
    std::vector<write_request> writes;
    for (const item& each : page) writes.emplace_back(put_request{"t", each});
    target.batch_write(writes);
  }
  EXPECT_EQ(into.tables().contents_of("t"), from.tables().contents_of("t"));
  const auto expect_only = [](const honest_table& at, const std::string& key,
                              const std::string& region) {
    for (const received_request& request : at.requests()) {
      EXPECT_THAT(request.headers.at("authorization"), HasSubstr("Credential=" + key + "/"));
      EXPECT_THAT(request.headers.at("authorization"), HasSubstr("/" + region + "/dynamodb/"));
      EXPECT_EQ(request.headers.at("x-amz-security-token"), key + "-token");
    }
  };
  expect_only(from, "SOURCE", "eu-central-1");
  expect_only(into, "TARGET", "us-east-1");
}

// A page of many small items is a loop, not a recursion.
TEST_F(elsewhere, a_hundred_thousand_items_in_one_page_are_read) {
  std::vector<std::string> items;
  for (int i = 0; i < 100'000; ++i) items.push_back(R"({"id":{"N":")" + std::to_string(i) + "\"}}");
  const loopback_server server(in_turn({respond(200, page_body(items, ""))}));
  const table<item> source(client(impatient_config(server.url())), "t");
  std::size_t streamed = 0;
  for (const item& each : source.stream_scan())
    streamed += each["id"].as_number().text() == std::to_string(streamed);
  EXPECT_EQ(streamed, items.size());
  std::size_t flowed = 0;
  for (const std::size_t one : flow::from(source.stream_parallel_scan({.segments = 1})) |
                                   flow::map([](const item&) { return std::size_t{1}; }) |
                                   flow::stream()) {
    flowed += one;
  }
  EXPECT_EQ(flowed, items.size());
}

}  // namespace faults_elsewhere_test
}  // namespace dynamo::test
