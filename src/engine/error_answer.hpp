// Errors as the DynamoDB API answers them.
#pragma once

#include "engine/refusal.hpp"

#include <string>
#include <string_view>

namespace dynamo::engine {

/// The JSON of an error: {"__type":...,"message":...} and further members. The type is written as
/// the service writes it, with the namespace of the part that it comes from.
[[nodiscard]] std::string error_json(const refusal& what);

/// The engine's own failure, an InternalServerError.
[[nodiscard]] std::string failure_json(std::string_view sentence);

}  // namespace dynamo::engine
