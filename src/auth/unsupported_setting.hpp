// Ways to credentials that a profile may name and that are not there.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/source_context.hpp"

#include <memory>
#include <optional>
#include <string>

namespace dynamo::auth {

/// An error of kind errc::credentials if the profile has `key`; it names the setting and
/// another way. Otherwise nothing. So no request is signed by another identity than the profile's.
[[nodiscard]] std::unique_ptr<credential_source> unsupported_setting(
    source_context context, std::optional<std::string> profile, std::string key);

}  // namespace dynamo::auth
