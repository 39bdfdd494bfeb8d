// Requests to the AWS Security Token Service: roles and the caller's identity.
#pragma once

#include "auth/endpoint.hpp"
#include "auth/http_exchange.hpp"
#include "auth/service_clock.hpp"
#include "auth/sigv4.hpp"
#include "auth/sts_response.hpp"

#include <dynamo/auth/credentials.hpp>
#include <dynamo/core/clock.hpp>
#include <dynamo/core/result.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// A role to assume, and its session.
struct role_request {
  std::string role_arn{};
  std::string session_name{};
  std::string external_id{};                       ///< empty: none
  std::optional<std::chrono::seconds> duration{};  ///< unset: the default of STS, an hour
};

/// A client of STS (API version 2011-06-15, query protocol). If a signature is refused and the date
/// of the response differs by more than a minute from that of the signature, the request is signed
/// again, once, for the time of the response. Transient failures, including throttling, are
/// retried: three attempts.
///
/// Errors name the host and the code and message of STS: errc::credentials with `code` and
/// `http_status` if STS refused, without these if it did not respond; errc::invalid_response if the
/// response is not one of STS; others as in `http_exchange`. They never contain a key or a token.
///
/// Thread safety: thread-safe.
class sts_client : public std::enable_shared_from_this<sts_client> {
 public:
  template <class T>
  using handler = std::function<void(result<T>)>;

  sts_client(std::shared_ptr<http_exchange> http, std::shared_ptr<const clock> time)
      : http_(std::move(http)), time_(std::move(time)) {}

  // Each calls `done` exactly once, as `http_exchange::ask` does. A response whose credentials have
  // expired, or are of another account than the role's, is an error. Expirations are converted to
  // the time of this machine's clock if that is known to be wrong.
  void assume_role(const endpoint& at, const credentials& as, const role_request& role,
                   handler<assumed_role> done);
  void assume_role_with_web_identity(const endpoint& at, const role_request& role,
                                     const std::string& token, handler<assumed_role> done);
  void get_caller_identity(const endpoint& at, const credentials& as,
                           handler<caller_identity> done);

 private:
  struct call;

  // `action` is a literal.
  void ask_for_role(const std::shared_ptr<call>& each, std::string_view action,
                    const role_request& role, handler<assumed_role> done);
  [[nodiscard]] result<header_list> headers_of(call& each);
  void send(const std::shared_ptr<call>& each);
  void answered(const std::shared_ptr<call>& each, result<net::http_response> response);
  [[nodiscard]] result<assumed_role> checked(const std::string& body, std::string_view action,
                                             const role_request& role, const std::string& host);

  const std::shared_ptr<http_exchange> http_;
  const std::shared_ptr<const clock> time_;
  signer signer_;
  service_clock service_time_;
};

/// Returns whether a response of STS with this error is transient, so that a retry may succeed.
[[nodiscard]] bool is_sts_transient(std::string_view code, int status);

/// Returns what to do about the error `code` of STS, as the end of a sentence: "renew the
/// credentials of SOURCE". `source` is what the request was signed with. An unknown code gets
/// general advice.
[[nodiscard]] std::string sts_advice(std::string_view code, std::string_view source);

}  // namespace dynamo::auth
