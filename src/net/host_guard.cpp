#include "net/host_guard.hpp"

#include "core/ascii.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace dynamo::net {
namespace {

constexpr std::size_t longest_name = 253;  // of a DNS name

// "host:port" and "[::1]:port" without the port and the brackets; a name without the root's dot.
std::string_view host_of(std::string_view authority) {
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    const bool is_whole =
        end != std::string_view::npos && (end + 1 == authority.size() || authority[end + 1] == ':');
    return is_whole ? authority.substr(1, end - 1) : std::string_view();
  }
  std::string_view host = authority.substr(0, authority.find(':'));
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

// "http://host:port" without the scheme; nothing for "null".
std::string_view authority_in(std::string_view origin) {
  const std::size_t mark = origin.find("://");
  return mark == std::string_view::npos ? std::string_view() : origin.substr(mark + 3);
}

// Untrusted text, for a message.
std::string shown(std::string_view text) {
  if (text.size() > longest_name || !ascii::is_visible(text)) return "with an invalid name";
  return "'" + std::string(text) + "'";
}

}  // namespace

bool is_host_name(std::string_view text) {
  constexpr std::string_view marks = "-._";
  if (is_numeric_host(std::string(text))) return true;
  return !text.empty() && text.size() <= longest_name && std::ranges::all_of(text, [&](char c) {
    return ascii::is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
  });
}

host_guard::host_guard(const listen_address& listening, std::string_view machine,
                       std::vector<std::string> allowed)
    : names_(std::move(allowed)), is_loopback_(listening.is_loopback()) {
  for (std::string& name : names_) {
    if (name.ends_with('.')) name.pop_back();
  }
  names_.push_back(listening.host);
  if (!is_loopback_ && !machine.empty()) names_.emplace_back(machine);
}

bool host_guard::knows(std::string_view host) const {
  constexpr std::string_view local = "localhost";
  constexpr std::string_view below_local = ".localhost";
  if (host.empty()) return false;
  if (ascii::equal_ignoring_case(host, local)) return true;
  if (host.size() > below_local.size() &&
      ascii::equal_ignoring_case(host.substr(host.size() - below_local.size()), below_local))
    return true;
  if (listen_address{.host = std::string(host)}.is_loopback()) return true;
  return std::ranges::any_of(
      names_, [&](const std::string& name) { return ascii::equal_ignoring_case(name, host); });
}

std::optional<std::string> host_guard::refuse(const server_request& asked) const {
  const std::string_view authority = asked.header("Host").value_or("");
  const std::string_view host = host_of(authority);
  if (!knows(host) && (is_loopback_ || !is_numeric_host(std::string(host)))) {
    return "for the host " + shown(authority) + ", which is not a name of this server";
  }
  for (const auto& [name, value] : asked.headers) {
    if (!ascii::equal_ignoring_case(name, "Origin")) continue;
    const std::string_view origin = authority_in(value);
    if (knows(host_of(origin)) ||
        (!origin.empty() && ascii::equal_ignoring_case(origin, authority)))
      continue;
    return "from a web page of the origin " + shown(value) + ", which is not this server's";
  }
  return std::nullopt;
}

}  // namespace dynamo::net
