// Checks that a request was meant for this server. A web page can make a browser send requests to
// this machine under the page's host name (DNS rebinding), or across origins.
#pragma once

#include "net/http_listener.hpp"
#include "net/server_request.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::net {

/// The accepted host names of a server. Thread-safe.
class host_guard {
 public:
  /// Accepts localhost, *.localhost, 127.0.0.0/8, ::1, the host of `listening` and `allowed`. If
  /// other machines can reach `listening`, also accepts `machine`, the machine's host name, and in
  /// Host every numeric address: DNS rebinding needs a name.
  host_guard(const listen_address& listening, std::string_view machine,
             std::vector<std::string> allowed);

  /// Why a request is refused: its Host is not an accepted name, or its Origin, if present, is
  /// neither an accepted name nor the request's own origin. Example: "for the host 'x', which is
  /// not a name of this server". Nothing if the request is accepted.
  [[nodiscard]] std::optional<std::string> refuse(const server_request& asked) const;

 private:
  [[nodiscard]] bool knows(std::string_view host) const;

  std::vector<std::string> names_;
  bool is_loopback_;
};

/// True if `host_guard` can allow the text: a host name or numeric address, without a port.
[[nodiscard]] bool is_host_name(std::string_view text);

}  // namespace dynamo::net
