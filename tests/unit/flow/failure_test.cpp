// A flow that does not complete: failures and cancellation from every place, in many schedules.
#include "support/watchdog.hpp"
#include "unit/flow/numbers.hpp"

#include <dynamo/flow/flow.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <iterator>
#include <memory>
#include <random>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace flow_failure_test {

using namespace dynamo;
using namespace dynamo::test;

using ints = std::vector<int>;
constexpr unsigned schedules = 200;

struct blast : std::runtime_error {
  explicit blast(const std::string& where) : std::runtime_error("blast in " + where) {}
};

// Something that happens at the n-th visit of one place, counted over all threads. Places are also
// where threads are made to yield, so that schedules differ.
class bomb {
 public:
  bomb(std::string place, int visits, std::function<void()> action, unsigned seed)
      : place_(std::move(place)), left_(visits), action_(std::move(action)), seed_(seed) {}

  void visit(std::string_view place) const {
    const unsigned count = visits_++;
    if ((count * 2654435761U + seed_) % 7 == 0) std::this_thread::yield();
    if (place == place_ && --left_ == 0) action_();
  }
  [[nodiscard]] bool went_off() const { return left_ <= 0; }

 private:
  const std::string place_;
  mutable std::atomic<int> left_;
  mutable std::atomic<unsigned> visits_ = 0;
  const std::function<void()> action_;
  const unsigned seed_;
};

// An event that can blow up when it is handed on by value, and counts the living.
struct load {
  tracer tag;
  int value = 0;
};

struct counted {
  unsigned seed;
  flow::options given;
  unsigned behind;
};

// A source that visits "source".
struct mined_source {
  using value_type = load;
  const bomb* mine;
  int end;
  std::unique_ptr<std::atomic<int>> next = std::make_unique<std::atomic<int>>(0);

  bool pull(std::vector<load>& into, std::size_t most) {
    mine->visit("source");
    for (std::size_t i = 0; i < most; ++i) {
      const int value = (*next)++;
      if (value >= end) break;
      into.push_back({tracer(value), value});
    }
    return !into.empty();
  }
  void cancel() {}
};

// A range that visits "flat_map" while it is read.
struct mined_range {
  const bomb* mine;
  ints values;

  struct iterator {
    using iterator_concept = std::input_iterator_tag;
    using value_type = int;
    using difference_type = std::ptrdiff_t;
    const mined_range* of = nullptr;
    std::size_t at = 0;
    int operator*() const { return of->values[at]; }
    iterator& operator++() {
      of->mine->visit("flat_map");
      ++at;
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return at == of->values.size(); }
  };
  [[nodiscard]] iterator begin() const { return {this, 0}; }
  [[nodiscard]] static std::default_sentinel_t end() { return {}; }
};

const std::vector<std::string> places = {"source",    "each",       "filter",    "map",
                                         "flat_map",  "map_batch",  "partition", "uniq_by",
                                         "group_by",  "on_trigger", "reject",    "emit_and_reduce",
                                         "take_sort", "reduce",     "into"};

// Every step there is, in five groups of stages. Returns how many events arrived.
int run_everything(const bomb& mine, const counted& how) {
  int arrived = 0;
  auto one = flow::from(mined_source{&mine, 150}, how.given) |
             flow::each([&](const load&) { mine.visit("each"); }) |
             flow::filter([&](const load& l) { return mine.visit("filter"), l.value % 10 != 0; }) |
             flow::map([&](load&& l) { return mine.visit("map"), std::move(l); }) |
             flow::flat_map([&](load&& l) { return mined_range{&mine, {l.value, -l.value}}; }) |
             flow::map_batch([&](std::vector<int>&) { mine.visit("map_batch"); }) |
             flow::partition([&](int x) { return mine.visit("partition"), x % 50; },
                             {.stages = how.behind}) |
             flow::uniq_by([&](int x) { return mine.visit("uniq_by"), x; }) |
             flow::group_by([&](int x) { return mine.visit("group_by"), x % 50; }) |
             flow::on_trigger([&](auto& groups) {
               mine.visit("on_trigger");
               ints all;
               for (const auto& [key, values] : groups) {
                 all.insert(all.end(), values.begin(), values.end());
               }
               return all;
             });
  auto other = flow::from(std::views::iota(1000, 1100), how.given);
  flow::merge(std::move(one), std::move(other)) |
      flow::reject([&](int x) { return mine.visit("reject"), x % 100 == 7; }) |
      flow::emit_and_reduce([] { return 0; },
                            [&](int& count, int x) {
                              mine.visit("emit_and_reduce");
                              return ++count % 2 == 0 ? ints{} : ints{x, x};
                            }) |
      flow::shuffle({.stages = how.behind}) |
      flow::reduce([&] { return ints(); },
                   [&](ints& all, int x) {
                     mine.visit("reduce");
                     all.push_back(x);
                   }) |
      flow::emit_events() |
      flow::take_sort(40, [&](int a, int b) { return mine.visit("take_sort"), a < b; }) |
      flow::into([&](std::vector<int>& batch) {
        mine.visit("into");
        arrived += static_cast<int>(batch.size());
      });
  return arrived;
}

counted schedule(unsigned seed, std::stop_token stop = {}) {
  std::mt19937 random(seed);
  return {.seed = seed,
          .given = {.stages = 1 + static_cast<unsigned>(random() % 3),
                    .max_demand = 2 + random() % 30,
                    .stop = std::move(stop)},
          .behind = 1 + static_cast<unsigned>(random() % 3)};
}

int visits_before(const std::string& place, unsigned seed) {
  std::mt19937 random(seed + 77);
  if (place == "into" || place == "on_trigger") return 1;
  if (place == "source") return 1 + static_cast<int>(random() % 3);
  return 1 + static_cast<int>(random() % 80);
}

class flow_failure : public testing::TestWithParam<std::string> {
 protected:
  watchdog dog_{"flow_failure at " + GetParam(), std::chrono::seconds(240)};
};

TEST_P(flow_failure, ends_the_whole_flow_once_with_its_origin) {
  const int alive = tracer::alive;
  unsigned failures = 0;
  for (unsigned seed = 0; seed < schedules; ++seed) {
    const std::string& place = GetParam();
    bomb mine(place, visits_before(place, seed), [&] { throw blast(place); }, seed);
    try {
      const int arrived = run_everything(mine, schedule(seed));
      EXPECT_FALSE(mine.went_off()) << "seed " << seed << ": a failure was lost";
      EXPECT_EQ(arrived, 40);
    } catch (const flow::step_failure& failure) {
      ++failures;
      EXPECT_EQ(failure.operation(), place) << failure.what();
      EXPECT_EQ(failure.kind(), errc::callback);
      EXPECT_NE(std::string(failure.what()).find(place + " (step "), std::string::npos);
      EXPECT_THROW(std::rethrow_if_nested(failure), blast);
    }
    ASSERT_EQ(tracer::alive, alive) << "seed " << seed << ": an event outlived its flow";
  }
  EXPECT_GT(failures, schedules / 2) << "most schedules reach the mine";
}

class flow_cancelled : public flow_failure {};

TEST_P(flow_cancelled, from_inside_ends_the_whole_flow) {
  const int alive = tracer::alive;
  unsigned cancelled = 0;
  for (unsigned seed = 0; seed < schedules; ++seed) {
    std::stop_source stop;
    bomb mine(GetParam(), visits_before(GetParam(), seed), [&] { stop.request_stop(); }, seed);
    try {
      EXPECT_EQ(run_everything(mine, schedule(seed, stop.get_token())), 40);
    } catch (const exception& failure) {
      ++cancelled;
      EXPECT_EQ(failure.kind(), errc::cancelled) << failure.what();
      EXPECT_TRUE(mine.went_off());
    }
    ASSERT_EQ(tracer::alive, alive) << "seed " << seed;
  }
  // The last batch may be all that there was left to do.
  if (GetParam() != "into") {
    EXPECT_GT(cancelled, schedules / 2);
  }
}

std::string name_of(const testing::TestParamInfo<std::string>& info) {
  return info.param;
}
INSTANTIATE_TEST_SUITE_P(places, flow_failure, testing::ValuesIn(places), name_of);
INSTANTIATE_TEST_SUITE_P(places, flow_cancelled, testing::ValuesIn(places), name_of);

class flow_ending : public testing::Test {
  watchdog dog_{"flow_ending", std::chrono::seconds(240)};
};

TEST_F(flow_ending, everything_completes_without_a_mine) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    const bomb none("nowhere", 1, [] {}, seed);
    EXPECT_EQ(run_everything(none, schedule(seed)), 40);
  }
}

TEST_F(flow_ending, a_stop_from_outside_at_any_time) {
  for (unsigned seed = 0; seed < schedules; ++seed) {
    std::stop_source stop;
    const bomb none("nowhere", 1, [] {}, seed);
    std::jthread stopper([&stop, turns = std::mt19937(seed)() % 400] {
      for (unsigned i = 0; i < turns; ++i) std::this_thread::yield();
      stop.request_stop();
    });
    try {
      EXPECT_EQ(run_everything(none, schedule(seed, stop.get_token())), 40);
    } catch (const exception& failure) {
      EXPECT_EQ(failure.kind(), errc::cancelled);
    }
  }
}

TEST_F(flow_ending, a_stop_before_the_start_runs_nothing) {
  std::stop_source stop;
  stop.request_stop();
  auto log = std::make_shared<source_log>();
  try {
    flow::from(number_source(10, log), {.stages = 2, .stop = stop.get_token()}) | flow::run();
    FAIL();
  } catch (const exception& failure) {
    EXPECT_EQ(failure.kind(), errc::cancelled);
  }
  EXPECT_EQ(log->pulls, 0);
}

TEST_F(flow_ending, a_stop_after_the_end_is_no_failure) {
  std::stop_source stop;
  auto range = flow::from(numbers(3), {.stages = 1, .stop = stop.get_token()}) | flow::stream();
  ints all;
  for (const int x : range) all.push_back(x);
  stop.request_stop();
  EXPECT_EQ(range.begin(), range.end());
  EXPECT_EQ(all, numbers(3));
}

TEST_F(flow_ending, a_stop_of_one_flow_of_a_merge_ends_all) {
  std::stop_source stop;
  auto log = std::make_shared<source_log>();
  log->held = true;
  auto one = flow::from(number_source(10, log), {.stages = 1});
  auto other = flow::from(numbers(10), {.stages = 1, .stop = stop.get_token()}) |
               flow::each([&](int) { stop.request_stop(); });
  EXPECT_THROW(flow::merge(std::move(one), std::move(other)) | flow::run(), exception);
  EXPECT_EQ(log->cancelled, 1);
}

TEST_F(flow_ending, a_stream_left_at_any_event_joins_everything) {
  const int alive = tracer::alive;
  for (unsigned seed = 0; seed < schedules; ++seed) {
    std::mt19937 random(seed);
    const bomb none("nowhere", 1, [] {}, seed);
    const counted how = schedule(seed);
    {
      auto range = flow::from(mined_source{&none, 300}, how.given) |
                   flow::partition(&load::value, {.stages = how.behind}) |
                   flow::map([](load&& l) { return std::move(l.tag); }) | flow::stream();
      auto left = static_cast<int>(random() % 200);
      for (const tracer& each : range) {
        EXPECT_GE(each.value, 0);
        if (--left < 0) break;
      }
    }
    ASSERT_EQ(tracer::alive, alive) << "seed " << seed;
  }
}

TEST_F(flow_ending, a_stream_throws_what_ended_its_flow_and_again) {
  auto range = flow::from(numbers(100), {.stages = 1, .max_demand = 4}) | flow::map([](int x) {
                 if (x == 50) throw blast("map");
                 return x;
               }) |
               flow::stream();
  int seen = 0;
  try {
    for (const int x : range) {
      EXPECT_EQ(x, seen);
      ++seen;
    }
    FAIL();
  } catch (const flow::step_failure& failure) {
    EXPECT_EQ(failure.operation(), "map");
    EXPECT_EQ(failure.step(), 1U);
  }
  EXPECT_LE(seen, 50);
  EXPECT_THROW((void)(range.begin() == range.end()), flow::step_failure);
}

TEST_F(flow_ending, the_init_of_a_state_may_fail) {
  try {
    flow::from(numbers(10), {.stages = 2}) |
        flow::reduce([]() -> int { throw blast("init"); }, [](int&, int) {}) | flow::run();
    FAIL();
  } catch (const flow::step_failure& failure) {
    EXPECT_EQ(failure.operation(), "reduce");
  }
}

TEST_F(flow_ending, anything_may_be_thrown) {
  try {
    flow::from(numbers(10), {.stages = 2}) | flow::each([](int) { throw 42; }) | flow::run();
    FAIL();
  } catch (const flow::step_failure& failure) {
    EXPECT_EQ(failure.kind(), errc::callback);
    EXPECT_THROW(std::rethrow_if_nested(failure), int);
  }
}

TEST_F(flow_ending, a_range_that_fails_is_the_source) {
  const auto fails = [](int x) {
    if (x == 7) throw blast("range");
    return x;
  };
  try {
    flow::from(std::views::iota(0, 20) | std::views::transform(fails), {.stages = 2}) | flow::run();
    FAIL();
  } catch (const flow::step_failure& failure) {
    EXPECT_EQ(failure.operation(), "source");
    EXPECT_EQ(failure.step(), 0U);
    EXPECT_THROW(std::rethrow_if_nested(failure), blast);
  }
}

}  // namespace flow_failure_test
