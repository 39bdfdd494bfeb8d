// The credential sources of one profile.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/source_context.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::auth {

using credential_sources = std::vector<std::unique_ptr<credential_source>>;

/// Factories of the sources that a profile may refer to, called when the profile's sources are
/// created. An empty function means that the source does not exist: a profile that needs it is an
/// error.
struct profile_places {
  /// The `credential_process` of the given profile (unset: AWS_PROFILE, else "default"). The source
  /// has nothing if the profile has no such setting.
  std::function<std::unique_ptr<credential_source>(std::optional<std::string>)> process{};
  std::function<std::unique_ptr<credential_source>()> container{};  ///< EcsContainer
  std::function<std::unique_ptr<credential_source>()> instance{};   ///< Ec2InstanceMetadata
};

/// Returns the sources of one profile, in the order of the AWS CLI: a role to assume, web identity,
/// single sign-on, keys in the credentials file, credential_process, keys in the config file. The
/// profile is `profile`, else AWS_PROFILE, else "default"; if `profile` is given, the variables of
/// web identity are ignored. A wrongly configured profile is an error; the search does not continue
/// with the next source. All sources have the profile as their `place`, except web identity by
/// variables.
[[nodiscard]] credential_sources profile_sources(const source_context& context,
                                                 const std::optional<std::string>& profile,
                                                 const profile_places& places);

/// Returns the same sources without the role to assume: a role is assumed with them if its
/// source_profile has no role, or has keys. That profile must have credentials.
[[nodiscard]] credential_sources profile_sources_without_role(const source_context& context,
                                                              const std::string& profile,
                                                              const profile_places& places);

}  // namespace dynamo::auth
