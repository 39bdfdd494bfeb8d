// Credentials in a file, as the AWS CLI keeps them.
#pragma once

#include <dynamo/auth/credentials.hpp>
#include <dynamo/core/result.hpp>

#include <string>
#include <vector>

namespace dynamo {

/// All keys of a file in the format of ~/.aws/credentials: those of each profile that has
/// aws_access_key_id and aws_secret_access_key, with aws_session_token if it is there. Blocks on
/// the file system. errc::configuration, in one sentence that names the file, if it cannot be read,
/// is malformed, has no keys, or has one half of a pair.
[[nodiscard]] result<std::vector<credentials>> try_read_credentials_file(const std::string& path);

}  // namespace dynamo
