// DynamoDB's reserved words, which an expression must not use as names directly.
#pragma once

#include <string_view>

namespace dynamo::engine {

/// True if `name` is one of DynamoDB's reserved words, in any letter case (developer guide,
/// reserved words in DynamoDB).
[[nodiscard]] bool is_reserved(std::string_view name);

}  // namespace dynamo::engine
