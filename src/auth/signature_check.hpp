// Checks request signatures (Signature Version 4) on the server side.
#pragma once

#include "auth/sigv4.hpp"

#include <dynamo/auth/credentials.hpp>

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::auth {

/// A request as received.
///
/// Lifetime: the views refer to memory of the caller.
struct signed_request {
  std::string_view method = "POST";
  std::string_view path = "/";  ///< as in the request line, without the query
  std::string_view query{};     ///< without the question mark
  std::span<const std::pair<std::string_view, std::string_view>> headers{};
  std::string_view body{};
};

/// The reason why a request is refused, in the words of Amazon DynamoDB; the HTTP status is 400.
struct signature_refusal {
  std::string_view type;  ///< "InvalidSignatureException"
  std::string message{};  ///< contains neither a secret nor the text to sign
};

/// Maximum difference between a signature's time and the server's clock, in either direction.
inline constexpr std::chrono::minutes max_clock_difference{15};

/// Checks requests against a list of credentials.
///
/// Thread safety: thread-safe.
class signature_check {
 public:
  explicit signature_check(std::vector<credentials> accepted) : accepted_(std::move(accepted)) {}

  /// Returns nothing if the request is signed for DynamoDB, in any region, with one of the
  /// credentials, at a time that differs from `now` by at most `max_clock_difference`. The signed
  /// headers must include Host and all headers whose names begin with X-Amz-: other headers could
  /// have been changed in transit. A session token must be that of the credentials. Throws as
  /// `sha256`.
  [[nodiscard]] std::optional<signature_refusal> refuse(const signed_request& request,
                                                        std::chrono::system_clock::time_point now);

 private:
  const std::vector<credentials> accepted_;
  signer signer_;
};

}  // namespace dynamo::auth
