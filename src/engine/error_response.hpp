// Errors in the DynamoDB API's JSON.
#pragma once

#include "engine/refusal.hpp"

#include <string>
#include <string_view>

namespace dynamo::engine {

/// The JSON of an error: {"__type":...,"message":...} and further members. The type is written as
/// the service writes it, with the namespace of the component that reports it.
[[nodiscard]] std::string error_json(const refusal& what);

/// The error for a failure of the engine itself, an InternalServerError.
[[nodiscard]] std::string failure_json(std::string_view sentence);

}  // namespace dynamo::engine
