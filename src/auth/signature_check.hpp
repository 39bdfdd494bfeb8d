// Whether a request was signed by somebody whom this process knows: Signature Version 4, from the
// service's side.
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

/// A request as it came. Views: the caller keeps what they point to.
struct signed_request {
  std::string_view method = "POST";
  std::string_view path = "/";  ///< as in the request line, without the query
  std::string_view query{};     ///< without the question mark
  std::span<const std::pair<std::string_view, std::string_view>> headers{};
  std::string_view body{};
};

/// Why a request is not answered, in the words of Amazon DynamoDB; its HTTP status is 400.
struct signature_refusal {
  std::string_view type;  ///< "InvalidSignatureException"
  std::string message{};  ///< holds neither a secret nor what should have been signed
};

/// A signature's age, either way.
inline constexpr std::chrono::minutes max_clock_difference{15};

/// Knows credentials, and checks requests against them. Thread-safe.
class signature_check {
 public:
  explicit signature_check(std::vector<credentials> accepted) : accepted_(std::move(accepted)) {}

  /// Nothing if the request is signed for DynamoDB, in whatever region, by one of the credentials,
  /// at a time that differs from `now` by at most `max_clock_difference`. Among what is signed must
  /// be Host and all headers whose names begin with X-Amz-: what is not could have been changed on
  /// the way. A session token must be the credentials' own. Throws as `sha256` does.
  [[nodiscard]] std::optional<signature_refusal> refuse(const signed_request& request,
                                                        std::chrono::system_clock::time_point now);

 private:
  const std::vector<credentials> accepted_;
  signer signer_;
};

}  // namespace dynamo::auth
