// Credentials that a program prints.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/source_context.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace dynamo::auth {

/// What the program prints that a profile (`profile`, else AWS_PROFILE, else "default") names in
/// its setting credential_process, as the AWS CLI has it: a JSON object with Version 1, AccessKeyId
/// and SecretAccessKey, and, if they apply, SessionToken, Expiration and AccountId. Nothing if the
/// profile has no such setting. Files and output are read anew at every `find`.
///
/// The command line is split without a shell (`split_command_line`), the program is run as
/// `process_runner` says and killed after `timeout`. Errors name program, profile and file, never
/// the program's arguments or what it prints: a malformed command line (errc::configuration);
/// a program that cannot be run, fails, is too slow or prints something else, credentials that have
/// expired or are of another account than the profile's aws_account_id (errc::credentials).
[[nodiscard]] std::unique_ptr<credential_source> process_credentials(
    source_context context, std::optional<std::string> profile,
    std::chrono::milliseconds timeout = std::chrono::seconds(60));

}  // namespace dynamo::auth
