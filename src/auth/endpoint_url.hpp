// Parses the URL of an endpoint.
#pragma once

#include <dynamo/core/result.hpp>

#include <string>
#include <string_view>

namespace dynamo::auth {

/// An http or https URL without user, query and fragment.
struct endpoint_url {
  std::string scheme = {};  ///< "http" or "https"
  std::string host = {};    ///< in lowercase; an IPv6 address without its brackets
  int port = 0;             ///< always set; default: 80 or 443
  std::string path = {};    ///< starts with a slash

  /// Returns the value of the Host header: the host and, unless it is the scheme's default, the
  /// port.
  [[nodiscard]] std::string authority() const;
  /// Returns the whole URL.
  [[nodiscard]] std::string to_string() const;
  /// Returns true for localhost and its subdomains, 127.0.0.0/8 and ::1: such a server is not AWS.
  [[nodiscard]] bool is_loopback() const;
};

/// Parses the URL of an endpoint. `source` is where it was set, for messages: "AWS_ENDPOINT_URL".
/// Errors are of kind errc::configuration and name the source.
[[nodiscard]] result<endpoint_url> parse_endpoint_url(std::string_view text,
                                                      std::string_view source);

}  // namespace dynamo::auth
