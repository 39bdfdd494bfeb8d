// Places for credentials that this library does not know yet, recognised by their variables.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/environment.hpp"

#include <memory>

namespace dynamo::auth {

/// An error of kind errc::credentials if the environment offers credentials in a way that is not
/// supported yet (web identity, container), which says more than that there are none. Otherwise
/// nothing. Answers at once.
[[nodiscard]] std::unique_ptr<credential_source> unsupported_credentials(
    std::shared_ptr<const environment> variables);

}  // namespace dynamo::auth
