// What operations work with.
#pragma once

#include "engine/operation/recent_tokens.hpp"
#include "engine/operation/throttle.hpp"
#include "engine/store/database.hpp"

#include <dynamo/engine/engine_options.hpp>

namespace dynamo::engine {

/// Outlives the calls that it is given to. Thread-safe.
struct operation_context {
  database& store;
  const engine_options& options;  ///< with a clock and a source of randomness
  throttle* limits = nullptr;     ///< null: provisioned throughput is not enforced
  recent_tokens& tokens;
};

/// Refuses with ResourceNotFoundException.
[[nodiscard]] std::shared_ptr<const table_definition> require_table(const snapshot& in,
                                                                    std::string_view name);

}  // namespace dynamo::engine
