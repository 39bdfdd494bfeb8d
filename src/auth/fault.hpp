// Errors of this layer in one expression.
#pragma once

#include <dynamo/core/error.hpp>

#include <string>
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

}  // namespace dynamo::auth
