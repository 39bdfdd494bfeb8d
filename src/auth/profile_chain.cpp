#include "auth/profile_chain.hpp"

#include "auth/profile_keys.hpp"
#include "auth/role_credentials.hpp"
#include "auth/sso_credentials.hpp"
#include "auth/unsupported_setting.hpp"
#include "auth/web_identity_credentials.hpp"

#include <utility>

namespace dynamo::auth {
namespace {

void add_sources_without_role(credential_sources& sources, const source_context& context,
                              const std::optional<std::string>& profile,
                              const profile_places& places) {
  sources.push_back(web_identity_credentials(context, profile));
  sources.push_back(sso_credentials(context, profile));
  sources.push_back(profile_keys(context, profile, config_syntax::credentials));
  sources.push_back(unsupported_setting(context, profile, "login_session"));
  sources.push_back(places.process ? places.process(profile)
                                   : unsupported_setting(context, profile, "credential_process"));
  sources.push_back(profile_keys(context, profile, config_syntax::config));
}

}  // namespace

credential_sources profile_sources(const source_context& context,
                                   const std::optional<std::string>& profile,
                                   const profile_places& places) {
  credential_sources sources;
  sources.push_back(role_credentials(context, profile, places));
  add_sources_without_role(sources, context, profile, places);
  return sources;
}

credential_sources profile_sources_without_role(const source_context& context,
                                                const std::string& profile,
                                                const profile_places& places) {
  credential_sources sources;
  add_sources_without_role(sources, context, profile, places);
  sources.push_back(no_credentials_in_profile(context, profile));
  return sources;
}

}  // namespace dynamo::auth
