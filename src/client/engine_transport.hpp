// In the place of a network: requests are carried out in this process.
#pragma once

#include "net/transport.hpp"

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/core/clock.hpp>
#include <dynamo/model/operation.hpp>

#include <functional>
#include <memory>

namespace dynamo::wire {

/// Carries out an operation and appends the answer, which is finished then; returns the HTTP
/// status. Thread-safe, does not throw: `engine::execute`.
using operation_server =
    std::function<int(operation op, const body_buffer& request, body_buffer& answer)>;

/// A transport that asks `serve`. Scans and queries run on a few threads of its own, so that pages
/// are made while others are read; everything else on its caller's, within `send`. What has begun
/// cannot be cancelled: it takes about a millisecond. Starts its threads when they are needed.
/// Deadlines and tasks go by `time`; null: the machine's clock.
[[nodiscard]] std::unique_ptr<net::transport> make_engine_transport(
    operation_server serve, std::shared_ptr<const clock> time = nullptr);

}  // namespace dynamo::wire
