// Credentials of an ECS task or an EKS pod.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/endpoint_url.hpp"
#include "auth/source_context.hpp"

#include <memory>
#include <string>

namespace dynamo::auth {

/// Returns a source that gets credentials from the endpoint in
/// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI (Amazon ECS, on `relative_host`) or
/// AWS_CONTAINER_CREDENTIALS_FULL_URI (EKS Pod Identity, Greengrass). It has nothing if neither is
/// set. The authorization token comes from the file in AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, read
/// again by every `find`, else from AWS_CONTAINER_AUTHORIZATION_TOKEN. It makes three attempts of
/// 2 s, 1 s apart (as botocore's ContainerMetadataFetcher).
///
/// Errors: errc::configuration for a malformed URL, a host that is not allowed, and a token that is
/// unreadable or has a line break; errc::credentials for an endpoint that does not respond,
/// refuses, or returns something else or expired credentials.
[[nodiscard]] std::unique_ptr<credential_source> container_credentials(
    source_context context, std::string relative_host = "http://169.254.170.2");

/// Returns whether credentials may be requested from `url`: over https from any host; over http
/// from this machine (localhost, 127.0.0.0/8, ::1) and the addresses of ECS and EKS agents. Other
/// host names that resolve to these addresses are refused: they may resolve differently the next
/// time.
[[nodiscard]] bool may_ask_for_credentials(const endpoint_url& url);

}  // namespace dynamo::auth
