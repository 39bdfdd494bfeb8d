// The Security Token Service: roles, and who one is.
#pragma once

#include "auth/endpoint.hpp"
#include "auth/http_exchange.hpp"
#include "auth/service_clock.hpp"
#include "auth/sigv4.hpp"
#include "auth/sts_answer.hpp"

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

/// Which role to assume, and how.
struct role_request {
  std::string role_arn{};
  std::string session_name{};
  std::string external_id{};                       ///< empty: none
  std::optional<std::chrono::seconds> duration{};  ///< nothing: the role's, an hour
};

/// Asks STS (API version 2011-06-15, query protocol). A signature that is refused while the
/// answer's date is more than a minute from the signature's is made once more, for the answer's
/// time. What may pass, throttling among it, is asked three times. Thread-safe.
///
/// Errors name the host and STS's code and sentence: errc::credentials with `code` and
/// `http_status` when STS refused, without when it did not answer; errc::invalid_response for what
/// is no answer of STS; others as `http_exchange` has them. They never hold a key or a token.
class sts_client : public std::enable_shared_from_this<sts_client> {
 public:
  template <class T>
  using handler = std::function<void(result<T>)>;

  sts_client(std::shared_ptr<http_exchange> http, std::shared_ptr<const clock> time)
      : http_(std::move(http)), time_(std::move(time)) {}

  // Each calls `done` exactly once, as `http_exchange::ask` does. An answer whose credentials have
  // expired, or are of another account than the role's, is an error. Expirations are given in the
  // time of this machine's clock, if that is known to be wrong.
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

/// Whether an answer of STS with this error may be another one the next time.
[[nodiscard]] bool sts_may_pass(std::string_view code, int status);

/// What to do about STS's `code`, as the end of a sentence: "renew the credentials of SOURCE";
/// `source` is what the request was signed with. A general advice for a code that is not known.
[[nodiscard]] std::string sts_advice(std::string_view code, std::string_view source);

}  // namespace dynamo::auth
