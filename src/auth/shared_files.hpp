// The user's shared files, loaded, and the choice of a profile in them.
#pragma once

#include "auth/config_file.hpp"
#include "auth/environment.hpp"

#include <dynamo/core/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// Which profile is meant, and who said so.
struct profile_choice {
  std::string name = "default";
  /// For messages: "the option profile", "AWS_PROFILE"; empty when nobody chose. A chosen profile
  /// must exist, the default one need not.
  std::string source = {};
};

/// `option` if set, else AWS_PROFILE, else "default".
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
  std::optional<config_file> credentials = {};  ///< nothing if there is no such file
  std::optional<config_file> config = {};       ///< likewise

  /// The profile's setting from the credentials file, else from the config file.
  [[nodiscard]] std::optional<found_setting> find(std::string_view profile,
                                                  std::string_view key) const;
  [[nodiscard]] bool has_profile(std::string_view name) const;
  /// Success if the profile exists or nobody chose it; otherwise an error of kind
  /// errc::configuration that names the profile and the files.
  [[nodiscard]] result<void> require(const profile_choice& profile) const;
  /// Both paths for a message: "/a and /b".
  [[nodiscard]] std::string paths() const;
};

/// Where the files are, not loaded: AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE, by default
/// ~/.aws/credentials and ~/.aws/config.
[[nodiscard]] shared_files locate_shared_files(const environment& variables);

/// Locates and loads the files. One that does not exist is no error; one that is unreadable or
/// malformed is of kind errc::configuration. Blocks on the file system.
[[nodiscard]] result<shared_files> load_shared_files(const environment& variables);

}  // namespace dynamo::auth
