// Metrics for Prometheus: as text, in a file, and over HTTP.
#pragma once

#include <dynamo/core/memory_metrics.hpp>
#include <dynamo/core/result.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace dynamo {

/// The metrics in Prometheus' text format, version 0.0.4: each metric that has a series, with HELP
/// and TYPE, in the order of `metric_definitions`; the buckets of histograms add up. Values of
/// labels are escaped. They should be UTF-8, which names of tables are.
[[nodiscard]] std::string prometheus_text(const metrics_snapshot& of);

/// What a `metrics_server` answers with as Content-Type.
inline constexpr const char* prometheus_content_type = "text/plain; version=0.0.4; charset=utf-8";

/// Answers GET and HEAD of /metrics with a text, and everything else with 404 or 405; never
/// anything but that. On threads of its own. At most 16 connections, of which the one that has
/// waited longest makes room for a new one, 8 KB of header, 10 seconds without a request. There is
/// no TLS and no password: what reaches the address may read names of tables. At a loopback address
/// a request whose Host or Origin is not this machine's is refused with 403, as it may come from a
/// web page (DNS rebinding). Its end waits for the answers under way. Move-only.
class metrics_server {
 public:
  /// Listens at `address`: "127.0.0.1:9100", "[::1]:9100", "localhost:9100", or a port alone, which
  /// means 127.0.0.1. Port 0 lets the system choose one. `text` is called for each answer, on the
  /// server's thread; it must be thread-safe and must not throw. errc::invalid_argument if the
  /// address is none, errc::configuration if nothing can listen there.
  static result<metrics_server> try_listen(const std::string& address,
                                           std::function<std::string()> text);
  [[nodiscard]] static metrics_server listen(const std::string& address,
                                             std::function<std::string()> text) {
    return try_listen(address, std::move(text)).value();
  }

  metrics_server(metrics_server&& other) noexcept;
  metrics_server& operator=(metrics_server&& other) noexcept;
  ~metrics_server();

  /// The port, also where the system chose it.
  [[nodiscard]] std::uint16_t port() const noexcept;
  /// "http://127.0.0.1:9100/metrics".
  [[nodiscard]] std::string url() const;

 private:
  struct listener;
  explicit metrics_server(std::unique_ptr<listener> on);

  std::unique_ptr<listener> listener_;
};

}  // namespace dynamo
