#include "net/http_listener.hpp"

#include "core/blocked_signals.hpp"
#include "core/descriptor.hpp"
#include "net/served_requests.hpp"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace dynamo::net {
namespace {

struct socket_address {
  sockaddr_storage storage{};
  socklen_t size = 0;

  sockaddr* any() { return reinterpret_cast<sockaddr*>(&storage); }
};

// The host is numeric: it was parsed.
socket_address to_socket(const listen_address& at) {
  socket_address out;
  sockaddr_in v4{};
  if (::inet_pton(AF_INET, at.host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(at.port);
    std::memcpy(&out.storage, &v4, sizeof v4);
    out.size = sizeof v4;
    return out;
  }
  sockaddr_in6 v6{};
  ::inet_pton(AF_INET6, at.host.c_str(), &v6.sin6_addr);
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(at.port);
  std::memcpy(&out.storage, &v6, sizeof v6);
  out.size = sizeof v6;
  return out;
}

std::uint16_t port_of(int socket) {
  socket_address at;
  at.size = sizeof at.storage;
  if (::getsockname(socket, at.any(), &at.size) != 0) return 0;
  if (at.storage.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &at.storage, sizeof v6);
    return ntohs(v6.sin6_port);
  }
  sockaddr_in v4{};
  std::memcpy(&v4, &at.storage, sizeof v4);
  return ntohs(v4.sin_port);
}

error cannot_listen(const listen_address& at, int code) {
  error failure;
  failure.kind = errc::configuration;
  failure.message = "cannot listen at " + at.to_string() + ": ";
  failure.message += code == EADDRINUSE
                         ? "another program does; give another port, or 0 for any that is free"
                         : std::generic_category().message(code);
  return failure;
}

}  // namespace

struct http_listener::daemon {
  daemon(answerer answer, const listener_limits& limits)
      : requests(std::move(answer), limits.body_bytes), grace(limits.grace) {}

  served_requests requests;
  const std::chrono::seconds grace;
  MHD_Daemon* running = nullptr;
};

http_listener::http_listener(listen_address at, std::unique_ptr<daemon> by)
    : address_(std::move(at)), daemon_(std::move(by)) {}

http_listener::~http_listener() {
  // Stopping alone would close connections whose answer is under way.
  daemon_->requests.close_behind_answers();
  const detail::descriptor listening(MHD_quiesce_daemon(daemon_->running));
  ::shutdown(listening.get(), SHUT_RDWR);  // or who connects now would wait for nothing
  daemon_->requests.wait(daemon_->grace);
  MHD_stop_daemon(daemon_->running);
}

result<std::unique_ptr<http_listener>> http_listener::open(const listen_address& at,
                                                           answerer answer,
                                                           const listener_limits& limits,
                                                           listener_threads by) {
  socket_address where = to_socket(at);
  detail::descriptor socket(
      ::socket(where.any()->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) return cannot_listen(at, errno);
  // A server that has just ended leaves connections behind which must not keep the next one out.
  const int yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::bind(socket.get(), where.any(), where.size) != 0 ||
      ::listen(socket.get(), SOMAXCONN) != 0) {
    return cannot_listen(at, errno);
  }
  auto own = std::make_unique<daemon>(std::move(answer), limits);
  const unsigned threads = by == listener_threads::one
                               ? MHD_USE_INTERNAL_POLLING_THREAD
                               : MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION;
  const detail::blocked_signals for_its_threads;
  own->running = MHD_start_daemon(
      MHD_USE_AUTO | MHD_USE_ITC | threads, 0, nullptr, nullptr, &served_requests::on_request,
      &own->requests, MHD_OPTION_LISTEN_SOCKET, socket.get(), MHD_OPTION_CONNECTION_LIMIT,
      limits.connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT, limits.connections_from_one_address,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, limits.header_bytes, MHD_OPTION_CONNECTION_TIMEOUT,
      static_cast<unsigned>(limits.idle.count()), MHD_OPTION_URI_LOG_CALLBACK,
      &served_requests::on_first_line, &own->requests, MHD_OPTION_NOTIFY_COMPLETED,
      &served_requests::on_end, &own->requests, MHD_OPTION_END);
  if (own->running == nullptr) return cannot_listen(at, errno);
  listen_address bound = at;
  bound.port = port_of(socket.release());  // the daemon's from here on
  return std::unique_ptr<http_listener>(new http_listener(std::move(bound), std::move(own)));
}

}  // namespace dynamo::net
