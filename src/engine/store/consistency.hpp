// Checks that all redundant data agree.
#pragma once

#include "engine/store/session.hpp"

#include <string>
#include <vector>

namespace dynamo::engine::store {

/// As `database::check`, within the transaction that the session is in.
[[nodiscard]] std::vector<std::string> inconsistencies(session& within);

}  // namespace dynamo::engine::store
