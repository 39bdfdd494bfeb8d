// Loads the shared AWS files and chooses the profile.
#pragma once

#include "auth/config_file.hpp"
#include "auth/environment.hpp"

#include <dynamo/core/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// The chosen profile, and where it was set.
struct profile_choice {
  std::string name = "default";
  /// For messages: "the option profile", "AWS_PROFILE"; empty for the default. A chosen profile
  /// must exist, the default one need not.
  std::string source = {};
};

/// Returns `option` if set, else AWS_PROFILE, else "default".
[[nodiscard]] profile_choice choose_profile(const std::optional<std::string>& option,
                                            const environment& variables);

/// A setting and where it was found, for messages: "AWS_REGION", "region of profile 'x' in /path".
struct found_setting {
  std::string value = {};
  std::string source = {};
};

struct shared_files {
  std::string credentials_path = {};            ///< empty if neither the variable nor HOME is set
  std::string config_path = {};                 ///< likewise
  std::optional<config_file> credentials = {};  ///< unset if the file does not exist
  std::optional<config_file> config = {};       ///< likewise

  /// Returns the profile's setting from the credentials file, else from the config file.
  [[nodiscard]] std::optional<found_setting> find(std::string_view profile,
                                                  std::string_view key) const;
  [[nodiscard]] bool has_profile(std::string_view name) const;
  /// Returns success if the profile exists or is the default; otherwise errc::configuration, which
  /// names the profile and the files.
  [[nodiscard]] result<void> require(const profile_choice& profile) const;
  /// Returns both paths for a message: "/a and /b".
  [[nodiscard]] std::string paths() const;
};

/// Returns the paths of the files without loading them: AWS_SHARED_CREDENTIALS_FILE and
/// AWS_CONFIG_FILE, by default ~/.aws/credentials and ~/.aws/config.
[[nodiscard]] shared_files locate_shared_files(const environment& variables);

/// Locates and loads the files. A missing file is not an error; an unreadable or malformed one is
/// errc::configuration. Blocks on the file system.
[[nodiscard]] result<shared_files> load_shared_files(const environment& variables);

}  // namespace dynamo::auth
