// Whole tables through stages.
#include "support/sample_table.hpp"
#include "support/watchdog.hpp"

#include <dynamo/stage/scan_producer.hpp>
#include <dynamo/stage/supervisor.hpp>

#include <atomic>
#include <mutex>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace stage_pipeline_test {

using namespace dynamo;
using namespace dynamo::test;

// Throws every so many items, whatever they are.
struct transformer {
  std::atomic<std::size_t>* seen;
  std::size_t crash_every;
  void on_events(std::span<sample> in, stage::emit<sample> out) {
    for (sample& each : in) {
      if (++*seen % crash_every == 0) throw std::runtime_error("a passing fault");
      each.text += '!';
      out(std::move(each));
    }
  }
};

struct validator {
  void on_events(std::span<sample> in, stage::emit<sample> out) {
    for (sample& each : in) {
      if (each.id == sample_id(each.number) && each.text == sample_text(each.number) + '!') {
        out(std::move(each));
      }
    }
  }
};

struct writer {
  std::mutex* mutex;
  roll_call* seen;
  void on_events(std::span<const sample> in) {
    const std::lock_guard lock(*mutex);
    for (const sample& each : in) seen->came(each.id);
  }
};

class stages_over_a_table : public sample_scan {
 protected:
  void run(std::size_t crash_every, std::size_t copies, stage::strategy strategy) {
    const watchdog dog("a pipeline over a table", std::chrono::seconds(300));
    std::atomic<std::size_t> seen = 0;
    std::mutex mutex;
    roll_call written;
    const scan_watch watch;
    stage::supervisor tree({.strategy = strategy, .max_restarts = 1000});
    auto source =
        tree.start(stage::scan_producer<sample>(samples(), {.segments = 4, .watch = watch}),
                   {.name = "source"});
    auto changed = tree.start(
        [&] { return transformer{&seen, crash_every}; },
        {.subscribe_to = {{source, {.max_demand = 500}}}, .name = "transformer", .copies = copies});
    auto valid = tree.start([] { return validator{}; },
                            {.subscribe_to = {{changed}}, .name = "validator", .copies = copies});
    tree.start([&] { return writer{&mutex, &written}; },
               {.subscribe_to = {{valid}}, .name = "writer", .copies = copies});
    tree.wait();
    EXPECT_EQ(watch.summary().end, scan_end::complete);
    EXPECT_GE(watch.summary().items, sample_items);
    EXPECT_EQ(written.size(), sample_items);
    std::uint64_t crashes = 0;
    for (const auto& each : tree.which_children()) {
      EXPECT_EQ(each.state, stage::child_state::complete) << each.name;
      crashes += each.crashes;
    }
    EXPECT_EQ(crashes != 0, crash_every <= sample_items);
    EXPECT_LE(counted_->most_at_once(), 4U);
  }
};

TEST_F(stages_over_a_table, write_every_item_once) {
  run(sample_items * 10, 1, stage::one_for_one);
}

TEST_F(stages_over_a_table, write_every_item_once_in_copies) {
  run(sample_items * 10, 2, stage::one_for_one);
}

TEST_F(stages_over_a_table, write_every_item_once_though_one_crashes) {
  for (const auto strategy : {stage::one_for_one, stage::one_for_all, stage::rest_for_one}) {
    run(1000, 2, strategy);
  }
}

}  // namespace stage_pipeline_test
