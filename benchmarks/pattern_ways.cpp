// The ways of scanning that pass items through other threads.
#include "users.hpp"
#include "ways.hpp"

#include <dynamo/dynamo.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace dynamo::bench {
namespace {

using user = user_of<std::string>;

// The result of a receiver, a stage or a stage of a flow.
struct tally {
  std::uint64_t items = 0;
  std::int64_t ages = 0;

  void add(const user& one) {
    ++items;
    ages += one.age.value_or(0);
  }
  void add(const tally& other) {
    items += other.items;
    ages += other.ages;
  }
  [[nodiscard]] outcome seen() const {
    outcome of;
    of.items = items;
    of.age_sum = ages;
    return of;
  }
};

outcome to_process(const client& db, scan_options options) {
  options.batch_size = 50;
  mailbox<scan_message<user>> inbox({.capacity = 64});
  const scan_task task = table<user>(db).stream_scan_to_process(inbox, options);
  tally found;
  while (auto message = inbox.receive()) {
    if (const auto* batch = std::get_if<scan_batch<user>>(&*message)) {
      for (const user& each : batch->items) found.add(each);
    }
  }
  task.wait();
  return found.seen();
}

struct transformer {
  void on_events(std::span<user> events, stage::emit<user> out) {
    for (user& each : events) out(std::move(each));
  }
};

struct writer {
  void on_events(std::span<const user> events) {
    for (const user& each : events) to->add(each);
  }
  tally* to;
};

outcome stages(const client& db, const scan_options& options) {
  tally found;
  {
    stage::supervisor pipeline;
    const auto source = pipeline.start(stage::scan_producer<user>(table<user>(db), options));
    const auto changed =
        pipeline.start([] { return transformer{}; },
                       {.subscribe_to = {{source}}, .delivery = stage::guarantee::at_most_once});
    pipeline.start([&found] { return writer{&found}; }, {.subscribe_to = {{changed}}});
    pipeline.wait();
  }
  return found.seen();
}

using tenants = std::unordered_map<std::string, tally>;

outcome sum(const tenants& all) {
  tally found;
  for (const auto& [tenant, each] : all) found.add(each);
  return found.seen();
}

outcome tenants_by_range(const client& db, const scan_options& options) {
  tenants all;
  const table<user> users(db);
  auto stream =
      options.segments == 1U ? users.stream_scan(options) : users.stream_parallel_scan(options);
  for (const user& each : stream) all[each.tenant_id].add(each);
  return sum(all);
}

outcome tenants_by_flow(const client& db, const scan_options& options) {
  const auto parts =
      flow::from(table<user>(db).stream_parallel_scan(options)) |
      flow::reduce([] { return tenants(); },
                   [](tenants& all, const user& each) { all[each.tenant_id].add(each); }) |
      flow::collect();
  tenants all;
  for (const tenants& part : parts) {
    for (const auto& [tenant, each] : part) all[tenant].add(each);
  }
  return sum(all);
}

}  // namespace

std::map<std::string, way> pattern_ways() {
  return {{"to-process", [](const client& db, const scan_options& o) { return to_process(db, o); }},
          {"stages", &stages},
          {"tenants", &tenants_by_range},
          {"flow", &tenants_by_flow}};
}

}  // namespace dynamo::bench
