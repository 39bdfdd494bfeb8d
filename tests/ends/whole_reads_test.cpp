// Streams that nothing ends early, many times, in small pages: every item comes exactly once.
#include "ends/small_table.hpp"
#include "support/watchdog.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <thread>
#include <tuple>
#include <variant>

namespace dynamo::test {
namespace {

constexpr std::uint32_t entries = 400;

// How often each entry came. Thread-safe.
class roll {
 public:
  void came(const entry& one) { ++seen_.at(one.number); }
  [[nodiscard]] std::uint32_t not_once() const {
    std::uint32_t count = 0;
    for (const auto& times : seen_) count += times == 1 ? 0 : 1;
    return count;
  }

 private:
  std::array<std::atomic<std::uint32_t>, entries> seen_{};
};

void by_range(const table<entry>& from, const scan_options& how, roll& to) {
  for (const entry& each : from.stream_parallel_scan(how)) to.came(each);
}

void by_mailbox(const table<entry>& from, const scan_options& how, roll& to) {
  mailbox<scan_message<entry>> inbox({.capacity = 2});
  const scan_task task = from.stream_scan_to_process(inbox, how);
  while (auto message = inbox.receive()) {
    if (const auto* one = std::get_if<scan_item<entry>>(&*message)) to.came(one->item);
  }
  task.wait();
}

// Slow enough that pages come while the source's demand is served.
struct slow_sink {
  roll* to;
  void on_events(std::span<const entry> in) {
    for (const entry& each : in) to->came(each);
    std::this_thread::sleep_for(std::chrono::microseconds(30));
  }
};

void by_stages(const table<entry>& from, const scan_options& how, roll& to) {
  stage::supervisor tree;
  auto source = tree.start(stage::scan_producer<entry>(from, how));
  tree.start([&] { return slow_sink{&to}; },
             {.subscribe_to = {{source, {.max_demand = 4}}}, .copies = 3});
  tree.wait();
}

void by_flow(const table<entry>& from, const scan_options& how, roll& to) {
  flow::from(from.stream_parallel_scan(how), {.stages = 2, .max_demand = 10}) |
      flow::partition(&entry::id, {.stages = 2}) |
      flow::each([&](const entry& each) { to.came(each); }) | flow::run();
}

struct pattern {
  const char* name;
  void (*read)(const table<entry>& from, const scan_options& how, roll& to);
};

class whole_read : public ::testing::TestWithParam<std::tuple<pattern, std::uint32_t>> {};

TEST_P(whole_read, has_every_item_once) {
  static const client db = with_entries(entries);
  const auto& [how, segments] = GetParam();
  const std::uint64_t rounds = 5 * number_from("DYNAMO_TEST_ROUNDS", DYNAMO_TEST_ROUNDS);
  for (std::uint64_t i = 0; i < rounds; ++i) {
    const watchdog limit(std::string(how.name) + ", round " + std::to_string(i));
    roll seen;
    how.read(table<entry>(db), {.page_size = 1, .segments = segments}, seen);
    ASSERT_EQ(seen.not_once(), 0U) << "round " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(
    , whole_read,
    ::testing::Combine(::testing::Values(pattern{"Range", by_range}, pattern{"Mailbox", by_mailbox},
                                         pattern{"Stages", by_stages}, pattern{"Flow", by_flow}),
                       ::testing::Values(1U, 2U, 8U)),
    [](const auto& of) {
      return std::string(std::get<0>(of.param).name) + std::to_string(std::get<1>(of.param));
    });

}  // namespace
}  // namespace dynamo::test
