// Credentials printed by a program (credential_process).
#pragma once

#include "auth/credential_source.hpp"
#include "auth/source_context.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace dynamo::auth {

/// Returns a source that runs the credential_process of a profile (`profile`, else AWS_PROFILE,
/// else "default"), as the AWS CLI does. The program prints a JSON object with Version 1,
/// AccessKeyId and SecretAccessKey, and optionally SessionToken, Expiration and AccountId. The
/// source has nothing if the profile has no credential_process. Every `find` reads the files and
/// runs the program again.
///
/// The command line is split without a shell (`split_command_line`); the program is run by
/// `process_runner` and killed after `timeout`. Errors name program, profile and file, never the
/// program's arguments or output: errc::configuration for a malformed command line;
/// errc::credentials for a program that cannot be run, fails, is too slow or prints something else,
/// and for credentials that have expired or are of another account than the profile's
/// aws_account_id.
[[nodiscard]] std::unique_ptr<credential_source> process_credentials(
    source_context context, std::optional<std::string> profile,
    std::chrono::milliseconds timeout = std::chrono::seconds(60));

}  // namespace dynamo::auth
