#include "auth/default_credentials.hpp"

#include "auth/credential_chain.hpp"
#include "auth/environment_credentials.hpp"
#include "auth/profile_chain.hpp"
#include "auth/unsupported_credentials.hpp"
#include "net/transport.hpp"

#include <utility>
#include <vector>

namespace dynamo {
namespace auth {

std::shared_ptr<credential_provider> default_credential_chain(
    std::optional<std::string> profile, std::shared_ptr<const environment> variables,
    std::shared_ptr<const clock> time) {
  std::vector<std::unique_ptr<credential_source>> sources;
  if (!profile) sources.push_back(environment_credentials(variables));
  const bool chosen = profile.has_value();
  const source_context context{
      .variables = variables,
      .time = time,
      .http = std::make_shared<http_exchange>([] { return net::make_curl_transport({}); }, time)};
  for (auto& source : profile_sources(context, profile, {})) sources.push_back(std::move(source));
  // Who chose a profile wants that identity and no other.
  if (!chosen) sources.push_back(unsupported_credentials(std::move(variables)));
  return make_credential_chain(std::move(sources), std::move(time),
                               "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, "
                               "or run 'aws configure'");
}

}  // namespace auth

std::shared_ptr<credential_provider> default_credentials(std::optional<std::string> profile) {
  return auth::default_credential_chain(std::move(profile), auth::process_environment(),
                                        system_clock_source());
}

}  // namespace dynamo
