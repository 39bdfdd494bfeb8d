#include "auth/sts.hpp"

#include "auth/fault.hpp"
#include "auth/foreign_text.hpp"
#include "auth/timestamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace dynamo::auth {
namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";

void append(std::string& form, std::string_view name, std::string_view value) {
  if (!form.empty()) form += '&';
  form += name;
  form += '=';
  append_percent_encoded(form, value);
}

std::string form_of(std::string_view action) {
  std::string form;
  append(form, "Action", action);
  append(form, "Version", "2011-06-15");
  return form;
}

std::string form_of(std::string_view action, const role_request& role) {
  std::string form = form_of(action);
  append(form, "RoleArn", role.role_arn);
  append(form, "RoleSessionName", role.session_name);
  if (!role.external_id.empty()) append(form, "ExternalId", role.external_id);
  if (role.duration) append(form, "DurationSeconds", std::to_string(role.duration->count()));
  return form;
}

bool is_transient(const net::http_response& response) {
  if (response.status < first_failure) return false;
  const auto fault = read_sts_fault(response.body.text());
  return fault && is_sts_transient(fault->code, response.status);
}

// Error codes of STS that may be caused by a wrong time; the Date header decides.
bool may_be_the_time(std::string_view code) {
  constexpr std::array<std::string_view, 7> codes = {
      "SignatureDoesNotMatch", "RequestExpired", "RequestTimeTooSkewed",     "InvalidClientTokenId",
      "RequestInTheFuture",    "ExpiredToken",   "InvalidSignatureException"};
  return std::ranges::find(codes, code) != codes.end();
}

}  // namespace

struct sts_client::call {
  endpoint at;
  std::optional<credentials> as;  // unset: the request is not signed
  std::string body;
  std::string token;  // token of web identity, which messages must not contain
  handler<net::http_response> done;
  service_clock::time_point signed_for{};
  bool corrected = false;
};

void sts_client::assume_role(const endpoint& at, const credentials& as, const role_request& role,
                             handler<assumed_role> done) {
  constexpr std::string_view action = "AssumeRole";
  ask_for_role(std::make_shared<call>(call{
                   .at = at, .as = as, .body = form_of(action, role), .token = {}, .done = {}}),
               action, role, std::move(done));
}

void sts_client::assume_role_with_web_identity(const endpoint& at, const role_request& role,
                                               const std::string& token,
                                               handler<assumed_role> done) {
  constexpr std::string_view action = "AssumeRoleWithWebIdentity";
  std::string body = form_of(action, role);
  append(body, "WebIdentityToken", token);
  ask_for_role(
      std::make_shared<call>(
          call{.at = at, .as = std::nullopt, .body = std::move(body), .token = token, .done = {}}),
      action, role, std::move(done));
}

void sts_client::ask_for_role(const std::shared_ptr<call>& each, std::string_view action,
                              const role_request& role, handler<assumed_role> done) {
  each->done = [self = shared_from_this(), action, role, host = each->at.host,
                done = std::move(done)](result<net::http_response> response) {
    if (!response) return done(std::move(response).error());
    done(self->checked(std::string(response->body.text()), action, role, host));
  };
  send(each);
}

void sts_client::get_caller_identity(const endpoint& at, const credentials& as,
                                     handler<caller_identity> done) {
  send(std::make_shared<call>(
      call{.at = at,
           .as = as,
           .body = form_of("GetCallerIdentity"),
           .token = {},
           .done = [host = at.host, done = std::move(done)](result<net::http_response> response) {
             if (!response) return done(std::move(response).error());
             auto who = read_caller_identity(response->body.text());
             if (who) return done(*std::move(who));
             done(unexpected_response(host, response->status));
           }}));
}

result<header_list> sts_client::headers_of(call& each) try {
  header_list headers = {{"Host", each.at.host}, {"Content-Type", std::string(form_type)}};
  if (!each.as) return headers;
  each.signed_for = service_time_.at(time_->wall_time());
  const std::string hash = sha256_hex(each.body);
  auto added = signer_.sign(
      {.path = each.at.path, .headers = headers, .payload_hash = hash}, *each.as,
      {.region = each.at.signing_region, .service = each.at.signing_name}, each.signed_for);
  if (!added) return added;
  std::ranges::move(*added, std::back_inserter(headers));
  return headers;
} catch (const exception& failure) {
  return failure.details();  // OpenSSL provides no SHA-256
}

void sts_client::send(const std::shared_ptr<call>& each) {
  const auto headers = headers_of(*each);
  if (!headers) return each->done(headers.error());
  credential_request question{.method = "POST", .url = each->at.url, .body = each->body};
  append_header_lines(question.headers, *headers);
  question.is_transient = [](const net::http_response& response) { return is_transient(response); };
  http_->ask(std::move(question),
             [self = shared_from_this(), each](result<net::http_response> response) {
               self->answered(each, std::move(response));
             });
}

void sts_client::answered(const std::shared_ptr<call>& each, result<net::http_response> response) {
  if (!response || response->status < first_failure) return each->done(std::move(response));
  const auto fault = read_sts_fault(response->body.text());
  if (!fault) return each->done(unexpected_response(each->at.host, response->status));
  if (each->as && !each->corrected && may_be_the_time(fault->code) &&
      service_time_.learn(response->date, each->signed_for, time_->wall_time())) {
    each->corrected = true;
    return send(each);
  }
  const std::string_view secret = each->as ? each->as->secret_access_key : std::string_view();
  const std::string_view token = each->as ? each->as->session_token : each->token;
  error reason = credentials_fault(fmt::format("{} answered {}: {}", each->at.host,
                                               shown_line(fault->code, {secret, token}),
                                               shown_line(fault->message, {secret, token})));
  reason.code = shown_line(fault->code, {secret, token});
  reason.http_status = response->status;
  reason.request_id = response->request_id;
  each->done(std::move(reason));
}

result<assumed_role> sts_client::checked(const std::string& body, std::string_view action,
                                         const role_request& role, const std::string& host) {
  constexpr int success = 200;
  auto answer = read_assumed_role(body, action);
  if (!answer) return unexpected_response(host, success);
  const std::string_view wanted = account_in_arn(role.role_arn);
  if (answer->keys.account_id != wanted)
    return credentials_fault(fmt::format(
        "{} answered with credentials of account {}, not of {}: check that the endpoint "
        "is that of STS",
        host, answer->keys.account_id, wanted));
  auto& expiration = *answer->keys.expiration;
  expiration -= service_time_.offset();
  if (expiration <= time_->wall_time())
    return credentials_fault(
        fmt::format("{} answered with credentials that expired at {}: check this machine's clock",
                    host, format_timestamp(expiration)));
  return *std::move(answer);
}

// The throttling and transient codes of botocore, and the one of web identity.
bool is_sts_transient(std::string_view code, int status) {
  constexpr int first_server_error = 500;
  constexpr std::array<std::string_view, 9> codes = {"Throttling",
                                                     "ThrottlingException",
                                                     "ThrottledException",
                                                     "RequestThrottled",
                                                     "RequestThrottledException",
                                                     "RequestLimitExceeded",
                                                     "TooManyRequestsException",
                                                     "SlowDown",
                                                     "IDPCommunicationError"};
  return status >= first_server_error || std::ranges::find(codes, code) != codes.end();
}

std::string sts_advice(std::string_view code, std::string_view source) {
  if (code == "AccessDenied" || code == "AccessDeniedException")
    return fmt::format(
        "the identity of {} must be trusted by the role, and be allowed sts:AssumeRole", source);
  if (code == "ExpiredToken" || code == "ExpiredTokenException")
    return fmt::format("renew the credentials of {}", source);
  if (code == "RegionDisabledException")
    return "activate STS for this region in the account's IAM settings, or set another region";
  if (code == "InvalidClientTokenId" || code == "UnrecognizedClientException")
    return fmt::format("check the access key of {}: it is unknown or has been deactivated", source);
  if (code == "SignatureDoesNotMatch" || code == "IncompleteSignature" ||
      code == "RequestExpired" || code == "RequestTimeTooSkewed" || code == "RequestInTheFuture" ||
      code == "InvalidSignatureException")
    return fmt::format("check the secret access key of {}, and this machine's clock", source);
  if (code == "ValidationError")
    return "correct the role's settings: its ARN, session name, external id and duration";
  return "try again later, or check the role and the endpoint of STS";
}

}  // namespace dynamo::auth
