#include "cli/metrics_file.hpp"

#include <dynamo/sink/output_file.hpp>
#include <dynamo/sink/prometheus.hpp>

#include <utility>

namespace dynamo::cli {

metrics_file::metrics_file(std::string path, std::shared_ptr<memory_metrics> of,
                           std::shared_ptr<clock> time)
    : path_(std::move(path)), metrics_(std::move(of)), time_(std::move(time)) {}

result<std::unique_ptr<metrics_file>> metrics_file::open(std::string path,
                                                         std::shared_ptr<memory_metrics> of,
                                                         std::shared_ptr<clock> time) {
  std::unique_ptr<metrics_file> file(
      new metrics_file(std::move(path), std::move(of), std::move(time)));
  if (auto written = file->write(); !written) return std::move(written).error();
  file->thread_ =
      std::jthread([self = file.get()](const std::stop_token& stop) { self->run(stop); });
  return file;
}

void metrics_file::run(const std::stop_token& stop) {
  auto next = time_->now() + interval;
  while (time_->sleep_until(next, stop)) {
    // Errors are ignored: a full disk may have space at the end, and the last write counts.
    (void)write();
    next = time_->now() + interval;
  }
}

result<void> metrics_file::finish() {
  thread_.request_stop();
  thread_.join();
  return write();
}

result<void> metrics_file::write() const {
  auto file = output_file::try_create(path_, {.replace = true});
  if (!file) return std::move(file).error();
  if (auto written = file->try_write(prometheus_text(metrics_->snapshot())); !written) {
    return written;
  }
  return file->try_commit();
}

}  // namespace dynamo::cli
