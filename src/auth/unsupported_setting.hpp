// Reports credential settings of a profile that are not supported.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/source_context.hpp"

#include <memory>
#include <optional>
#include <string>

namespace dynamo::auth {

/// Returns a source with an error of kind errc::credentials if the profile has `key`, else nothing.
/// The error names the setting and an alternative. So no request is signed by another identity than
/// that of the profile.
[[nodiscard]] std::unique_ptr<credential_source> unsupported_setting(
    source_context context, std::optional<std::string> profile, std::string key);

}  // namespace dynamo::auth
