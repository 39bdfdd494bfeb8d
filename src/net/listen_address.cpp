#include "core/ascii.hpp"
#include "net/http_listener.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

namespace dynamo::net {
namespace {

error not_an_address(std::string_view text) {
  error failure;
  failure.kind = errc::invalid_argument;
  failure.message = fmt::format(
      "invalid listen address '{}': expected HOST:PORT, [HOST]:PORT or PORT, with a numeric HOST",
      text);
  return failure;
}

}  // namespace

bool is_numeric_host(const std::string& host) noexcept {
  in6_addr any{};
  return ::inet_pton(AF_INET, host.c_str(), &any) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), &any) == 1;
}

std::string listen_address::to_string() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool listen_address::is_loopback() const noexcept {
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
  in6_addr v6{};
  return ::inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6) != 0;
}

result<listen_address> parse_listen_address(std::string_view text) {
  std::string_view host;
  std::string_view port = text;
  if (text.starts_with('[')) {
    const auto end = text.find("]:");
    if (end == std::string_view::npos) return not_an_address(text);
    host = text.substr(1, end - 1);
    if (host.find(':') == std::string_view::npos) return not_an_address(text);
    port = text.substr(end + 2);
  } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  if (host.empty() || host == "localhost") host = "127.0.0.1";
  listen_address at{.host = std::string(host)};
  const auto number = ascii::number_in<std::uint16_t>(port);
  if (!number || !is_numeric_host(at.host)) return not_an_address(text);
  at.port = *number;
  return at;
}

}  // namespace dynamo::net
