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

/// Writes the figures to a file, whole or not at all, as node_exporter's textfile collector wants
/// it: now and then, on a thread of its own, and at the end. A write that fails is tried again at
/// the next time; `finish` tells of the last one.
class metrics_file {
 public:
  static constexpr std::chrono::seconds interval{5};

  /// Writes for the first time, which fails without costing anything.
  static result<std::unique_ptr<metrics_file>> open(std::string path,
                                                    std::shared_ptr<memory_metrics> of,
                                                    std::shared_ptr<clock> time);
  metrics_file(const metrics_file&) = delete;
  metrics_file& operator=(const metrics_file&) = delete;
  ~metrics_file() = default;

  /// Writes for the last time. Call at most once.
  result<void> finish();

 private:
  metrics_file(std::string path, std::shared_ptr<memory_metrics> of, std::shared_ptr<clock> time);
  [[nodiscard]] result<void> write() const;
  void run(const std::stop_token& stop);

  const std::string path_;
  const std::shared_ptr<memory_metrics> metrics_;
  const std::shared_ptr<clock> time_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace dynamo::cli
