// The output of `dynamo whoami`.
#pragma once

#include <dynamo/client/identity.hpp>

#include <string>

namespace dynamo::cli {

/// Returns the identity as several lines of text. `offline`: STS was not asked to confirm it.
[[nodiscard]] std::string identity_text(const identity& who, bool offline);

/// Returns the identity as one line with a JSON object. Unknown members are left out; "confirmed"
/// is true if STS confirmed it.
[[nodiscard]] std::string identity_json(const identity& who);

}  // namespace dynamo::cli
