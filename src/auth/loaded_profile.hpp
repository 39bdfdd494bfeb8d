// The shared files as they are now, with the profile that is meant.
#pragma once

#include "auth/environment.hpp"
#include "auth/shared_files.hpp"

#include <dynamo/core/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

struct loaded_profile {
  shared_files files{};
  profile_choice choice{};

  [[nodiscard]] std::optional<found_setting> find(std::string_view key) const {
    return files.find(choice.name, key);
  }
};

/// Loads the files for `profile`, else AWS_PROFILE, else "default". Blocks on the file system.
/// Errors, of kind errc::configuration: an unreadable or malformed file, a chosen profile that
/// does not exist.
[[nodiscard]] result<loaded_profile> load_profile(const environment& variables,
                                                  const std::optional<std::string>& profile);

/// The profile and its files for a message: "the profile 'x' of /a and /b". Reads no file.
[[nodiscard]] std::string describe_profile(const environment& variables,
                                           const std::optional<std::string>& profile);

}  // namespace dynamo::auth
