#include "integration/faults/patterns.hpp"

#include "cli/commands.hpp"
#include "support/temporary_folder.hpp"

#include <dynamo/value/item_parser.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace dynamo::test {
namespace {

// Carries out `run`, whose exceptions are the outcome.
template <class Run>
void attempt(run_outcome& out, Run run) {
  try {
    run();
  } catch (const exception& failure) {
    out.ended = failure.details();
  }
}

struct marking_stage {
  void on_events(std::span<sample> in, stage::emit<sample> out) {
    for (sample& each : in) out(std::move(each));
  }
};

struct noting_stage {
  run_outcome* noted;
  void on_events(std::span<const sample> in) {
    for (const sample& each : in) noted->came(each);
  }
};

}  // namespace

void run_outcome::came(const sample& one) {
  seen.came(one.id);
  if (one.id != sample_id(one.number) || one.text != sample_text(one.number)) ++wrong;
}

// As the tool does it, from its command line on.
void export_to_file(const run_of& what, run_outcome& out) {
  const std::string file = what.folder + "/export.jsonl";
  auto parsed =
      cli::parse_arguments({"export", what.from, "-o", file, "--force", "--segments",
                            std::to_string(what.options.segments.value_or(1)), "--page-size",
                            std::to_string(what.options.page_size.value_or(100))});
  const auto& run = std::get<cli::invocation>(parsed);
  const cli::console on{.err = [](std::string_view) {}, .time = system_clock_source()};
  out.ended = cli::run(std::get<cli::export_command>(run.command), what.db, on);
  if (!out.ended) return;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    const owned_item item = parse_json(line);
    out.came({.id = item.at("id").as_string(),
              .number = item.at("number").as_number().to<std::uint32_t>(),
              .text = item.at("text").as_string()});
  }
}

void copy_table(const run_of& what, run_outcome& out) {
  attempt(out, [&] {
    const table<sample> source(what.db, what.from);
    auto stream = source.stream_parallel_scan(what.options);
    for (const batch<sample>& page : stream.batches()) {
      std::vector<write_request> writes;
      for (const sample& each : page) {
        out.came(each);
        writes.emplace_back(put_request{what.into, each});
      }
      what.db.batch_write(writes);
    }
  });
}

void through_stages(const run_of& what, run_outcome& out) {
  stage::supervisor tree;
  auto source =
      tree.start(stage::scan_producer<sample>(table<sample>(what.db, what.from), what.options));
  auto marked =
      tree.start([] { return marking_stage{}; }, {.subscribe_to = {{source, {.max_demand = 100}}}});
  tree.start([&] { return noting_stage{&out}; }, {.subscribe_to = {{marked}}});
  out.ended = tree.try_wait();
}

void through_a_flow(const run_of& what, run_outcome& out) {
  attempt(out, [&] {
    const table<sample> source(what.db, what.from);
    for (const sample& each :
         flow::from(source.stream_parallel_scan(what.options), {.stages = 2, .max_demand = 100}) |
             flow::partition(&sample::id, {.stages = 2}) | flow::stream()) {
      out.came(each);
    }
  });
}

void to_a_mailbox(const run_of& what, run_outcome& out) {
  scan_options options = what.options;
  options.batch_size = 64;
  const table<sample> source(what.db, what.from);
  mailbox<scan_message<sample>> inbox({.capacity = 4});
  const scan_task task = source.stream_scan_to_process(inbox, options);
  while (auto message = inbox.receive()) {
    if (const auto* some = std::get_if<scan_batch<sample>>(&*message)) {
      for (const sample& each : some->items) out.came(each);
    } else if (const auto* failed = std::get_if<scan_error>(&*message)) {
      out.ended = failed->error;
    }
  }
  EXPECT_EQ(task.try_wait().has_value(), out.ended.has_value());
}

}  // namespace dynamo::test
