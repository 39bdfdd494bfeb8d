// Credentials of a container's task or pod.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/endpoint_url.hpp"
#include "auth/source_context.hpp"

#include <memory>
#include <string>

namespace dynamo::auth {

/// What the endpoint gives that AWS_CONTAINER_CREDENTIALS_RELATIVE_URI (of Amazon ECS, on
/// `relative_host`) or AWS_CONTAINER_CREDENTIALS_FULL_URI (EKS Pod Identity, Greengrass) names;
/// nothing if neither is set. The token that authorises comes from the file that
/// AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names, read anew at every `find`, else from
/// AWS_CONTAINER_AUTHORIZATION_TOKEN. Three attempts of 2 s, 1 s apart (botocore's
/// ContainerMetadataFetcher).
///
/// Errors: a URL that is malformed or whose host may not be asked, a token that is unreadable or
/// has a line break (errc::configuration); an endpoint that does not answer, refuses, or gives
/// something else or credentials that have expired (errc::credentials).
[[nodiscard]] std::unique_ptr<credential_source> container_credentials(
    source_context context, std::string relative_host = "http://169.254.170.2");

/// Whether credentials may be asked for at `url`: over https of any host; over http of this machine
/// (localhost, 127.0.0.0/8, ::1) and of the addresses of ECS and EKS agents. A name that some
/// resolver leads there is not enough: the answer may differ the next time.
[[nodiscard]] bool may_ask_for_credentials(const endpoint_url& url);

}  // namespace dynamo::auth
