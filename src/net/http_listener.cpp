#include "net/http_listener.hpp"

#include "core/blocked_signals.hpp"
#include "core/descriptor.hpp"

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
  answerer answer;
  MHD_Daemon* running = nullptr;

  static MHD_Result on_request(void* self, MHD_Connection* peer, const char* path,
                               const char* method, const char* version, const char* body,
                               std::size_t* body_size, void** seen) noexcept;
};

namespace {

MHD_Result send(MHD_Connection* peer, http_reply reply) noexcept {
  MHD_Response* const response =
      MHD_create_response_from_buffer(reply.body.size(), reply.body.data(), MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;
  for (const auto& [name, value] : reply.headers) {
    MHD_add_response_header(response, name.c_str(), value.c_str());
  }
  const MHD_Result queued = MHD_queue_response(peer, static_cast<unsigned>(reply.status), response);
  MHD_destroy_response(response);
  return queued;
}

}  // namespace

// Called once when the head of a request has come, and again when all of it has.
MHD_Result http_listener::daemon::on_request(void* self, MHD_Connection* peer, const char* path,
                                             const char* method, const char* /*version*/,
                                             const char* /*body*/, std::size_t* /*body_size*/,
                                             void** seen) noexcept {
  static int head_has_come = 0;
  if (*seen == nullptr) {
    *seen = &head_has_come;
    const char* const length =
        MHD_lookup_connection_value(peer, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    const bool chunked = MHD_lookup_connection_value(peer, MHD_HEADER_KIND,
                                                     MHD_HTTP_HEADER_TRANSFER_ENCODING) != nullptr;
    // Answered now, the connection ends without the body being read.
    if (chunked || (length != nullptr && std::string_view(length) != "0")) {
      return send(peer, {.status = MHD_HTTP_CONTENT_TOO_LARGE});
    }
    return MHD_YES;
  }
  return send(peer, static_cast<daemon*>(self)->answer({method, path}));
}

http_listener::http_listener(listen_address at, std::unique_ptr<daemon> by)
    : address_(std::move(at)), daemon_(std::move(by)) {}

http_listener::~http_listener() {
  MHD_stop_daemon(daemon_->running);
}

result<std::unique_ptr<http_listener>> http_listener::open(const listen_address& at,
                                                           answerer answer,
                                                           const listener_limits& limits) {
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
  auto by = std::make_unique<daemon>();
  by->answer = std::move(answer);
  const detail::blocked_signals for_its_thread;
  by->running = MHD_start_daemon(
      MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD, 0, nullptr, nullptr, &daemon::on_request,
      by.get(), MHD_OPTION_LISTEN_SOCKET, socket.get(), MHD_OPTION_CONNECTION_LIMIT,
      limits.connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT, limits.connections_from_one_address,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, limits.header_bytes, MHD_OPTION_CONNECTION_TIMEOUT,
      static_cast<unsigned>(limits.idle.count()), MHD_OPTION_END);
  if (by->running == nullptr) return cannot_listen(at, errno);
  listen_address bound = at;
  bound.port = port_of(socket.release());  // the daemon's from here on
  return std::unique_ptr<http_listener>(new http_listener(std::move(bound), std::move(by)));
}

}  // namespace dynamo::net
