#include "auth/container_credentials.hpp"

#include "auth/credential_document.hpp"
#include "auth/fault.hpp"
#include "auth/small_file.hpp"
#include "core/ascii.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

namespace dynamo::auth {
namespace {

using namespace std::chrono_literals;

constexpr const char* relative_variable = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr const char* full_variable = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
constexpr const char* token_file_variable = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
constexpr const char* token_variable = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
constexpr std::size_t max_token_bytes = std::size_t{64} << 10;
constexpr std::array<std::string_view, 2> ipv4_agents = {"169.254.170.2", "169.254.170.23"};
constexpr std::string_view ipv6_agent = "fd00:ec2::23";

bool is_ipv6(std::string_view host, std::string_view address) {
  in6_addr left{};
  in6_addr right{};
  return ::inet_pton(AF_INET6, std::string(host).c_str(), &left) == 1 &&
         ::inet_pton(AF_INET6, std::string(address).c_str(), &right) == 1 &&
         std::memcmp(&left, &right, sizeof left) == 0;
}

bool is_loopback(const std::string& host) {
  in_addr address{};
  if (host == "localhost" || is_ipv6(host, "::1")) return true;
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

bool is_agent(std::string_view host) {
  return std::ranges::find(ipv4_agents, host) != ipv4_agents.end() || is_ipv6(host, ipv6_agent);
}

struct place_to_ask {
  std::string url{};
  const char* variable = nullptr;
  bool local = true;
};

// Accepts a query, which parse_endpoint_url refuses: some agents identify tasks by it.
result<place_to_ask> read_full_url(const std::string& text) {
  const std::size_t query = std::min(text.find('?'), text.size());
  const result<endpoint_url> url =
      parse_endpoint_url(std::string_view(text).substr(0, query), full_variable);
  if (!url) return url.error();
  if (!ascii::is_visible(text) || text.find('#') != std::string::npos)
    return configuration_fault(
        fmt::format("The URL in {} has white space or other characters that need percent-encoding",
                    full_variable));
  if (!may_ask_for_credentials(*url))
    return configuration_fault(fmt::format(
        "The host '{}' in {} may not be asked for credentials over http: use https, localhost, a "
        "loopback address, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23]",
        url->host, full_variable));
  return place_to_ask{.url = url->to_string() + text.substr(query),
                      .variable = full_variable,
                      .local = is_loopback(url->host) || is_agent(url->host)};
}

result<place_to_ask> read_relative_url(const std::string& host, const std::string& path) {
  // Without the slash it could extend the host name: ".example.com".
  if (!path.starts_with('/') || !ascii::is_visible(path) || path.find('#') != std::string::npos)
    return configuration_fault(
        fmt::format("The path in {} must start with a slash and have no white space and no "
                    "fragment: set it as the container's agent does",
                    relative_variable));
  return place_to_ask{.url = host + path, .variable = relative_variable};
}

// Empty if no token is needed.
result<std::string> read_token(const environment& variables) {
  const std::optional<std::string> path = variables.get(token_file_variable);
  if (!path) {
    std::string token = variables.get(token_variable).value_or(std::string());
    if (token.find_first_of("\r\n") != std::string::npos)
      return configuration_fault(
          fmt::format("The token in {} has a line break: remove it", token_variable));
    return token;
  }
  result<std::optional<std::string>> token = read_small_file(*path, max_token_bytes);
  if (!token) return std::move(token).error();
  if (!*token)
    return configuration_fault(fmt::format(
        "The file '{}' in {} does not exist: correct the variable", *path, token_file_variable));
  if ((*token)->empty() ||
      (*token)->find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
    return configuration_fault(
        fmt::format("The file '{}' in {} is not one token: it must contain only the token, "
                    "without a line break",
                    *path, token_file_variable));
  return **std::move(token);
}

std::string advice_for(int status) {
  if (status == 401 || status == 403)
    return fmt::format("check the token in {} or {}, and that the task or pod has a role",
                       token_file_variable, token_variable);
  if (status == 404 || status == 400) return "check the variable, and that the task has a role";
  return "check the log of the container's agent";
}

class container_source final : public credential_source {
 public:
  container_source(source_context context, std::string relative_host)
      : context_(std::move(context)), relative_host_(std::move(relative_host)) {}

  void find(handler done) override {
    result<std::optional<place_to_ask>> place = find_place();
    if (!place) return done(std::move(place).error());
    if (!*place) return done(std::nullopt);
    result<std::string> token = read_token(*context_.variables);
    if (!token) return done(std::move(token).error());
    credential_request question{.url = (*place)->url,
                                .headers = {"Accept: application/json"},
                                .local = (*place)->local,
                                .timeout = 2s,
                                .attempts = 3,
                                .pause = 1s};
    // Agents throttle when many tasks start at the same time.
    question.is_transient = &is_throttled;
    if (!token->empty()) question.headers.push_back("Authorization: " + *token);
    context_.http->ask(std::move(question),
                       [this, from = **std::move(place), done = std::move(done)](auto answered) {
                         done(take(from, std::move(answered)));
                       });
  }

  std::string place() const override { return "the variables that containers set"; }

 private:
  result<std::optional<place_to_ask>> find_place() const {
    result<place_to_ask> place = place_to_ask();
    if (const auto path = context_.variables->get(relative_variable))
      place = read_relative_url(relative_host_, *path);
    else if (const auto url = context_.variables->get(full_variable))
      place = read_full_url(*url);
    else
      return std::optional<place_to_ask>();
    if (!place) return std::move(place).error();
    return std::optional<place_to_ask>(*std::move(place));
  }

  answer take(const place_to_ask& from, result<net::http_response> answered) const {
    document_origin origin;
    origin.subject = fmt::format("The container's credentials endpoint ({})", from.variable);
    origin.fix = "check that the variable names the agent of this container";
    origin.fixed_time = "the agent does not renew them; try again later, or restart the task";
    if (!answered) {
      error reason = std::move(answered).error();
      if (reason.kind != errc::cancelled)
        reason.message =
            fmt::format("{} cannot be reached: {}; {}", origin.subject, reason.message, origin.fix);
      return reason;
    }
    if (answered->status != 200)
      return credentials_fault(fmt::format("{} answered with HTTP status {}: {}", origin.subject,
                                           answered->status, advice_for(answered->status)));
    const result<json_members> members = open_credential_document(answered->body.text(), origin);
    if (!members) return members.error();
    result<credentials> read = read_credential_document(*members, origin);
    if (!read) return std::move(read).error();
    if (auto expired =
            expired_on_arrival(*read, origin, context_.time->wall_time(), answered->date))
      return *std::move(expired);
    read->provider = fmt::format("the container ({})", from.variable);
    return *std::move(read);
  }

  const source_context context_;
  const std::string relative_host_;
};

}  // namespace

bool may_ask_for_credentials(const endpoint_url& url) {
  return url.scheme == "https" || is_loopback(url.host) || is_agent(url.host);
}

std::unique_ptr<credential_source> container_credentials(source_context context,
                                                         std::string relative_host) {
  return std::make_unique<container_source>(std::move(context), std::move(relative_host));
}

}  // namespace dynamo::auth
