#include "auth/endpoint_url.hpp"

#include "auth/fault.hpp"
#include "core/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dynamo::auth {
namespace {

bool is_host_character(char c) noexcept {
  return ascii::is_letter(c) || ascii::is_digit(c) || c == '-' || c == '.' || c == '_';
}

bool is_ipv6_character(char c) noexcept {
  return ascii::is_digit(c) || (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'f') || c == ':' ||
         c == '.';
}

bool is_path_character(char c) noexcept {
  return c > ' ' && c < '\x7f';
}

int default_port(std::string_view scheme) noexcept {
  return scheme == "http" ? 80 : 443;
}

}  // namespace

std::string endpoint_url::authority() const {
  std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != default_port(scheme)) text += fmt::format(":{}", port);
  return text;
}

std::string endpoint_url::to_string() const {
  return fmt::format("{}://{}{}", scheme, authority(), path);
}

bool endpoint_url::is_loopback() const {
  if (host == "localhost" || host.ends_with(".localhost") || host == "::1") return true;
  return host.starts_with("127.") &&
         std::ranges::all_of(host, [](char c) { return ascii::is_digit(c) || c == '.'; });
}

result<endpoint_url> parse_endpoint_url(std::string_view text, std::string_view source) {
  // A URL with a user name may contain a password, so it is never shown.
  const bool may_be_secret = text.find('@') != std::string_view::npos;
  const auto fault = [&](std::string_view problem) {
    return configuration_fault(
        may_be_secret ? fmt::format("The endpoint URL in {} {}", source, problem)
                      : fmt::format("The endpoint URL '{}' in {} {}", text, source, problem));
  };

  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos)
    return fault("has no scheme: write http://host:port or https://host");
  endpoint_url url;
  url.scheme.resize(colon);
  std::ranges::transform(text.substr(0, colon), url.scheme.begin(), ascii::lower);
  if (url.scheme != "http" && url.scheme != "https")
    return fault("must start with http:// or https://");

  std::string_view rest = text.substr(colon + 3);
  if (rest.find_first_of("?#") != std::string_view::npos)
    return fault("may have neither a query nor a fragment");
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view authority = rest.substr(0, slash);
  url.path = slash == rest.size() ? "/" : std::string(rest.substr(slash));
  if (!std::ranges::all_of(url.path, is_path_character))
    return fault("has a path with white space or other characters that need percent-encoding");
  if (authority.find('@') != std::string_view::npos)
    return fault("must not contain a user name or password");

  std::string_view host = authority;
  std::string_view port;
  bool has_port = false;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos)
      return fault("has an IPv6 address without closing bracket");
    host = authority.substr(1, close - 1);
    const std::string_view after = authority.substr(close + 1);
    if (!after.empty() && after.front() != ':')
      return fault("has text between its IPv6 address and its port");
    has_port = !after.empty();
    if (has_port) port = after.substr(1);
    if (host.find(':') == std::string_view::npos || !std::ranges::all_of(host, is_ipv6_character))
      return fault("has brackets that do not hold an IPv6 address");
  } else {
    const std::size_t separator = authority.find(':');
    has_port = separator != std::string_view::npos;
    if (has_port) {
      port = authority.substr(separator + 1);
      host = authority.substr(0, separator);
    }
    if (host.empty()) return fault("has no host: write http://host:port or https://host");
    if (!std::ranges::all_of(host, is_host_character))
      return fault("has a host with characters that no host name has");
  }
  url.host.resize(host.size());
  std::ranges::transform(host, url.host.begin(), ascii::lower);

  url.port = default_port(url.scheme);
  if (has_port) {
    const auto number = ascii::number_in<decltype(url.port)>(port);
    if (!number || *number < 1 || *number > 65535)
      return fault("has a port that is not a number from 1 to 65535");
    url.port = *number;
  }
  return url;
}

}  // namespace dynamo::auth
