// The shared files, loaded, and the chosen profile.
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

/// Loads the files for `profile`, else AWS_PROFILE, else "default". Returns errc::configuration for
/// an unreadable or malformed file and for a chosen profile that does not exist. Blocks on the file
/// system.
[[nodiscard]] result<loaded_profile> load_profile(const environment& variables,
                                                  const std::optional<std::string>& profile);

/// Returns the profile and its files for a message: "the profile 'x' of /a and /b". Reads no file.
[[nodiscard]] std::string describe_profile(const environment& variables,
                                           const std::optional<std::string>& profile);

}  // namespace dynamo::auth
