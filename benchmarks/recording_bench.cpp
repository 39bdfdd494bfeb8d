// The cost of recording a scan's metrics, as a part of the scan's CPU time.
#include "measure.hpp"
#include "users.hpp"

#include <dynamo/dynamo.hpp>

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace dynamo;

// Counts the calls of a recorder.
class counted_metrics final : public metrics_recorder {
 public:
  std::shared_ptr<metric_series> series(metric what, const metric_labels& of) noexcept override {
    ++look_ups;
    return std::make_shared<counted_series>(*this, real->series(what, of));
  }

  const std::shared_ptr<memory_metrics> real = std::make_shared<memory_metrics>();
  std::atomic<std::uint64_t> look_ups = 0;
  std::atomic<std::uint64_t> additions = 0;

 private:
  class counted_series final : public metric_series {
   public:
    counted_series(counted_metrics& by, std::shared_ptr<metric_series> on)
        : by_(by), on_(std::move(on)) {}
    void add(double amount) noexcept override {
      ++by_.additions;
      on_->add(amount);
    }

   private:
    counted_metrics& by_;
    const std::shared_ptr<metric_series> on_;
  };
};

struct run_of {
  std::uint64_t items = 0;
  std::int64_t ages = 0;
  std::uint64_t pages = 0;
  double cpu = 0;

  [[nodiscard]] bool found_the_same(const run_of& other) const {
    return items == other.items && ages == other.ages && pages == other.pages;
  }
};

run_of scan(const std::string& endpoint, std::uint32_t segments,
            const std::shared_ptr<metrics_recorder>& metrics) {
  client_config config;
  config.region = "us-east-1";
  config.credentials = static_credentials({"AKIDEXAMPLE", "not-a-secret"});
  config.endpoint = endpoint;
  config.metrics = metrics;
  const client db(config);
  const bench::measurement measured;
  run_of run;
  auto stream = table<bench::user_of<std::string>>(db).stream_parallel_scan({.segments = segments});
  for (const auto& user : stream) {
    ++run.items;
    run.ages += user.age.value_or(0);
  }
  run.pages = stream.summary().pages;
  run.cpu = measured.finish().cpu_seconds;
  return run;
}

double median(std::vector<double> of) {
  std::ranges::sort(of);
  return of[of.size() / 2];
}

// Returns the average CPU seconds of one call; caches are in whatever state the machine has them.
template <class Call>
double seconds_each(Call call) {
  constexpr int calls = 1'000'000;
  const bench::measurement measured;
  for (int i = 0; i < calls; ++i) call(i);
  return measured.finish().cpu_seconds / calls;
}

double seconds_of_recording(const counted_metrics& counted) {
  const auto kept = std::make_shared<memory_metrics>();
  // The series that a scan's requests look up and add to, including a histogram.
  constexpr std::array look_up = {metric::requests, metric::request_attempt_seconds,
                                  metric::scan_items, metric::scan_queued_bytes};
  const metric_labels labels{.table = "users", .operation = "Scan", .outcome = "success"};
  std::vector<std::shared_ptr<metric_series>> all;
  for (const metric each : look_up) all.push_back(kept->series(each, labels));
  const double addition =
      seconds_each([&](int i) { all[static_cast<std::size_t>(i) % 4]->add(1); });
  const double looked_up = seconds_each(
      [&](int i) { (void)kept->series(look_up[static_cast<std::size_t>(i) % 4], labels); });
  return addition * static_cast<double>(counted.additions) +
         looked_up * static_cast<double>(counted.look_ups);
}

void compare(const std::string& endpoint, std::uint32_t segments, int rounds) {
  const auto counted = std::make_shared<counted_metrics>();
  const run_of first = scan(endpoint, segments, counted);
  const metrics_snapshot seen = counted->real->snapshot();
  if (seen.total(metric::scan_items) != static_cast<double>(first.items) ||
      seen.total(metric::scan_pages) != static_cast<double>(first.pages)) {
    throw std::runtime_error("the metrics do not match the scan");
  }
  std::vector<double> with;
  std::vector<double> without;
  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    // Alternate, also in which one is first: disturbances then affect both.
    run_of on;
    run_of off;
    if (round % 2 == 0) on = scan(endpoint, segments, std::make_shared<memory_metrics>());
    off = scan(endpoint, segments, nullptr);
    if (round % 2 != 0) on = scan(endpoint, segments, std::make_shared<memory_metrics>());
    if (!on.found_the_same(first) || !off.found_the_same(first)) {
      throw std::runtime_error("the scans found different items");
    }
    with.push_back(on.cpu);
    without.push_back(off.cpu);
    ratios.push_back(on.cpu / off.cpu);
  }
  const double scan_cpu = std::ranges::min(without);
  const double recording = seconds_of_recording(*counted);
  const double share = recording / scan_cpu;
  fmt::print(
      "recording, {} segment(s): {} additions and {} look-ups for {} pages and {} items take\n"
      "  {:.1f} us of {:.1f} ms CPU, {:.3f} %; {} rounds with and without: lowest {:.1f} and\n"
      "  {:.1f} ms, median of the ratios {:.3f}\n",
      segments, counted->additions.load(), counted->look_ups.load(), first.pages, first.items,
      recording * 1e6, scan_cpu * 1e3, share * 100, rounds, std::ranges::min(with) * 1e3,
      scan_cpu * 1e3, median(ratios));
  if (share >= 0.01) throw std::runtime_error("recording takes 1 % of a scan's CPU time or more");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Scans the table users with and without a recorder; fails if recording costs 1 % or more");
  std::string endpoint;
  std::uint32_t segments = 1;
  int rounds = 10;
  app.add_option("--endpoint", endpoint)->required();
  app.add_option("--segments", segments);
  app.add_option("--rounds", rounds)->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  try {
    compare(endpoint, segments, rounds);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "recording_bench: {}\n", failure.what());
    return 1;
  }
  return 0;
}
