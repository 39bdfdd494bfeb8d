// Thousands of faults: whatever a network and a service do, a run ends with exactly the table's
// items, or with an error that names the cause; and it ends.
#include "integration/faults/patterns.hpp"
#include "support/fault_proxy.hpp"
#include "support/hostile.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_endpoint.hpp"
#include "support/watchdog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace dynamo::test {
namespace faults_ten_thousand_test {

using namespace std::chrono_literals;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DYNAMO_SLOW_BUILD 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define DYNAMO_SLOW_BUILD 1
#endif
#endif
#ifdef DYNAMO_SLOW_BUILD
constexpr std::size_t faults_wanted = 1'500;
#else
constexpr std::size_t faults_wanted = 10'000;
#endif

constexpr std::size_t table_items = 2'000;

std::string sample_json(std::size_t number) {
  return to_json(sample{.id = sample_id(number),
                        .number = static_cast<std::uint32_t>(number),
                        .text = sample_text(number)});
}

memory_tables::items all_samples() {
  memory_tables::items all;
  for (std::size_t number = 0; number < table_items; ++number)
    all[sample_id(number)] = sample_json(number);
  return all;
}

struct counts {
  fault_tally faults{};
  std::size_t runs = 0;
  std::size_t failed_runs = 0;
  std::map<std::string, std::size_t> failed;  // by cause

  [[nodiscard]] std::size_t total() const {
    std::size_t sum = 0;
    for (const std::size_t each : faults) sum += each;
    return sum;
  }
  void add(const fault_tally& of) {
    for (std::size_t kind = 0; kind < fault_kinds; ++kind) faults[kind] += of[kind];
  }
  void print() const {
    std::printf("%zu faults in %zu runs (with a sanitizer, fewer are asked for):\n", total(), runs);
    for (std::size_t kind = 0; kind < fault_kinds; ++kind) {
      std::printf("  %-22s %5zu\n", std::string(name_of(static_cast<fault>(kind))).c_str(),
                  faults[kind]);
    }
    for (const auto& [cause, times] : failed)
      std::printf("  ended by %-13s %5zu runs\n", cause.c_str(), times);
  }
};

// An error names its cause if it tells which table, after how many requests, of which kind, and
// what the service or the network did.
void expect_named_cause(const error& failure, const std::string& table) {
  using testing::AnyOf;
  EXPECT_THAT(failure.kind,
              AnyOf(errc::throttled, errc::unavailable, errc::invalid_response, errc::credentials))
      << failure.to_string();
  EXPECT_THAT(failure.table, testing::StartsWith(table)) << failure.to_string();
  EXPECT_GE(failure.attempts, 1U) << failure.to_string();
  EXPECT_THAT(failure.message,
              testing::ContainsRegex("the service says|answered HTTP [45]|127\\.0\\.0\\.1|CRC-32|"
                                     "left .* unprocessed"))
      << failure.to_string();
}

// What also who is patient gives up for: an endpoint that has never answered, and new credentials
// that are refused as the old ones were.
bool ends_patience(const error& failure) {
  return failure.kind == errc::credentials || failure.attempts <= 4;
}

// Returns what it failed with; nothing if it was complete.
std::optional<error> one_run(const pattern& way, const run_of& what, const memory_tables* tables,
                             counts& sums) {
  SCOPED_TRACE(std::string(way.name) + ", run " + std::to_string(sums.runs));
  run_outcome out;
  way.run(what, out);
  ++sums.runs;
  EXPECT_EQ(out.wrong, 0U);
  if (out.ended) {
    EXPECT_EQ(out.seen.size(), table_items);
  } else {
    expect_named_cause(out.ended.error(), what.from.substr(0, 1));
    ++sums.failed[std::string(to_string(out.ended.error().kind))];
    ++sums.failed_runs;
  }
  if (tables != nullptr && way.run == copy_table) {
    const auto all = tables->contents_of(what.from);
    const auto copied = tables->contents_of(what.into);
    if (out.ended) {
      EXPECT_EQ(copied.size(), all.size());
    }
    for (const auto& [id, json] : copied) EXPECT_EQ(json, all.at(id));
  }
  if (out.ended) return std::nullopt;
  return out.ended.error();
}

client_config config_for(const fault_proxy& proxy, bool patient) {
  client_config config = impatient_config(proxy.url(), patient ? 20s : 0ms);
  config.stall_timeout = 50ms;
  return config;
}

TEST(under_faults, ten_thousand_faults_lose_nothing_and_double_nothing) {
  counts sums;
  const temporary_folder folder;
  for (std::uint64_t seed = 1; sums.total() < faults_wanted; ++seed) {
    ASSERT_LT(seed, 2'000U) << "the faults do not come";
    const watchdog dog("a run under faults", 120s);
    const pattern& way = patterns[seed % patterns.size()];
    auto tables = std::make_shared<memory_tables>();
    tables->put("t", all_samples());
    // Some must not try again, so that failures are seen as well: the rate is low then, lest
    // nothing but the first request is ever tried.
    const bool patient = seed % 7 != 0;
    const fault_proxy proxy(
        [tables](const received_request& request) { return (*tables)(request); },
        {.seed = seed, .rate = patient ? 0.5 : 0.01});
    const auto failed = one_run(way,
                                {.db = client(config_for(proxy, patient)),
                                 .from = "t",
                                 .into = "t-copy",
                                 .folder = folder / "",
                                 .options = {.page_size = 30, .segments = 8}},
                                tables.get(), sums);
    EXPECT_TRUE(!failed || !patient || ends_patience(*failed)) << way.name << ", seed " << seed;
    sums.add(proxy.tally());
  }
  sums.print();
  for (std::size_t kind = 0; kind < fault_kinds; ++kind) {
    EXPECT_GE(sums.faults[kind], faults_wanted / 500) << name_of(static_cast<fault>(kind));
  }
  // Both ends were seen.
  EXPECT_GE(sums.failed_runs, 1U);
  EXPECT_LT(sums.failed_runs, sums.runs / 2);
}

// What a client that never tries again is told, for each fault by itself.
TEST(under_faults, each_fault_alone_is_named) {
  const watchdog dog("one fault after the other", 120s);
  for (std::size_t kind = 0; kind < fault_kinds; ++kind) {
    const auto each = static_cast<fault>(kind);
    if (each == fault::empty_page || each == fault::slow_bytes || each == fault::stale_connection ||
        each == fault::unprocessed)
      continue;  // these are no failures
    SCOPED_TRACE(name_of(each));
    memory_tables tables;
    tables.put("t", all_samples());
    const fault_proxy proxy([&](const received_request& request) { return tables(request); },
                            {.rate = 1, .kinds = {each}});
    const auto answer = client(config_for(proxy, false)).try_scan({.table = "t", .limit = 10});
    ASSERT_FALSE(answer);
    expect_named_cause(answer.error(), "t");
    EXPECT_GE(proxy.tally()[kind], 1U);
  }
}

// Writes that are refused for ever come back, none twice and none too few.
TEST(under_faults, writes_that_fail_in_the_end_come_back) {
  const watchdog dog("writes that are refused", 120s);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    memory_tables tables;
    const fault_proxy proxy([&](const received_request& request) { return tables(request); },
                            {.seed = seed, .rate = 0.3});
    std::vector<write_request> writes;
    std::set<std::string> expected;
    for (std::size_t number = 0; number < 500; ++number) {
      writes.emplace_back(put_request{"t", encoded_item::from_json(sample_json(number))});
      expected.insert(sample_json(number));
    }
    const batch_write_result outcome = client(config_for(proxy, false)).try_batch_write(writes);
    std::set<std::string> back;
    for (const write_request& each : outcome.unwritten)
      EXPECT_TRUE(back.insert(std::get<put_request>(each).item.json()).second);
    if (outcome) {
      EXPECT_TRUE(back.empty());
    } else {
      EXPECT_FALSE(back.empty());
    }
    for (const auto& [id, json] : tables.contents_of("t")) back.insert(json);
    EXPECT_EQ(back, expected);
  }
}

// The same before DynamoDB Local, in fewer runs: what it answers is not made up here.
TEST(under_faults, dynamo_db_local_behind_faults_loses_nothing) {
  counts sums;
  const temporary_folder folder;
  const client direct = endpoint_client();
  const auto request = simple_table("t-faults");
  const scratch_table source(direct, request);
  std::vector<write_request> writes;
  for (std::size_t number = 0; number < table_items; ++number)
    writes.emplace_back(put_request{source.name(), encoded_item::from_json(sample_json(number))});
  direct.batch_write(writes);
  for (std::uint64_t seed = 1; seed <= patterns.size(); ++seed) {
    const watchdog dog("a run under faults", 300s);
    const pattern& way = patterns[seed % patterns.size()];
    const scratch_table target(direct, simple_table("t-copy"));
    const fault_proxy proxy(forwarded_to(std::getenv("DYNAMO_TEST_ENDPOINT")),
                            {.seed = seed, .rate = 0.5});
    const auto failed = one_run(way,
                                {.db = client(config_for(proxy, true)),
                                 .from = source.name(),
                                 .into = target.name(),
                                 .folder = folder / "",
                                 .options = {.page_size = 100, .segments = 4}},
                                nullptr, sums);
    sums.add(proxy.tally());
    if (!failed && way.run == copy_table) {
      std::size_t copied = 0;
      for (const sample& each : table<sample>(direct, target.name()).stream_scan())
        copied += each.id == sample_id(each.number);
      EXPECT_EQ(copied, table_items);
    }
  }
  sums.print();
  EXPECT_GE(sums.total(), 50U);
}

}  // namespace faults_ten_thousand_test
}  // namespace dynamo::test
