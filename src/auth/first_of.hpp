// Several sources as one.
#pragma once

#include "auth/credential_source.hpp"

#include <memory>
#include <string>
#include <vector>

namespace dynamo::auth {

/// Asks `sources` one after the other; the first that has credentials, or an error, answers. Keeps
/// nothing.
[[nodiscard]] std::unique_ptr<credential_source> first_of(
    std::vector<std::unique_ptr<credential_source>> sources, std::string place);

}  // namespace dynamo::auth
