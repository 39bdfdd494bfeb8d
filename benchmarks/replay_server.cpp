// Replays scans of sample users from memory, so that a benchmark measures only the client.
#include "replay_loop.hpp"
#include "replay_pages.hpp"
#include "replay_request.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace dynamo::bench;

class replay {
 public:
  replay(const data_set& users, const std::vector<std::uint32_t>& segment_counts)
      : expected_(expected(users)) {
    for (const std::uint32_t total : segment_counts) scans_.try_emplace(total, users, total);
  }

  reply answer(const http_request& request) {
    if (request.operation == "Scan") return scan(read_scan(request.body));
    if (request.operation == "DescribeTable") return describe(request.body);
    return failure("UnknownOperationException",
                   fmt::format("the replay server does not support '{}'", request.operation));
  }

 private:
  reply scan(const scan_query& query) {
    if (!query.unsupported.empty()) {
      return failure("ValidationException",
                     fmt::format("the replay server does not support '{}'", query.unsupported));
    }
    const auto pages = scans_.find(query.total_segments);
    if (pages == scans_.end()) {
      return failure(
          "ValidationException",
          fmt::format("no pages for TotalSegments {}: add it to --segments", query.total_segments));
    }
    const auto page = pages->second.page(query.segment, query.after);
    if (!page) {
      return failure("ValidationException",
                     "the segment does not exist, or no page of it ends at ExclusiveStartKey");
    }
    return {.shared = *page, .own = {}};
  }

  reply describe(std::string_view body) {
    std::string_view name = json_member(body, "TableName");
    if (!name.starts_with('"')) return failure("ValidationException", "TableName is missing");
    name = name.substr(1, name.size() - 2);
    const std::string table = fmt::format(
        R"({{"Table":{{"AttributeDefinitions":[{{"AttributeName":"email","AttributeType":"S"}},)"
        R"({{"AttributeName":"id","AttributeType":"S"}}],)"
        R"("BillingModeSummary":{{"BillingMode":"PAY_PER_REQUEST",)"
        R"("LastUpdateToPayPerRequestDateTime":1.7E9}},"CreationDateTime":1.7E9,)"
        R"("DeletionProtectionEnabled":false,"ItemCount":{},)"
        R"("KeySchema":[{{"AttributeName":"id","KeyType":"HASH"}},)"
        R"({{"AttributeName":"email","KeyType":"RANGE"}}],)"
        R"("ProvisionedThroughput":{{"NumberOfDecreasesToday":0,"ReadCapacityUnits":0,)"
        R"("WriteCapacityUnits":0}},)"
        R"("TableArn":"arn:aws:dynamodb:us-east-1:123456789012:table/{}",)"
        R"("TableId":"0d7e6a3c-5b0e-4b53-9d0d-3c8f1c6d2a11","TableName":"{}",)"
        R"("TableSizeBytes":{},"TableStatus":"ACTIVE"}}}})",
        expected_.items, name, name, expected_.item_bytes);
    return {.shared = {}, .own = http_response("200 OK", table, ++serial_)};
  }

  reply failure(std::string_view code, std::string_view message) {
    const std::string_view space =
        code == "ValidationException" ? "com.amazon.coral.validate" : "com.amazon.coral.service";
    const std::string body =
        fmt::format(R"({{"__type":"{}#{}","message":"{}"}})", space, code, message);
    return {.shared = {}, .own = http_response("400 Bad Request", body, ++serial_)};
  }

  expectation expected_;
  std::map<std::uint32_t, scan_pages> scans_;
  std::uint64_t serial_ = 1'000'000;
};

}  // namespace

int main(int argc, char** argv) {
  data_set users{.seed = 1, .items = 100'000};
  loop_options options;
  std::vector<std::uint32_t> segment_counts = {1, 8, 64};
  std::int64_t latency_ms = 0;
  bool print_expected = false;

  CLI::App app(
      "Replays scans of sample users on 127.0.0.1 until SIGTERM; the name of the table "
      "does not matter");
  app.add_option("--items", users.items, "Number of users")->capture_default_str();
  app.add_option("--seed", users.seed, "Seed of the sample users")->capture_default_str();
  app.add_option("--port", options.port, "Port; 0: a free one")->capture_default_str();
  app.add_option("--segments", segment_counts, "Supported values of TotalSegments")
      ->delimiter(',')
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--latency-ms", latency_ms, "Delay of every response, in milliseconds")
      ->check(CLI::Range(0, 60'000))
      ->capture_default_str();
  app.add_flag("--print-expected", print_expected,
               "Print the expected result of a client and exit");
  CLI11_PARSE(app, argc, argv);
  options.latency = std::chrono::milliseconds(latency_ms);

  try {
    if (print_expected) {
      const expectation sums = expected(users);
      fmt::print("{{\"items\":{},\"age_sum\":{},\"item_bytes\":{}}}\n", sums.items, sums.age_sum,
                 sums.item_bytes);
      return 0;
    }
    replay scans(users, segment_counts);
    replay_loop loop(options, [&](const http_request& request) { return scans.answer(request); });
    fmt::print("listening on 127.0.0.1:{}\n", loop.port());
    std::fflush(stdout);
    loop.run();
    return 0;
  } catch (const std::exception& failure) {
    fmt::print(stderr, "replay_server: {}\n", failure.what());
    return 1;
  }
}
