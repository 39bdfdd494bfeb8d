#include "net/host_guard.hpp"
#include "net/http_listener.hpp"

#include <dynamo/sink/prometheus.hpp>

#include <optional>

namespace dynamo {
namespace {

net::http_reply reply_to(const net::server_request& asked,
                         const std::optional<net::host_guard>& guard,
                         const std::function<std::string()>& text) {
  if (asked.fault != nullptr) return {.status = asked.fault->status};
  if (const auto why = guard ? guard->refuse(asked) : std::nullopt) {
    return {.status = 403,
            .headers = {{"Content-Type", "text/plain"}},
            .body = body_buffer("refused: the request is " + *why + "\n")};
  }
  if (asked.path != "/metrics") {
    return {.status = 404,
            .headers = {{"Content-Type", "text/plain"}},
            .body = body_buffer("see /metrics\n")};
  }
  if (asked.method != "GET" && asked.method != "HEAD") {
    return {.status = 405, .headers = {{"Allow", "GET, HEAD"}}};
  }
  return {.headers = {{"Content-Type", prometheus_content_type}}, .body = body_buffer(text())};
}

}  // namespace

struct metrics_server::listener {
  std::unique_ptr<net::http_listener> http;
};

metrics_server::metrics_server(std::unique_ptr<listener> on) : listener_(std::move(on)) {}
metrics_server::metrics_server(metrics_server&& other) noexcept = default;
metrics_server& metrics_server::operator=(metrics_server&& other) noexcept = default;
metrics_server::~metrics_server() = default;

result<metrics_server> metrics_server::try_listen(const std::string& address,
                                                  std::function<std::string()> text) {
  auto at = net::parse_listen_address(address);
  if (!at) return std::move(at).error();
  // Prometheus reaches other addresses by names that are known to it alone.
  std::optional<net::host_guard> guard;
  if (at->is_loopback()) guard.emplace(*at, "", std::vector<std::string>());
  auto opened = net::http_listener::open(
      *at, [guard = std::move(guard), text = std::move(text)](const net::server_request& asked) {
        return reply_to(asked, guard, text);
      });
  if (!opened) return std::move(opened).error();
  auto on = std::make_unique<listener>();
  on->http = *std::move(opened);
  return metrics_server(std::move(on));
}

std::uint16_t metrics_server::port() const noexcept {
  return listener_->http->address().port;
}

std::string metrics_server::url() const {
  return "http://" + listener_->http->address().to_string() + "/metrics";
}

}  // namespace dynamo
