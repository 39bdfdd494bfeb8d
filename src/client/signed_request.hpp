// An operation as an HTTP request that is its caller's own.
#pragma once

#include "auth/endpoint.hpp"
#include "auth/sigv4.hpp"
#include "net/transport.hpp"

#include <dynamo/auth/credentials.hpp>
#include <dynamo/core/result.hpp>
#include <dynamo/model/backend.hpp>

#include <chrono>
#include <string_view>

namespace dynamo::wire {

/// The line that names the operation, up to its name.
inline constexpr std::string_view target_header = "X-Amz-Target: DynamoDB_20120810.";

/// `request` for `place`, signed by `who` as of `when`, which is the service's time as well as it
/// is known. Errors are those of `auth::signer::sign`. Thread-safe.
[[nodiscard]] result<net::http_request> signed_request(const backend_request& request,
                                                       auth::endpoint place, const credentials& who,
                                                       std::chrono::system_clock::time_point when,
                                                       auth::signer& signer);

}  // namespace dynamo::wire
