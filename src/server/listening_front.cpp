#include "server/listening_front.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace dynamo::server_side {
namespace {

// A session token alone may have two kilobytes.
constexpr std::size_t header_bytes = std::size_t{64} << 10;
// As long as the service keeps idle connections open.
constexpr std::chrono::seconds idle{60};
// Operations may wait for the disk; concurrent writes are committed together.
constexpr std::size_t workers = 64;
// Descriptors reserved for the rest of the process: the database, logs, credentials.
constexpr rlim_t other_files = 64;

error zero_bound(std::string_view option) {
  error failure;
  failure.kind = errc::invalid_argument;
  failure.message = "server_options::" + std::string(option) + " is 0: give at least 1";
  return failure;
}

error not_a_host(std::string_view name) {
  error failure;
  failure.kind = errc::invalid_argument;
  failure.message = "invalid host '" + std::string(name) +
                    "' in server_options::allowed_hosts: give a name or a numeric address, without "
                    "a port";
  return failure;
}

std::string machine_name() {
  std::array<char, 256> name{};
  // If this fails, the machine has no host name to accept.
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

// Connections beyond the limit would use descriptors that the rest of the process needs.
std::size_t affordable(std::size_t connections) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY)
    return connections;
  const rlim_t left = files.rlim_cur > 2 * other_files ? files.rlim_cur - other_files
                                                       : std::max<rlim_t>(files.rlim_cur / 2, 1);
  return std::min<std::size_t>(connections, left);
}

}  // namespace

result<std::unique_ptr<listening_front>> listening_front::open(executor carry_out,
                                                               server_options options) {
  if (options.connections == 0) return zero_bound("connections");
  if (options.request_time.count() <= 0) return zero_bound("request_time");
  if (options.max_body_bytes == 0) return zero_bound("max_body_bytes");
  if (options.max_buffered_bytes == 0) return zero_bound("max_buffered_bytes");
  for (const std::string& name : options.allowed_hosts) {
    if (!net::is_host_name(name)) return not_a_host(name);
  }
  auto at = net::parse_listen_address(options.listen);
  if (!at) return std::move(at).error();
  std::optional<net::host_guard> guard;
  // A web page cannot sign requests.
  if (options.accepted.empty())
    guard.emplace(*at, machine_name(), std::move(options.allowed_hosts));
  std::unique_ptr<listening_front> made(new listening_front(
      std::move(carry_out), {.max_body_bytes = options.max_body_bytes,
                             .accepted = std::move(options.accepted),
                             .guard = std::move(guard),
                             .time = options.time ? std::move(options.time) : system_clock_source(),
                             .log = options.log}));
  auto http = net::http_listener::open(
      *at,
      [front = &made->front_](const net::server_request& asked) { return front->answer(asked); },
      {.connections = affordable(options.connections),
       .workers = workers,
       .header_bytes = header_bytes,
       .body_bytes = options.max_body_bytes,
       .memory_bytes = options.max_buffered_bytes,
       .idle = idle,
       .request = options.request_time},
      std::move(options.log));
  if (!http) return std::move(http).error();
  made->http_ = *std::move(http);
  return made;
}

}  // namespace dynamo::server_side
