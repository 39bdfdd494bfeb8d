// Errors of this layer in one expression.
#pragma once

#include <dynamo/core/error.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace dynamo::auth {

/// A setting is missing or malformed; `message` names it and says what to do.
[[nodiscard]] inline error configuration_fault(std::string message) {
  error fault;
  fault.kind = errc::configuration;
  fault.message = std::move(message);
  return fault;
}

/// There are no usable credentials; `message` says where they were looked for and what to do.
[[nodiscard]] inline error credentials_fault(std::string message) {
  error fault;
  fault.kind = errc::credentials;
  fault.message = std::move(message);
  return fault;
}

/// Whoever looked for credentials has ended.
[[nodiscard]] inline error cancelled_search() {
  error fault;
  fault.kind = errc::cancelled;
  fault.message = "the search for credentials was cancelled";
  return fault;
}

/// `host` answered with what is no answer of the service that was asked there.
[[nodiscard]] inline error strange_answer(std::string_view host, int status) {
  error fault;
  fault.kind = errc::invalid_response;
  fault.http_status = status;
  fault.message = std::string(host) + " answered with status " + std::to_string(status) +
                  " and what its service does not say: check the endpoint and any proxy before it";
  return fault;
}

/// The end of a source's search: `what` could not be done, for this reason, and what helps. Of the
/// kinds that a provider may give: errc::configuration and errc::cancelled stay, others become
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
