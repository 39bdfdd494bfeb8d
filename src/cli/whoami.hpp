// An identity as text.
#pragma once

#include <dynamo/client/identity.hpp>

#include <string>

namespace dynamo::cli {

/// Several lines for people. `offline`: nobody was asked to confirm it.
[[nodiscard]] std::string identity_text(const identity& who, bool offline);

/// One JSON object, one line. Members that are not known are left out; "confirmed" tells whether
/// STS has agreed.
[[nodiscard]] std::string identity_json(const identity& who);

}  // namespace dynamo::cli
