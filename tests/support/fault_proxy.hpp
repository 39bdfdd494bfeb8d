// A server between a client and a DynamoDB that does to requests what networks and services do.
#pragma once

#include "support/loopback_server.hpp"
#include "support/upstream.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::test {

enum class fault : std::uint8_t {
  refuse,                ///< nobody listens for a moment
  reset_unanswered,      ///< the connection is reset instead of an answer
  reset_at_byte,         ///< it is reset within the answer
  close_unanswered,      ///< it is closed instead of an answer
  close_in_body,         ///< it is closed within the body
  stall_unanswered,      ///< no answer comes, and no end
  stall_in_body,         ///< the rest of the answer does not come
  corrupt_byte,          ///< one bit of the body is another
  length_too_small,      ///< Content-Length says less than is sent
  length_too_large,      ///< it says more, and the connection ends
  internal_error,        ///< 500 InternalServerError
  bad_gateway,           ///< 502 with a proxy's page
  unavailable,           ///< 503 without a body
  corrupt_error,         ///< a throttling error whose code was damaged
  provisioned_exceeded,  ///< ProvisionedThroughputExceededException with ThrottlingReasons
  throttling,            ///< ThrottlingException with throttlingReasons and x-amz-retry-after
  request_limit,         ///< RequestLimitExceeded with the reason in its message
  too_many_requests,     ///< 429 without a body
  expired_token,         ///< this access key and those before are refused from now on
  wrong_time,            ///< the signature is refused: seven minutes off
  empty_page,            ///< a page without items, with the key to go on from (Scan)
  unprocessed,           ///< some of the writes were not done (BatchWriteItem)
  slow_bytes,            ///< the answer comes in pieces
  stale_connection,      ///< the next request on the connection meets a reset
};
inline constexpr std::size_t fault_kinds = 24;
[[nodiscard]] std::string_view name_of(fault kind);

/// How often each fault was done.
using fault_tally = std::array<std::size_t, fault_kinds>;

struct fault_settings {
  std::uint64_t seed = 1;
  double rate = 0.4;           ///< of the requests that meet a fault
  std::vector<fault> kinds{};  ///< empty: all
};

/// Answers with what `behind` answers, or with a fault. Which request meets which fault follows
/// from the seed, the request's operation and body and how often it came before: not from the order
/// in which requests of several segments come.
class fault_proxy {
 public:
  fault_proxy(upstream behind, fault_settings settings);

  [[nodiscard]] std::string url() const { return server_.url(); }
  [[nodiscard]] fault_tally tally() const;
  [[nodiscard]] std::size_t requests() const { return server_.requests().size(); }

 private:
  class generator;

  script answer(const received_request& request);
  script faulty(fault kind, const received_request& request, generator& random);
  [[nodiscard]] bool is_refused_key(const received_request& request) const;

  const upstream behind_;
  const fault_settings settings_;
  // Of the server's thread.
  std::map<std::size_t, std::uint64_t> seen_;  // how often a request came, by its hash
  std::set<std::size_t> stale_;                // connections
  int refused_keys_ = 0;                       // KEY1 up to this one are refused

  mutable std::mutex mutex_;
  fault_tally tally_{};
  loopback_server server_;  // last: its thread uses the rest
};

}  // namespace dynamo::test
