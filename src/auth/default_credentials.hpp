// The places for credentials, in the order in which the AWS CLI looks.
#pragma once

#include "auth/environment.hpp"

#include <dynamo/auth/credentials.hpp>
#include <dynamo/core/clock.hpp>

#include <memory>
#include <optional>
#include <string>

namespace dynamo::auth {

/// `dynamo::default_credentials` with environment and time as parameters. A new place for
/// credentials is a `credential_source` of its own and one line in this function.
[[nodiscard]] std::shared_ptr<credential_provider> default_credential_chain(
    std::optional<std::string> profile, std::shared_ptr<const environment> variables,
    std::shared_ptr<const clock> time);

}  // namespace dynamo::auth
