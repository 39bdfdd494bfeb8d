// The file of --metrics-file.
#pragma once

#include <dynamo/core/clock.hpp>
#include <dynamo/core/memory_metrics.hpp>
#include <dynamo/core/result.hpp>

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

namespace dynamo::cli {

/// Writes metrics to a file every `interval` on its own thread, and at the end. Each write replaces
/// the file atomically, as node_exporter's textfile collector requires. A write that fails is
/// repeated after the next interval; `finish` returns the error of the last write.
class metrics_file {
 public:
  static constexpr std::chrono::seconds interval{5};

  /// Writes the file for the first time, so that errors occur before anything is read.
  static result<std::unique_ptr<metrics_file>> open(std::string path,
                                                    std::shared_ptr<memory_metrics> of,
                                                    std::shared_ptr<clock> time);
  metrics_file(const metrics_file&) = delete;
  metrics_file& operator=(const metrics_file&) = delete;
  ~metrics_file() = default;

  /// Writes the file for the last time. Call at most once.
  result<void> finish();

 private:
  metrics_file(std::string path, std::shared_ptr<memory_metrics> of, std::shared_ptr<clock> time);
  [[nodiscard]] result<void> write() const;
  void run(const std::stop_token& stop);

  const std::string path_;
  const std::shared_ptr<memory_metrics> metrics_;
  const std::shared_ptr<clock> time_;
  std::jthread thread_;  // last: it uses the other members
};

}  // namespace dynamo::cli
