// `caller_identity` with the world as a parameter.
#pragma once

#include "client/wire_backend.hpp"

#include <dynamo/client/identity.hpp>

namespace dynamo::wire {

[[nodiscard]] result<identity> find_identity(const client_config& config,
                                             const identity_options& options,
                                             const dependencies& uses);

}  // namespace dynamo::wire
