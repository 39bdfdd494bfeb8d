#include "auth/loaded_profile.hpp"

#include <fmt/format.h>

#include <utility>

namespace dynamo::auth {

result<loaded_profile> load_profile(const environment& variables,
                                    const std::optional<std::string>& profile) {
  result<shared_files> files = load_shared_files(variables);
  if (!files) return std::move(files).error();
  loaded_profile loaded{.files = *std::move(files), .choice = choose_profile(profile, variables)};
  if (result<void> present = loaded.files.require(loaded.choice); !present)
    return std::move(present).error();
  return loaded;
}

std::string describe_profile(const environment& variables,
                             const std::optional<std::string>& profile) {
  return fmt::format("the profile '{}' of {}", choose_profile(profile, variables).name,
                     locate_shared_files(variables).paths());
}

}  // namespace dynamo::auth
