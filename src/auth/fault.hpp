// Functions that create the errors of this layer.
#pragma once

#include <dynamo/core/error.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace dynamo::auth {

/// Returns the error for a missing or malformed setting; `message` names it and says what to do.
[[nodiscard]] inline error configuration_fault(std::string message) {
  error fault;
  fault.kind = errc::configuration;
  fault.message = std::move(message);
  return fault;
}

/// Returns the error for missing or unusable credentials; `message` names the source and says what
/// to do.
[[nodiscard]] inline error credentials_fault(std::string message) {
  error fault;
  fault.kind = errc::credentials;
  fault.message = std::move(message);
  return fault;
}

/// Returns the error for a search whose provider was destroyed.
[[nodiscard]] inline error cancelled_search() {
  error fault;
  fault.kind = errc::cancelled;
  fault.message = "the search for credentials was cancelled";
  return fault;
}

/// Returns the error for a response of `host` that does not come from the expected service.
[[nodiscard]] inline error unexpected_response(std::string_view host, int status) {
  error fault;
  fault.kind = errc::invalid_response;
  fault.http_status = status;
  fault.message = std::string(host) + " answered with status " + std::to_string(status) +
                  " and an unexpected body: check the endpoint and any proxy before it";
  return fault;
}

/// Returns the error of a source: `what` failed, the reason, and the advice. It has a kind that a
/// provider may return: errc::configuration and errc::cancelled are kept, others become
/// errc::credentials.
[[nodiscard]] inline error failed_source(std::string_view what, error reason,
                                         std::string_view advice) {
  if (reason.kind != errc::configuration && reason.kind != errc::cancelled)
    reason.kind = errc::credentials;
  while (reason.message.ends_with('.') || reason.message.ends_with(' ')) reason.message.pop_back();
  reason.message = std::string(what) + ": " + reason.message;
  if (!advice.empty()) (reason.message += "; ") += advice;
  return reason;
}

}  // namespace dynamo::auth
