// Access keys in a profile of the shared files.
#pragma once

#include "auth/config_file.hpp"
#include "auth/credential_source.hpp"
#include "auth/source_context.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// Returns the keys of the profile in `file`: aws_access_key_id and aws_secret_access_key, with
/// aws_session_token (or aws_security_token); nothing if it has none or does not exist. Returns
/// errc::configuration for one key without the other.
[[nodiscard]] credential_source::answer keys_in(const std::optional<config_file>& file,
                                                std::string_view profile);

/// Returns a source that reads aws_access_key_id and aws_secret_access_key of the profile from one
/// of the two files, with aws_session_token (or aws_security_token) from the same file and
/// aws_account_id from either. The profile is `profile`, else AWS_PROFILE, else "default". Every
/// `find` reads the files and blocks on the file system.
///
/// Errors: errc::configuration for a chosen profile that does not exist, one key without the other,
/// or a malformed file.
[[nodiscard]] std::unique_ptr<credential_source> profile_keys(source_context context,
                                                              std::optional<std::string> profile,
                                                              config_syntax file);

/// Returns the last source of a profile that was chosen by name. Its `find` returns an error of
/// kind errc::credentials: the search must not continue with another identity.
[[nodiscard]] std::unique_ptr<credential_source> no_credentials_in_profile(source_context context,
                                                                           std::string profile);

}  // namespace dynamo::auth
