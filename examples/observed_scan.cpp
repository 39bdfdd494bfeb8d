// A scan with metrics for Prometheus and a log.
#include "user.hpp"

#include <cstdint>
#include <iostream>
#include <memory>
#include <utility>

// [sink]
// Called on a thread of the logger's own: it may block, and the scan continues.
class standard_error final : public dynamo::log_sink {
 public:
  void write(const dynamo::log_record& record) noexcept override {
    std::cerr << dynamo::to_line(record) + "\n";
  }
};
// [sink]

int main() {
  try {
    // [client]
    const auto metrics = std::make_shared<dynamo::memory_metrics>();
    dynamo::client_config config;
    config.metrics = metrics;
    config.log = std::make_shared<dynamo::logger>(dynamo::log_level::info,
                                                  std::make_shared<standard_error>());
    dynamo::table<user> users(dynamo::client(std::move(config)));
    // [client]

    // [server]
    const auto server = dynamo::metrics_server::listen(
        "127.0.0.1:0", [metrics] { return dynamo::prometheus_text(metrics->snapshot()); });
    std::cout << "figures at " << server.url() << '\n';
    // [server]

    auto stream = users.stream_parallel_scan({.segments = 4});
    std::uint64_t active = 0;
    for (const user& each : stream) active += each.status == "active";

    // [snapshot]
    const dynamo::metrics_snapshot seen = metrics->snapshot();
    std::cout << active << " of " << seen.total(dynamo::metric::scan_items, {.table = "users"})
              << " users are active; " << seen.total(dynamo::metric::request_retries)
              << " retries, " << seen.total(dynamo::metric::scan_read_units) << " read units\n";
    // [snapshot]
    const auto items = static_cast<double>(stream.summary().items);
    return seen.total(dynamo::metric::scan_items) == items ? 0 : 1;
  } catch (const dynamo::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
