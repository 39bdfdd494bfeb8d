// Credentials from a profile of the shared files.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/environment.hpp"

#include <memory>
#include <optional>
#include <string>

namespace dynamo::auth {

/// The keys of a profile, from the credentials file, else from the config file: aws_access_key_id
/// and aws_secret_access_key, with aws_session_token (or aws_security_token) and aws_account_id.
/// The profile is `profile`, else AWS_PROFILE, else "default". Reads the files at every `find`, and
/// blocks on the file system meanwhile.
///
/// Errors: a chosen profile that does not exist, one key without the other, a malformed file
/// (errc::configuration); a profile that gets its credentials in a way this library does not know
/// yet, or, if it was chosen by `profile`, that has none (errc::credentials).
[[nodiscard]] std::unique_ptr<credential_source> profile_credentials(
    std::shared_ptr<const environment> variables, std::optional<std::string> profile);

}  // namespace dynamo::auth
