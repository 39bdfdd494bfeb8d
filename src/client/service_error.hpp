// What an answer that is not a success means.
#pragma once

#include "net/transport.hpp"

#include <dynamo/core/error.hpp>

#include <cstdint>
#include <string_view>

namespace dynamo::wire {

/// How a failed attempt may be followed up.
enum class failure_class : std::uint8_t {
  permanent,            ///< sending it again gives the same
  transient,            ///< may pass: 5xx, lost connections, corrupt bodies
  throttled,            ///< may pass, later
  no_connection,        ///< nobody answers there: may pass if somebody did before
  expired_credentials,  ///< once more, with fresh credentials
};

struct failed_attempt {
  error reason;
  failure_class follow_up = failure_class::permanent;
};

/// The error code without what surrounds it: "com.amazonaws.dynamodb.v20120810#ResourceNotFound
/// Exception:http://..." -> "ResourceNotFoundException".
[[nodiscard]] std::string_view bare_code(std::string_view type);

/// An HTTP answer that is not 200.
[[nodiscard]] failed_attempt service_failure(const net::http_response& response);

/// No answer.
[[nodiscard]] failed_attempt transport_failure(const net::transport_error& failure);

/// A 200 whose body does not have the checksum that its header promises.
[[nodiscard]] failed_attempt corrupt_body(const net::http_response& response);

}  // namespace dynamo::wire
