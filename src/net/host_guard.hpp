// Whether a request was meant for this server. A web page can make a browser send requests to this
// machine under a name of the page's (DNS rebinding), or across origins.
#pragma once

#include "net/http_listener.hpp"
#include "net/http_question.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::net {

/// Knows the names of a server. Thread-safe.
class host_guard {
 public:
  /// Accepts localhost, *.localhost, 127.0.0.0/8, ::1, the host of `listening` and `allowed`. If
  /// others reach `listening`, also `machine`, the machine's own name, and in Host every numeric
  /// address: it is no name that could be made to lead here.
  host_guard(const listen_address& listening, std::string_view machine,
             std::vector<std::string> allowed);

  /// Why a request is refused: its Host is none of the names, or its Origin, if there is one, is
  /// neither one of them nor the request's own: "for the host 'x', which is not a name of this
  /// server". Nothing if it is to be answered.
  [[nodiscard]] std::optional<std::string> refuse(const http_question& asked) const;

 private:
  [[nodiscard]] bool knows(std::string_view host) const;

  std::vector<std::string> names_;
  bool is_loopback_;
};

/// True for what `host_guard` can be told to allow: a host's name or numeric address, without a
/// port.
[[nodiscard]] bool is_host_name(std::string_view text);

}  // namespace dynamo::net
