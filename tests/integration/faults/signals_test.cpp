// The tool, put to sleep and ended at random moments while the network fails it.
#include "integration/tool/tool_run.hpp"
#include "support/fault_proxy.hpp"
#include "support/random_signals.hpp"
#include "support/sample_table.hpp"
#include "support/temporary_folder.hpp"
#include "support/watchdog.hpp"

#include <dynamo/value/item_parser.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <sstream>
#include <string>

namespace dynamo::test {
namespace faults_signals_test {

using namespace std::chrono_literals;

constexpr std::size_t table_items = 2'000;

class tool_under_faults : public ::testing::Test {
 protected:
  tool_under_faults() {
    memory_tables::items all;
    for (std::size_t number = 0; number < table_items; ++number) {
      all[sample_id(number)] = to_json(sample{.id = sample_id(number),
                                              .number = static_cast<std::uint32_t>(number),
                                              .text = sample_text(number)});
    }
    tables_.put("t", std::move(all));
  }

  // Faults that the tool's own pauses get over quickly. Nobody is refused: where nobody has ever
  // answered it gives up soon.
  static fault_settings quick_faults(std::uint64_t seed) {
    return {.seed = seed,
            .rate = 0.3,
            .kinds = {fault::reset_unanswered, fault::reset_at_byte, fault::close_in_body,
                      fault::corrupt_byte, fault::length_too_small, fault::length_too_large,
                      fault::internal_error, fault::bad_gateway, fault::unavailable,
                      fault::empty_page, fault::slow_bytes, fault::stale_connection}};
  }
  std::vector<std::string> export_command() const {
    return tool_command({"export", "t", "-o", folder_ / "t.jsonl", "--segments", "4", "--page-size",
                         "40", "--quiet"});
  }
  void expect_whole_file() const {
    roll_call seen;
    std::istringstream lines(contents_of(folder_ / "t.jsonl"));
    for (std::string line; std::getline(lines, line);)
      seen.came(parse_json(line).at("id").as_string());
    EXPECT_EQ(seen.size(), table_items);
  }

  memory_tables tables_;
  const temporary_folder folder_;
  const watchdog dog_{"the tool under faults", 240s};
};

TEST_F(tool_under_faults, an_export_that_sleeps_at_random_moments_is_whole) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    const fault_proxy proxy([&](const received_request& request) { return tables_(request); },
                            quick_faults(seed));
    child_process run(export_command(), at_endpoint(proxy.url()));
    random_moments(seed, 30ms).interrupt(run, 10);
    const ended_process ended = run.wait();
    ASSERT_EQ(ended.status, 0) << ended.err;
    EXPECT_EQ(ended.err, "");
    expect_whole_file();
    std::filesystem::remove(folder_ / "t.jsonl");
  }
}

// Whole, or not there at all.
TEST_F(tool_under_faults, an_export_that_is_ended_at_a_random_moment_leaves_no_half) {
  int ended_early = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    const fault_proxy proxy([&](const received_request& request) { return tables_(request); },
                            quick_faults(seed));
    child_process run(export_command(), at_endpoint(proxy.url()));
    random_moments moments(seed, 150ms);
    moments.send(run, seed % 2 == 0 ? SIGTERM : SIGINT);
    const ended_process ended = run.wait();
    if (ended.status == 0) {
      expect_whole_file();
      std::filesystem::remove(folder_ / "t.jsonl");
    } else {
      ++ended_early;
      EXPECT_EQ(ended.status, seed % 2 == 0 ? 128 + SIGTERM : 128 + SIGINT) << ended.err;
      EXPECT_THAT(folder_.names(), testing::Not(testing::Contains("t.jsonl")));
    }
  }
  EXPECT_GT(ended_early, 0);
}

}  // namespace faults_signals_test
}  // namespace dynamo::test
