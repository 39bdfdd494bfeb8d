#include "server/listening_front.hpp"

#include <utility>

namespace dynamo::server_side {
namespace {

// A session token alone may have two kilobytes. Bodies are read in pieces of this size.
constexpr std::size_t header_bytes = std::size_t{64} << 10;
// As long as the service leaves connections open that nobody uses.
constexpr std::chrono::seconds idle{60};

error zero_bound(std::string_view option) {
  error failure;
  failure.kind = errc::invalid_argument;
  failure.message = "server_options::" + std::string(option) + " is 0: give at least 1";
  return failure;
}

}  // namespace

result<std::unique_ptr<listening_front>> listening_front::open(executor carry_out,
                                                               server_options options) {
  if (options.connections == 0) return zero_bound("connections");
  if (options.max_body_bytes == 0) return zero_bound("max_body_bytes");
  auto at = net::parse_listen_address(options.listen);
  if (!at) return std::move(at).error();
  std::unique_ptr<listening_front> made(new listening_front(
      std::move(carry_out), {.max_body_bytes = options.max_body_bytes,
                             .accepted = std::move(options.accepted),
                             .time = options.time ? std::move(options.time) : system_clock_source(),
                             .log = std::move(options.log)}));
  auto http = net::http_listener::open(
      *at,
      [front = &made->front_](const net::http_question& asked) { return front->answer(asked); },
      {.connections = options.connections,
       .connections_from_one_address = 0,
       .header_bytes = header_bytes,
       .body_bytes = options.max_body_bytes,
       .idle = idle},
      net::listener_threads::per_connection);
  if (!http) return std::move(http).error();
  made->http_ = *std::move(http);
  return made;
}

}  // namespace dynamo::server_side
