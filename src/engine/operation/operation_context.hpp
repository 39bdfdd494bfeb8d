// The dependencies of operations.
#pragma once

#include "engine/operation/recent_tokens.hpp"
#include "engine/operation/throttle.hpp"
#include "engine/store/database.hpp"

#include <dynamo/engine/engine_options.hpp>

namespace dynamo::engine {

/// Must outlive the calls that use it. Thread-safe.
struct operation_context {
  database& store;
  const engine_options& options;  ///< with a clock and a random source
  throttle* limits = nullptr;     ///< null: provisioned throughput is not enforced
  recent_tokens& tokens;
};

/// Refuses a missing table with ResourceNotFoundException.
[[nodiscard]] std::shared_ptr<const table_definition> require_table(const snapshot& in,
                                                                    std::string_view name);

}  // namespace dynamo::engine
