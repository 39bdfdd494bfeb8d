#include "auth/signature_check.hpp"

#include "auth/authorization.hpp"
#include "auth/timestamp.hpp"
#include "core/ascii.hpp"

#include <openssl/crypto.h>

#include <algorithm>

namespace dynamo::auth {
namespace {

using std::chrono::system_clock;

constexpr std::string_view service_name = "dynamodb";
constexpr std::string_view invalid_signature = "InvalidSignatureException";
constexpr std::string_view incomplete = "IncompleteSignatureException";

constexpr std::string_view wrong_signature =
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details.";

std::optional<std::string_view> find_header(const signed_request& request, std::string_view name) {
  for (const auto& [given, value] : request.headers) {
    if (ascii::equal_ignoring_case(given, name)) return value;
  }
  return std::nullopt;
}

// "20150830T123600Z"
std::optional<system_clock::time_point> parse_amz_date(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  std::string extended;
  for (const auto& [at, count, behind] :
       {std::tuple(0U, 4U, '-'), std::tuple(4U, 2U, '-'), std::tuple(6U, 2U, 'T'),
        std::tuple(9U, 2U, ':'), std::tuple(11U, 2U, ':'), std::tuple(13U, 2U, 'Z')}) {
    extended.append(text.substr(at, count)) += behind;
  }
  return parse_timestamp(extended);
}

struct signing_time {
  system_clock::time_point time;
  std::string text;  // as in the signature
};

// X-Amz-Date takes precedence over Date.
std::optional<signing_time> time_of(const signed_request& request) {
  if (const auto given = find_header(request, "X-Amz-Date")) {
    const auto time = parse_amz_date(*given);
    if (!time) return std::nullopt;
    return signing_time{.time = *time, .text = std::string(*given)};
  }
  const auto date = find_header(request, "Date");
  const auto time = date ? parse_http_date(*date) : std::nullopt;
  if (!time) return std::nullopt;
  return signing_time{.time = *time, .text = amz_date(*time)};
}

bool names(std::string_view signed_headers, std::string_view name) {
  while (!signed_headers.empty()) {
    const std::size_t end = std::min(signed_headers.find(';'), signed_headers.size());
    if (ascii::equal_ignoring_case(signed_headers.substr(0, end), name)) return true;
    signed_headers.remove_prefix(std::min(end + 1, signed_headers.size()));
  }
  return false;
}

// Names come from the client: characters that header names cannot contain are not shown.
std::string shown(std::string_view name) {
  return ascii::is_visible(name) && name.size() <= 64 ? std::string(name) : "X-Amz-*";
}

std::optional<signature_refusal> find_unsigned(const signed_request& request,
                                               std::string_view signed_headers) {
  constexpr std::string_view prefix = "x-amz-";
  if (!names(signed_headers, "host")) {
    return signature_refusal{
        .type = invalid_signature,
        .message = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."};
  }
  for (const auto& [name, value] : request.headers) {
    if (!ascii::equal_ignoring_case(name.substr(0, prefix.size()), prefix)) continue;
    if (names(signed_headers, name)) continue;
    return signature_refusal{
        .type = invalid_signature,
        .message = "'" + shown(name) + "' must be a 'SignedHeader' in the AWS Authorization."};
  }
  return std::nullopt;
}

std::optional<signature_refusal> find_wrong_scope(const authorization& by,
                                                  std::string_view timestamp) {
  std::string message;
  if (by.service != service_name) {
    message = "Credential should be scoped to correct service: 'dynamodb'. ";
  }
  if (by.terminator != scope_end) {
    message += "Credential should be scoped with a valid terminator: 'aws4_request'. ";
  }
  if (by.region.empty()) message += "Credential should be scoped to a valid region. ";
  if (by.date != timestamp.substr(0, 8)) {
    message +=
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
        "HTTP. ";
  }
  if (message.empty()) return std::nullopt;
  message.pop_back();
  return signature_refusal{.type = invalid_signature, .message = std::move(message)};
}

std::optional<signature_refusal> find_wrong_time(const signing_time& at,
                                                 system_clock::time_point now) {
  const auto message = [&](std::string_view fault, std::string_view relation, char sign,
                           system_clock::time_point bound) {
    return std::string(fault) + at.text + std::string(relation) + amz_date(bound) + " (" +
           amz_date(now) + " " + sign + " " + std::to_string(max_clock_difference.count()) +
           " min.)";
  };
  if (at.time < now - max_clock_difference) {
    return signature_refusal{.type = invalid_signature,
                             .message = message("Signature expired: ", " is now earlier than ", '-',
                                                now - max_clock_difference)};
  }
  if (at.time > now + max_clock_difference) {
    return signature_refusal{
        .type = invalid_signature,
        .message = message("Signature not yet current: ", " is still later than ", '+',
                           now + max_clock_difference)};
  }
  return std::nullopt;
}

// Compares in constant time.
bool equal_texts(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

canonical_request canonical(const signed_request& request, std::string_view signed_headers) {
  header_list headers;
  for (const auto& [name, value] : request.headers) {
    if (names(signed_headers, name)) headers.emplace_back(name, value);
  }
  const std::string payload_hash = sha256_hex(request.body);
  return canonicalize({.method = request.method,
                       .path = request.path,
                       .query = request.query,
                       .headers = headers,
                       .payload_hash = payload_hash},
                      {});
}

}  // namespace

std::optional<signature_refusal> signature_check::refuse(const signed_request& request,
                                                         system_clock::time_point now) {
  const auto claim = find_header(request, "Authorization");
  if (!claim || ascii::trimmed(*claim).empty()) {
    return signature_refusal{.type = "MissingAuthenticationTokenException",
                             .message = "Request is missing Authentication Token"};
  }
  authorization_parts parts = parse_authorization(*claim);
  if (!parts.found) {
    return signature_refusal{.type = incomplete, .message = std::move(parts.fault)};
  }
  const authorization& by = *parts.found;
  const auto at = time_of(request);
  if (!at) {
    const bool none = !find_header(request, "X-Amz-Date") && !find_header(request, "Date");
    return signature_refusal{
        .type = incomplete,
        .message = none ? "Authorization header requires existence of either a 'X-Amz-Date' or a "
                          "'Date' header."
                        : "Date must be in ISO-8601 'basic format'."};
  }
  if (auto wrong = find_unsigned(request, by.signed_headers)) return wrong;
  if (auto wrong = find_wrong_scope(by, at->text)) return wrong;
  if (auto wrong = find_wrong_time(*at, now)) return wrong;

  const std::string_view token = find_header(request, "X-Amz-Security-Token").value_or("");
  const canonical_request text = canonical(request, by.signed_headers);
  bool known = false;
  for (const credentials& who : accepted_) {
    if (who.access_key_id != by.access_key_id || !equal_texts(who.session_token, token)) continue;
    known = true;
    const std::string expected = signer_.signature(text.text, who.secret_access_key, at->text,
                                                   {.region = by.region, .service = by.service});
    if (equal_texts(expected, by.signature)) return std::nullopt;
  }
  if (!known) {
    return signature_refusal{.type = "UnrecognizedClientException",
                             .message = "The security token included in the request is invalid."};
  }
  return signature_refusal{.type = invalid_signature, .message = std::string(wrong_signature)};
}

}  // namespace dynamo::auth
