#include "net/http_listener.hpp"

#include "core/descriptor.hpp"
#include "net/http_loop.hpp"

#include <dynamo/core/owned_thread.hpp>

#include <arpa/inet.h>
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

// The host is numeric: it was parsed before.
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
  failure.message = "cannot listen on " + at.to_string() + ": ";
  failure.message += code == EADDRINUSE
                         ? "the port is in use; choose another one, or 0 for any free port"
                         : std::generic_category().message(code);
  return failure;
}

}  // namespace

http_listener::http_listener(listen_address at, std::unique_ptr<http_loop> by)
    : address_(std::move(at)), loop_(std::move(by)) {}

http_listener::~http_listener() {
  if (home_.is_forked_child()) detail::abandon(loop_);
}

result<std::unique_ptr<http_listener>> http_listener::open(const listen_address& at,
                                                           request_handler answer,
                                                           const listener_limits& limits,
                                                           std::shared_ptr<logger> log) {
  socket_address where = to_socket(at);
  detail::descriptor socket(
      ::socket(where.any()->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) return cannot_listen(at, errno);
  // The closed connections of a server that has just ended must not block the address.
  const int yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::bind(socket.get(), where.any(), where.size) != 0 ||
      ::listen(socket.get(), SOMAXCONN) != 0) {
    return cannot_listen(at, errno);
  }
  listen_address bound = at;
  bound.port = port_of(socket.get());
  try {
    auto loop =
        std::make_unique<http_loop>(std::move(socket), std::move(answer), limits, std::move(log));
    return std::unique_ptr<http_listener>(new http_listener(std::move(bound), std::move(loop)));
  } catch (const std::system_error& failure) {
    return cannot_listen(at, failure.code().value());
  }
}

}  // namespace dynamo::net
