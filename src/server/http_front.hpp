// DynamoDB's HTTP protocol, without sockets, around a function that runs operations.
#pragma once

#include "auth/signature_check.hpp"
#include "net/host_guard.hpp"
#include "net/server_request.hpp"
#include "server/request_ids.hpp"

#include <dynamo/auth/credentials.hpp>
#include <dynamo/core/body_buffer.hpp>
#include <dynamo/core/clock.hpp>
#include <dynamo/core/log.hpp>
#include <dynamo/model/operation.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace dynamo::server_side {

/// Runs an operation: appends the finished response and returns its HTTP status. Called on several
/// threads at once. Does not throw.
using executor = std::function<int(operation, const body_buffer& request, body_buffer& answer)>;

struct front_options {
  std::size_t max_body_bytes = 0;          ///< the listener's limit, for messages
  std::vector<credentials> accepted{};     ///< empty: unsigned requests are accepted too
  std::optional<net::host_guard> guard{};  ///< unset: any Host and Origin is accepted
  std::shared_ptr<clock> time{};           ///< not null
  std::shared_ptr<logger> log{};           ///< may be null
};

/// Handles HTTP requests. Thread-safe.
class http_front {
 public:
  http_front(executor carry_out, front_options options);

  /// POST / runs an operation, GET / is a health check. Every fault is answered with an error in
  /// the service's protocol.
  [[nodiscard]] net::http_reply answer(const net::server_request& asked);

 private:
  struct outcome;
  [[nodiscard]] outcome outcome_of(const net::server_request& asked);
  [[nodiscard]] outcome refused(const net::http_fault& why) const;
  [[nodiscard]] outcome carried_out(const net::server_request& asked);

  const executor carry_out_;
  const front_options options_;
  std::optional<auth::signature_check> check_;
  request_ids ids_;
};

}  // namespace dynamo::server_side
