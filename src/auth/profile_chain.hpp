// The ways in which one profile may lead to credentials.
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

/// Places that a profile may lead to and that are others' business, made when the profile's sources
/// are. An empty function is a place that is not there: a profile that needs it is an error.
struct profile_places {
  /// `credential_process` of the profile given (none: AWS_PROFILE, else "default"). It has nothing
  /// if the profile has no such setting.
  std::function<std::unique_ptr<credential_source>(std::optional<std::string>)> process{};
  std::function<std::unique_ptr<credential_source>()> container{};  ///< EcsContainer
  std::function<std::unique_ptr<credential_source>()> instance{};   ///< Ec2InstanceMetadata
};

/// The sources of one profile, in the order of the AWS CLI: a role to assume, web identity, single
/// sign-on, keys in the credentials file, credential_process, keys in the config file. The profile
/// is `profile`, else AWS_PROFILE, else "default"; one that is given leaves the variables of web
/// identity out. A profile that is set up wrongly is an error, never a step to the next source. All
/// have one `place`, the profile, but for web identity by variables.
[[nodiscard]] credential_sources profile_sources(const source_context& context,
                                                 const std::optional<std::string>& profile,
                                                 const profile_places& places);

/// The same without the role to assume: what a role is assumed with when its source_profile has no
/// role, or has keys; that profile must have credentials.
[[nodiscard]] credential_sources profile_sources_without_role(const source_context& context,
                                                              const std::string& profile,
                                                              const profile_places& places);

}  // namespace dynamo::auth
