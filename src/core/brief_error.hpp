// Errors that can be made when there is no memory left.
#pragma once

#include <dynamo/core/error.hpp>

#include <new>
#include <string>

namespace dynamo::detail {

/// An error with this message, of this table. Does not throw: what does not fit into memory is left
/// out, and the kind says it.
[[nodiscard]] inline error brief_error(errc kind, const char* message,
                                       const std::string& table = {}) noexcept {
  error reason;
  reason.kind = kind;
  try {
    reason.message = message;
    reason.table = table;
    // NOLINTNEXTLINE(bugprone-empty-catch): the kind says it
  } catch (const std::bad_alloc&) {
  }
  return reason;
}

}  // namespace dynamo::detail
