// Reads settings from variables and the profile.
#pragma once

#include "auth/environment.hpp"
#include "auth/shared_files.hpp"

#include <dynamo/core/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// Looks up settings in the environment, then in the profile. Errors are of kind
/// errc::configuration and name the setting.
///
/// Lifetime: the arguments of the constructor must outlive it.
class setting_reader {
 public:
  setting_reader(const environment& variables, const shared_files& files, std::string_view profile)
      : variables_(variables), files_(files), profile_(profile) {}

  [[nodiscard]] std::optional<found_setting> variable(const char* name) const;
  [[nodiscard]] std::optional<found_setting> key(std::string_view name) const {
    return files_.find(profile_, name);
  }
  [[nodiscard]] std::optional<found_setting> text(const char* variable_name,
                                                  std::string_view key_name) const;
  /// Returns the file of certificates to trust: AWS_CA_BUNDLE, else the profile's `ca_bundle`, else
  /// empty.
  [[nodiscard]] std::string ca_bundle() const;
  /// Returns the value of a setting that is "true" or "false", in upper or lower case; nothing if
  /// it is not set.
  [[nodiscard]] result<std::optional<bool>> choice(const char* variable_name,
                                                   std::string_view key_name) const;
  /// As `choice`; false if it is not set.
  [[nodiscard]] result<bool> flag(const char* variable_name, std::string_view key_name) const;

  [[nodiscard]] const shared_files& files() const noexcept { return files_; }

 private:
  const environment& variables_;
  const shared_files& files_;
  const std::string_view profile_;
};

}  // namespace dynamo::auth
