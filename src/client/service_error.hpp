// What an answer that is not a success means.
#pragma once

#include "net/transport.hpp"

#include <dynamo/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dynamo::wire {

/// How a failed attempt may be followed up.
enum class failure_class : std::uint8_t {
  permanent,            ///< sending it again gives the same
  transient,            ///< may pass: 500, 502 to 504, lost connections, corrupt bodies
  throttled,            ///< may pass, later
  no_connection,        ///< nobody answers there: may pass if somebody did before
  expired_credentials,  ///< again, with fresh credentials
  wrong_time,           ///< again, with the service's time in the signature
};

/// The enumerator's name, for metrics and logs.
[[nodiscard]] std::string_view to_string(failure_class follow_up) noexcept;

struct failed_attempt {
  error reason;
  failure_class follow_up = failure_class::permanent;
};

/// The error code without what surrounds it: "com.amazonaws.dynamodb.v20120810#ResourceNotFound
/// Exception:http://..." -> "ResourceNotFoundException".
[[nodiscard]] std::string_view bare_code(std::string_view type);

/// What was asked, for messages: where, and with which secret, which a service may repeat.
struct asked_endpoint {
  std::string_view url{};
  std::string_view session_token{};
};

/// An HTTP answer that is not 200. Only the statuses and codes that DynamoDB documents as retryable
/// are; what answers with another status and without a code is not DynamoDB, and the error says so.
/// The service's sentence is cut to `longest_sentence`. A refused signature is
/// failure_class::wrong_time here; whether its time was wrong is for `service_clock` to say.
[[nodiscard]] failed_attempt service_failure(const net::http_response& response,
                                             const asked_endpoint& asked = {});
/// Bytes, without the "..." where it was cut.
inline constexpr std::size_t longest_sentence = 2048;

/// No answer.
[[nodiscard]] failed_attempt transport_failure(const net::transport_error& failure);

/// What is wrong with an answer; nothing if it is a success. The body's checksum is looked at
/// first, of errors as well: a damaged code would be taken for another.
[[nodiscard]] std::optional<failed_attempt> failure_in(const net::http_response& response,
                                                       const asked_endpoint& asked = {});

}  // namespace dynamo::wire
