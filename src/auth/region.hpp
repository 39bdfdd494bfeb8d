// Finds the region.
#pragma once

#include "auth/environment.hpp"
#include "auth/shared_files.hpp"

#include <dynamo/core/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// Returns errc::configuration, which names the setting, if it cannot be a region.
[[nodiscard]] result<void> check_region(const found_setting& setting);

/// Returns the region of `option`, else of AWS_REGION, AWS_DEFAULT_REGION or the profile's
/// `region`; nothing if none is set. Returns errc::configuration, which names the setting, for a
/// value that cannot be a region.
[[nodiscard]] result<std::optional<std::string>> find_region(
    const std::optional<std::string>& option, const environment& variables,
    const shared_files& files, std::string_view profile);

/// As `find_region`, but a missing region is an error of kind errc::configuration that says what to
/// set.
[[nodiscard]] result<std::string> resolve_region(const std::optional<std::string>& option,
                                                 const environment& variables,
                                                 const shared_files& files,
                                                 std::string_view profile);

}  // namespace dynamo::auth
