// The places for credentials, in the order in which the AWS CLI looks.
#pragma once

#include "auth/credential_chain.hpp"
#include "auth/source_context.hpp"

#include <dynamo/auth/credentials.hpp>

#include <memory>
#include <optional>
#include <string>

namespace dynamo::auth {

/// `dynamo::default_credentials` with what it uses of the world as a parameter. A new place for
/// credentials is a `credential_source` of its own and one line in this function.
///
/// The provider closes `context` at its end: questions that are open then end with errc::cancelled,
/// and each handler has run when its destructor returns. So it must not end on a thread of the
/// context's, that is, in a handler.
[[nodiscard]] std::shared_ptr<credential_provider> default_credential_chain(
    const std::optional<std::string>& profile, source_context context,
    renewal_observer renewal_failed = {});

}  // namespace dynamo::auth
