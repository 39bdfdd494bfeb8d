// Where the table lives.
#pragma once

#include "auth/environment.hpp"
#include "auth/shared_files.hpp"

#include <dynamo/core/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// An error of kind errc::configuration that names the setting if it cannot be a region.
[[nodiscard]] result<void> check_region(const found_setting& setting);

/// The region set by `option`, else AWS_REGION, else AWS_DEFAULT_REGION, else the profile's
/// `region`; nothing if none is. A region that cannot be one is an error of kind
/// errc::configuration that names the setting.
[[nodiscard]] result<std::optional<std::string>> find_region(
    const std::optional<std::string>& option, const environment& variables,
    const shared_files& files, std::string_view profile);

/// As `find_region`, but no region is an error of kind errc::configuration that says what to set.
[[nodiscard]] result<std::string> resolve_region(const std::optional<std::string>& option,
                                                 const environment& variables,
                                                 const shared_files& files,
                                                 std::string_view profile);

}  // namespace dynamo::auth
