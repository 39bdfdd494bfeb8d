// Combines several credential sources into one.
#pragma once

#include "auth/credential_source.hpp"

#include <memory>
#include <string>
#include <vector>

namespace dynamo::auth {

/// Returns a source that searches `sources` one after the other and returns the first credentials
/// or error. It caches nothing.
[[nodiscard]] std::unique_ptr<credential_source> first_of(
    std::vector<std::unique_ptr<credential_source>> sources, std::string place);

}  // namespace dynamo::auth
