#include "measure.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dynamo::bench {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double cpu_of_process() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) throw std::runtime_error("getrusage failed");
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// `line` is VmRSS: (current) or VmHWM: (peak). Not ru_maxrss, which includes the size of the
// process before exec, when it was a copy of its parent.
double resident_mb(std::string_view line) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kibibytes = 0;
    if (word == line && status >> kibibytes) return kibibytes * 1024 / 1e6;
  }
  throw std::runtime_error("/proc/self/status has no " + std::string(line));
}

}  // namespace

measurement::measurement()
    : cpu_at_start_(cpu_of_process()),
      rss_at_start_(resident_mb("VmRSS:")),
      start_(std::chrono::steady_clock::now()) {}

cost measurement::finish() const {
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start_;
  const double cpu = cpu_of_process();
  return {.cpu_seconds = cpu - cpu_at_start_,
          .total_cpu_seconds = cpu,
          .wall_seconds = wall.count(),
          .peak_rss_mb = resident_mb("VmHWM:"),
          .idle_rss_mb = rss_at_start_};
}

std::string json_line(const outcome& what, const cost& price) {
  return fmt::format(R"({{"name":"{}","items":{},"age_sum":{},"bytes":{},"cpu_seconds":{:.6f},)"
                     R"("total_cpu_seconds":{:.6f},"wall_seconds":{:.6f},"peak_rss_mb":{:.2f},)"
                     R"("idle_rss_mb":{:.2f}}})",
                     what.name, what.items, what.age_sum ? fmt::to_string(*what.age_sum) : "null",
                     what.bytes != 0 ? fmt::to_string(what.bytes) : "null", price.cpu_seconds,
                     price.total_cpu_seconds, price.wall_seconds, price.peak_rss_mb,
                     price.idle_rss_mb);
}

}  // namespace dynamo::bench
