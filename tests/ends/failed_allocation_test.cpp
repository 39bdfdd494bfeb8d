// One allocation fails, the first, the second, ...: every way of reading a table ends complete or
// with an error, and never hangs.
#include "ends/counting_new.hpp"
#include "ends/small_table.hpp"
#include "ends/ways.hpp"
#include "support/watchdog.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <variant>

namespace dynamo::test {
namespace {

// More of them take more allocations to read.
const auto entries = static_cast<std::uint32_t>(number_from("DYNAMO_TEST_ENTRIES", 300));

scan_options in_segments(std::uint32_t segments) {
  return {.page_size = 20, .segments = segments};
}

// Reads the whole table and returns how many entries came. Throws what ended it.
using pattern = std::uint64_t (*)(const table<entry>& from);

std::uint64_t by_range(const table<entry>& from) {
  std::uint64_t count = 0;
  for (const entry& each : from.stream_scan(in_segments(1))) count += each.id.empty() ? 0 : 1;
  return count;
}

std::uint64_t by_parallel_range(const table<entry>& from) {
  std::uint64_t count = 0;
  for (const entry& each : from.stream_parallel_scan(in_segments(4)))
    count += each.id.empty() ? 0 : 1;
  return count;
}

std::uint64_t at_once(const table<entry>& from) {
  return from.parallel_scan(in_segments(4)).size();
}

std::uint64_t by_mailbox(const table<entry>& from) {
  mailbox<scan_message<entry>> inbox({.capacity = 4});
  scan_options options = in_segments(4);
  options.batch_size = 7;
  const scan_task task = from.stream_scan_to_process(inbox, options);
  std::uint64_t count = 0;
  while (auto message = inbox.receive()) {
    if (const auto* some = std::get_if<scan_batch<entry>>(&*message)) count += some->items.size();
  }
  task.wait();
  return count;
}

struct counter {
  using message = scan_message<entry>;
  void on(const scan_batch<entry>& batch) { count += batch.items.size(); }
  void on(const scan_item<entry>&) { ++count; }
  void on(const scan_complete&) { self.stop(); }
  void on(const scan_error& end) { throw exception(end.error); }
  process_sender<message> self;
  std::uint64_t count = 0;
};

std::uint64_t by_process(const table<entry>& from) {
  process<counter> counting([](process_sender<counter::message> self) { return counter{self}; });
  const scan_task task = from.stream_scan_to_process(counting, in_segments(4));
  const std::uint64_t count = counting.join().count;
  task.wait();
  return count;
}

struct passing {
  void on_events(std::span<entry> in, stage::emit<entry> out) {
    for (entry& each : in) out(std::move(each));
  }
};

struct counting {
  std::atomic<std::uint64_t>* count;
  void on_events(std::span<const entry> in) { *count += in.size(); }
};

template <class Dispatcher>
std::uint64_t by_stages(const table<entry>& from, Dispatcher dispatcher,
                        const stage::subscription_options<entry>& how) {
  std::atomic<std::uint64_t> count = 0;
  {
    stage::supervisor tree({.max_restarts = 0});
    auto source = tree.start(stage::scan_producer<entry>(from, in_segments(4)));
    auto passed = tree.start(
        [] { return passing{}; },
        {.subscribe_to = {{source, {.max_demand = 50}}}, .dispatcher = std::move(dispatcher)});
    tree.start([&] { return counting{&count}; }, {.subscribe_to = {{passed, how}}});
    tree.wait();
  }
  return count;
}

std::uint64_t by_demand(const table<entry>& from) {
  return by_stages(from, stage::by_demand(), {.max_demand = 30});
}

std::uint64_t by_broadcast(const table<entry>& from) {
  return by_stages(from, stage::broadcast(), {.max_demand = 30});
}

std::uint64_t by_partition(const table<entry>& from) {
  return by_stages(from, stage::partition_by<entry>{1, [](const entry&) { return std::size_t{0}; }},
                   {.max_demand = 30, .partition = 0});
}

std::uint64_t by_flow(const table<entry>& from) {
  std::uint64_t count = 0;
  const auto sums =
      flow::from(from.stream_parallel_scan(in_segments(4)), {.stages = 2, .max_demand = 20}) |
      flow::partition(&entry::id, {.stages = 2}) |
      flow::reduce([] { return std::uint64_t{0}; },
                   [](std::uint64_t& sum, const entry&) { ++sum; }) |
      flow::collect();
  for (const std::uint64_t each : sums) count += each;
  return count;
}

std::uint64_t by_flow_stream(const table<entry>& from) {
  std::uint64_t count = 0;
  for (const entry& each :
       flow::from(from.stream_parallel_scan(in_segments(4)), {.stages = 2, .max_demand = 20}) |
           flow::filter([](const entry&) { return true; }) | flow::stream()) {
    count += each.id.empty() ? 0 : 1;
  }
  return count;
}

struct named_pattern {
  const char* name;
  pattern read;
};

class failed_allocation : public ::testing::TestWithParam<named_pattern> {};

TEST_P(failed_allocation, ends_the_stream) {
  const client db = with_entries(entries);
  const table<entry> from(db);
  ASSERT_EQ(GetParam().read(from), entries);
  const std::uint64_t most = number_from("DYNAMO_TEST_ALLOCATIONS", DYNAMO_TEST_ALLOCATIONS);
  std::uint64_t failed = 0;
  for (std::uint64_t number = 1; number <= most; ++number) {
    const watchdog limit(std::string(GetParam().name) + ", allocation " + std::to_string(number));
    std::optional<std::uint64_t> count;
    fail_allocation(number);
    try {
      count = GetParam().read(from);
    } catch (const std::bad_alloc&) {
      ++failed;
    } catch (const exception&) {
      ++failed;
    }
    const bool reached = allocation_failed();
    fail_allocation(0);
    if (count) {
      // What failed was not needed: nothing is lost.
      EXPECT_EQ(*count, entries) << "allocation " << number;
    }
    if (!reached) break;  // there are no more of them
  }
  EXPECT_GT(failed, 0U);
  EXPECT_EQ(GetParam().read(from), entries);
}

INSTANTIATE_TEST_SUITE_P(
    , failed_allocation,
    ::testing::Values(named_pattern{"Range", by_range},
                      named_pattern{"ParallelRange", by_parallel_range},
                      named_pattern{"AtOnce", at_once}, named_pattern{"Mailbox", by_mailbox},
                      named_pattern{"Process", by_process}, named_pattern{"Demand", by_demand},
                      named_pattern{"Broadcast", by_broadcast},
                      named_pattern{"Partition", by_partition}, named_pattern{"Flow", by_flow},
                      named_pattern{"FlowStream", by_flow_stream}),
    [](const auto& of) { return std::string(of.param.name); });

class failed_allocation_at_an_end : public ::testing::TestWithParam<way> {};

TEST_P(failed_allocation_at_an_end, ends_the_stream) {
  const client db = with_entries(early_entries);
  const std::uint64_t most = number_from("DYNAMO_TEST_ALLOCATIONS", DYNAMO_TEST_ALLOCATIONS) / 10;
  for (std::uint64_t number = 1; number <= most; ++number) {
    const watchdog limit(std::string(GetParam().name) + ", allocation " + std::to_string(number));
    const round of{
        .db = db, .options = {.page_size = 50, .segments = 4}, .after = 10 * (number % 60)};
    fail_allocation(number);
    try {
      GetParam().end(of);
    } catch (const std::bad_alloc&) {
      // The stream ended with it, or with an error.
    } catch (const exception&) {
    }
    const bool reached = allocation_failed();
    fail_allocation(0);
    if (!reached) break;
  }
}

INSTANTIATE_TEST_SUITE_P(, failed_allocation_at_an_end, ::testing::ValuesIn(ways()),
                         [](const auto& of) { return std::string(of.param.name); });

}  // namespace
}  // namespace dynamo::test
