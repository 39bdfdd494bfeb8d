#include "net/curl_error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace dynamo::net {
namespace {

struct url_deleter {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
using url_handle = std::unique_ptr<CURLU, url_deleter>;

struct host_and_port {
  std::string host;
  std::string port;
};

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
  std::string copy = text;
  curl_free(text);
  return copy;
}

// Both empty if the URL cannot be parsed.
host_and_port parse(std::string_view text) {
  const url_handle url(curl_url());
  if (!url) return {};
  if (curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), CURLU_NON_SUPPORT_SCHEME) !=
      CURLUE_OK) {
    return {};
  }
  return {part_of(url.get(), CURLUPART_HOST), part_of(url.get(), CURLUPART_PORT)};
}

std::string joined(const host_and_port& where) {
  if (where.host.empty()) return "the server";
  return where.port.empty() ? where.host : where.host + ':' + where.port;
}

// curl's description of this failure, or the code's general text.
std::string reason(CURLcode code, const failed_transfer& failed) {
  return failed.detail.empty() ? curl_easy_strerror(code) : std::string(failed.detail);
}

bool contains(std::string_view text, std::string_view part) noexcept {
  return text.find(part) != std::string_view::npos;
}

std::string trust_hint(const transport_options& options) {
  return options.ca_bundle.empty() ? "set AWS_CA_BUNDLE to the CA's file"
                                   : fmt::format("'{}' does not contain its CA", options.ca_bundle);
}

transport_error explain_tls(CURLcode code, const failed_transfer& failed,
                            const std::string& where) {
  const std::string why = reason(code, failed);
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION: {
      if (contains(why, "does not match") || contains(why, "alternative certificate"))
        return {transport_errc::tls,
                fmt::format("the TLS certificate of {} is for another host: {}", where, why)};
      constexpr std::string_view prefix = "SSL certificate problem: ";
      const std::string_view problem = why;
      return {transport_errc::tls,
              fmt::format("the TLS certificate of {} is not trusted: {}; {}", where,
                          problem.starts_with(prefix) ? problem.substr(prefix.size()) : problem,
                          trust_hint(*failed.options))};
    }
    case CURLE_SSL_CACERT_BADFILE:
      return {transport_errc::tls,
              failed.options->ca_bundle.empty()
                  ? fmt::format("no CA certificates could be loaded to check {}: {}", where, why)
                  : fmt::format("the CA bundle '{}' could not be loaded to check {}; is it a "
                                "readable file of PEM certificates?",
                                failed.options->ca_bundle, where)};
    default:
      // OpenSSL failed because the connection ended: a network failure, which is worth a retry,
      // unlike a refused handshake.
      if (contains(why, "SSL_connect:") || contains(why, "unexpected eof"))
        return {transport_errc::connection_lost,
                fmt::format("{} closed the connection during the TLS handshake", where)};
      return {transport_errc::tls, fmt::format("the TLS handshake with {} failed: {}", where, why)};
  }
}

transport_error explain_connect(CURLcode code, const failed_transfer& failed,
                                const host_and_port& target) {
  const std::string where = joined(target);
  // curl names the peer it tried, IPv6 without brackets; a peer other than the URL's is a proxy.
  const std::string_view host =
      target.host.starts_with('[') ? std::string_view(target.host).substr(1, target.host.size() - 2)
                                   : std::string_view(target.host);
  if (!failed.detail.empty() &&
      !contains(failed.detail, fmt::format("to {} port {} ", host, target.port))) {
    return {transport_errc::refused, fmt::format("could not connect to {} through its proxy: {}",
                                                 where, reason(code, failed))};
  }
  long os_errno = 0;
  curl_easy_getinfo(failed.easy, CURLINFO_OS_ERRNO, &os_errno);
  if (os_errno == ECONNREFUSED)
    return {transport_errc::refused,
            fmt::format("connection to {} was refused; is the server running?", where)};
  return {transport_errc::refused,
          fmt::format("could not connect to {}: {}", where,
                      os_errno != 0 ? std::generic_category().message(static_cast<int>(os_errno))
                                    : reason(code, failed))};
}

}  // namespace

std::string authority_of(std::string_view url) {
  return joined(parse(url));
}

transport_error explain(CURLcode code, const failed_transfer& failed) {
  const host_and_port target = parse(failed.url);
  const std::string where = joined(target);

  // curl quotes the whole proxy variable here, which may hold a password.
  if (failed.detail.starts_with("Unsupported proxy"))
    return {transport_errc::invalid_request,
            fmt::format("the proxy configured for {} is not a valid proxy URL; check http_proxy, "
                        "https_proxy and all_proxy",
                        where)};
  long tunnel_status = 0;
  curl_easy_getinfo(failed.easy, CURLINFO_HTTP_CONNECTCODE, &tunnel_status);
  if (tunnel_status != 0 && tunnel_status / 100 != 2)
    return {transport_errc::refused,
            fmt::format("the proxy refused to connect to {} (HTTP {})", where, tunnel_status)};

  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {transport_errc::unknown_host,
              fmt::format("could not resolve host '{}'", target.host)};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {transport_errc::unknown_host,
              fmt::format("could not resolve the proxy configured for {}; check http_proxy, "
                          "https_proxy and all_proxy",
                          where)};
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED:
      return explain_connect(code, failed, target);
    case CURLE_PROXY:
      return {transport_errc::refused,
              fmt::format("the proxy did not connect to {}: {}", where, reason(code, failed))};

    case CURLE_OPERATION_TIMEDOUT:
      // curl has no time limit for the whole transfer, only one for connecting.
      return {transport_errc::timeout, fmt::format("connecting to {} took longer than {} ms", where,
                                                   failed.options->connect_timeout.count())};

    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_CLIENTCERT:
    case CURLE_USE_SSL_FAILED:
      return explain_tls(code, failed, where);

    case CURLE_URL_MALFORMAT:
      return {transport_errc::invalid_request,
              target.host.empty()
                  ? std::string("the URL is malformed; expected http://host:port "
                                "or https://host:port")
                  : fmt::format("the URL of {} is malformed: {}", where, reason(code, failed))};
    case CURLE_UNSUPPORTED_PROTOCOL:
      // curl reports a response that is not HTTP/1 with the same code as a forbidden scheme.
      if (failed.connected)
        return {transport_errc::invalid_request,
                fmt::format("{} did not answer with HTTP/1.1; do scheme and port of the URL "
                            "belong together?",
                            where)};
      return {transport_errc::invalid_request,
              fmt::format("the URL of {} has a scheme other than http and https", where)};
    case CURLE_BAD_FUNCTION_ARGUMENT:
    case CURLE_FAILED_INIT:
    case CURLE_NOT_BUILT_IN:
    case CURLE_UNKNOWN_OPTION:
      return {
          transport_errc::invalid_request,
          fmt::format("the request to {} could not be set up: {}", where, reason(code, failed))};

    case CURLE_GOT_NOTHING:
      return {transport_errc::connection_lost,
              fmt::format("{} closed the connection without an answer", where)};
    case CURLE_PARTIAL_FILE:
      return {transport_errc::connection_lost,
              fmt::format("{} closed the connection early, after {} bytes of the body", where,
                          failed.received)};
    case CURLE_WEIRD_SERVER_REPLY:
      return {transport_errc::connection_lost,
              fmt::format("{} sent a malformed HTTP response: {}", where, reason(code, failed))};
    // SEND_ERROR, RECV_ERROR, HTTP2 and chunk errors, out of memory inside curl: the connection is
    // lost, and a retry is right.
    default:
      return {transport_errc::connection_lost,
              fmt::format("the connection to {} was lost: {}", where, reason(code, failed))};
  }
}

}  // namespace dynamo::net
