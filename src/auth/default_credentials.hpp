// The default chain of credential sources, in the order of the AWS CLI.
#pragma once

#include "auth/credential_chain.hpp"
#include "auth/source_context.hpp"

#include <dynamo/auth/credentials.hpp>

#include <memory>
#include <optional>
#include <string>

namespace dynamo::auth {

/// Returns the provider of `dynamo::default_credentials`, with its dependencies as a parameter. To
/// add a source of credentials, implement `credential_source` and add one line to this function.
///
/// Lifetime: the provider's destructor closes `context`: open requests end with errc::cancelled,
/// and all handlers have run when it returns. So it must not run on a thread of the context, that
/// is, in a handler.
[[nodiscard]] std::shared_ptr<credential_provider> default_credential_chain(
    const std::optional<std::string>& profile, source_context context,
    renewal_observer renewal_failed = {});

}  // namespace dynamo::auth
