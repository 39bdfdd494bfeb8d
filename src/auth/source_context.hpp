// What places for credentials use of the world.
#pragma once

#include "auth/environment.hpp"
#include "auth/http_exchange.hpp"

#include <dynamo/core/clock.hpp>

#include <memory>

namespace dynamo::auth {

/// Shared by all sources of one chain. No member is null.
struct source_context {
  std::shared_ptr<const environment> variables;
  std::shared_ptr<const clock> time;
  std::shared_ptr<http_exchange> http;
};

}  // namespace dynamo::auth
