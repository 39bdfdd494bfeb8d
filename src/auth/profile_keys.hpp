// Access keys that stand in a profile of the shared files.
#pragma once

#include "auth/config_file.hpp"
#include "auth/credential_source.hpp"
#include "auth/source_context.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// The keys that the profile has in `file`: aws_access_key_id and aws_secret_access_key, with
/// aws_session_token (or aws_security_token); nothing if it has none, or there is no such profile.
/// errc::configuration for one key without the other.
[[nodiscard]] credential_source::answer keys_in(const std::optional<config_file>& file,
                                                std::string_view profile);

/// The profile's aws_access_key_id and aws_secret_access_key in one of the two files, with
/// aws_session_token (or aws_security_token) from there and aws_account_id from either. The
/// profile is `profile`, else AWS_PROFILE, else "default". Reads the files at every `find`, and
/// blocks on the file system meanwhile.
///
/// Errors: a chosen profile that does not exist, one key without the other, a malformed file
/// (errc::configuration).
[[nodiscard]] std::unique_ptr<credential_source> profile_keys(source_context context,
                                                              std::optional<std::string> profile,
                                                              config_syntax file);

/// The end of what a profile that was chosen by name may hold: an error of kind errc::credentials
/// that says so. Who chose a profile wants that identity and no other.
[[nodiscard]] std::unique_ptr<credential_source> no_credentials_in_profile(source_context context,
                                                                           std::string profile);

}  // namespace dynamo::auth
