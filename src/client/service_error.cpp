#include "client/service_error.hpp"

#include "auth/foreign_text.hpp"
#include "client/throttling.hpp"
#include "core/ascii.hpp"

#include <dynamo/value/json_cursor.hpp>

#include <fmt/format.h>
#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <string>

namespace dynamo::wire {
namespace {

struct known_code {
  std::string_view code;
  errc kind;
  failure_class follow_up;
};

// DynamoDB API reference, common errors and errors of each operation; what is retried follows the
// AWS SDKs' lists. A code that is not here is judged by its HTTP status.
constexpr std::array known_codes = {
    known_code{"AccessDeniedException", errc::access_denied, failure_class::permanent},
    known_code{"BandwidthLimitExceeded", errc::throttled, failure_class::throttled},
    known_code{"ConditionalCheckFailedException", errc::conflict, failure_class::permanent},
    known_code{"ExpiredToken", errc::credentials, failure_class::expired_credentials},
    known_code{"ExpiredTokenException", errc::credentials, failure_class::expired_credentials},
    known_code{"IncompleteSignature", errc::credentials, failure_class::permanent},
    known_code{"IncompleteSignatureException", errc::credentials, failure_class::permanent},
    known_code{"IndexNotFoundException", errc::not_found, failure_class::permanent},
    known_code{"IdempotentParameterMismatchException", errc::rejected, failure_class::permanent},
    known_code{"InternalServerError", errc::unavailable, failure_class::transient},
    known_code{"InvalidClientTokenId", errc::credentials, failure_class::permanent},
    known_code{"InvalidSignatureException", errc::credentials, failure_class::wrong_time},
    known_code{"ItemCollectionSizeLimitExceededException", errc::rejected,
               failure_class::permanent},
    known_code{"LimitExceededException", errc::throttled, failure_class::throttled},
    known_code{"MissingAuthenticationToken", errc::credentials, failure_class::permanent},
    known_code{"MissingAuthenticationTokenException", errc::credentials, failure_class::permanent},
    known_code{"PriorRequestNotComplete", errc::throttled, failure_class::throttled},
    known_code{"ProvisionedThroughputExceeded", errc::throttled, failure_class::throttled},
    known_code{"ProvisionedThroughputExceededException", errc::throttled, failure_class::throttled},
    known_code{"ReplicatedWriteConflictException", errc::conflict, failure_class::transient},
    known_code{"RequestExpired", errc::credentials, failure_class::wrong_time},
    known_code{"RequestInTheFuture", errc::credentials, failure_class::wrong_time},
    known_code{"RequestLimitExceeded", errc::throttled, failure_class::throttled},
    known_code{"RequestThrottled", errc::throttled, failure_class::throttled},
    known_code{"RequestThrottledException", errc::throttled, failure_class::throttled},
    known_code{"RequestTimeout", errc::unavailable, failure_class::transient},
    known_code{"RequestTimeoutException", errc::unavailable, failure_class::transient},
    known_code{"RequestTimeTooSkewed", errc::credentials, failure_class::wrong_time},
    known_code{"ResourceInUseException", errc::conflict, failure_class::permanent},
    known_code{"ResourceNotFoundException", errc::not_found, failure_class::permanent},
    known_code{"ServiceUnavailable", errc::unavailable, failure_class::transient},
    known_code{"ServiceUnavailableException", errc::unavailable, failure_class::transient},
    known_code{"SignatureDoesNotMatch", errc::credentials, failure_class::wrong_time},
    known_code{"SlowDown", errc::throttled, failure_class::throttled},
    known_code{"TableNotFoundException", errc::not_found, failure_class::permanent},
    known_code{"ThrottledException", errc::throttled, failure_class::throttled},
    known_code{"Throttling", errc::throttled, failure_class::throttled},
    known_code{"ThrottlingException", errc::throttled, failure_class::throttled},
    known_code{"TooManyRequestsException", errc::throttled, failure_class::throttled},
    known_code{"TransactionCanceledException", errc::conflict, failure_class::permanent},
    known_code{"TransactionConflictException", errc::conflict, failure_class::permanent},
    known_code{"TransactionInProgressException", errc::conflict, failure_class::transient},
    known_code{"UnrecognizedClientException", errc::credentials, failure_class::permanent},
    known_code{"ValidationException", errc::rejected, failure_class::permanent},
};

struct error_body {
  std::string type;     // "__type"; empty if the body is something else
  std::string message;  // "message" or "Message"
  std::vector<throttling_reason> reasons;
  std::vector<std::string> cancellations;  // the codes of "CancellationReasons"
};

// A code is a word, of less than 50 letters; whatever else stands in its place is not one.
bool is_word(std::string_view text) {
  constexpr std::size_t longest = 128;
  return text.size() <= longest && std::ranges::all_of(text, [](char c) {
           return ascii::is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
         });
}

bool read_cancellations(detail::json_cursor& cursor, std::vector<std::string>& out) {
  if (cursor.peek() != '[') return cursor.skip_value();
  return cursor.array([&] {
    std::string& code = out.emplace_back();
    if (cursor.peek() != '{') return cursor.skip_value();
    const bool whole = cursor.object([&](const detail::raw_string& key) {
      detail::raw_string raw;
      if (key.text != "Code" || cursor.peek() != '"') return cursor.skip_value();
      return cursor.string(raw) && detail::text_of(raw, code);
    });
    if (!is_word(code)) code.clear();
    return whole;
  });
}

error_body read_body(const body_buffer& body) {
  error_body out;
  if (body.size() == 0) return out;
  detail::json_cursor cursor(body.data());
  const bool whole = cursor.object([&](const detail::raw_string& key) {
    if (names_throttling_reasons(key.text)) return read_throttling_reasons(cursor, out.reasons);
    if (key.text == "CancellationReasons") return read_cancellations(cursor, out.cancellations);
    detail::raw_string raw;
    const bool is_type = key.text == "__type";
    if (!is_type && key.text != "message" && key.text != "Message") return cursor.skip_value();
    if (cursor.peek() != '"') return cursor.skip_value();  // "message": null is seen
    return cursor.string(raw) && detail::text_of(raw, is_type ? out.type : out.message);
  });
  if (!whole) return {};
  if (out.reasons.empty()) out.reasons = reasons_in(out.message);
  return out;
}

// What an unknown code, or none, means. Gateways before DynamoDB answer 502 to 504 and 429 without
// a code, and the AWS SDKs retry no other status (botocore, retries/standard.py).
void judge_by_status(int status, failed_attempt& out) {
  switch (status) {
    case 429:
      out.reason.kind = errc::throttled;
      out.follow_up = failure_class::throttled;
      break;
    case 500:
    case 502:
    case 503:
    case 504:
      out.reason.kind = errc::unavailable;
      out.follow_up = failure_class::transient;
      break;
    case 401:
    case 403:
      out.reason.kind = errc::access_denied;
      break;
    default:
      out.reason.kind = out.reason.code.empty() ? errc::invalid_response : errc::rejected;
  }
}

std::string without_code(int status, const asked_endpoint& asked, failure_class follow_up) {
  const std::string_view where = asked.url.empty() ? "the endpoint" : asked.url;
  if (follow_up != failure_class::permanent)
    return fmt::format(
        "{} answered HTTP {} without an error code; check that it is a DynamoDB endpoint", where,
        status);
  return fmt::format(
      "what answers at {} is not DynamoDB: HTTP {} without an error code; check the endpoint",
      where, status);
}

// Not within a character.
void cut(std::string& text) {
  if (text.size() <= longest_sentence) return;
  std::size_t size = longest_sentence;
  while (size != 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  text.resize(size);
  text += "...";
}

// What to do about it, where the service's sentence leaves that open.
std::string_view advice(errc kind, std::string_view code) {
  if (code == "ExpiredTokenException" || code == "ExpiredToken") {
    return "; get new credentials and start again";
  }
  if (code == "RequestExpired" || code == "RequestInTheFuture" || code == "RequestTimeTooSkewed") {
    return "; check this machine's clock";
  }
  if (code == "InvalidSignatureException" || code == "SignatureDoesNotMatch") {
    return "; check the secret key and this machine's clock";
  }
  if (kind == errc::credentials) return "; check the access key and the session token";
  if (kind == errc::access_denied)
    return "; allow the action in the IAM policy of these credentials";
  return "";
}

}  // namespace

std::string_view to_string(failure_class follow_up) noexcept {
  switch (follow_up) {
    case failure_class::permanent:
      return "permanent";
    case failure_class::transient:
      return "transient";
    case failure_class::throttled:
      return "throttled";
    case failure_class::no_connection:
      return "no_connection";
    case failure_class::expired_credentials:
      return "expired_credentials";
    case failure_class::wrong_time:
      return "wrong_time";
  }
  return "";
}

std::string_view bare_code(std::string_view type) {
  type = type.substr(0, type.find(':'));
  return type.substr(type.rfind('#') + 1);  // npos + 1 is 0
}

failed_attempt service_failure(const net::http_response& response, const asked_endpoint& asked) {
  failed_attempt out;
  error_body body = read_body(response.body);
  out.reason.http_status = response.status;
  out.reason.request_id = response.request_id;
  if (const std::string_view code = bare_code(body.type); is_word(code)) out.reason.code = code;
  out.reason.reasons = std::move(body.cancellations);
  const auto* const known = std::ranges::find(known_codes, out.reason.code, &known_code::code);
  if (known != known_codes.end()) {
    out.reason.kind = known->kind;
    out.follow_up = known->follow_up;
  } else {
    judge_by_status(response.status, out);
  }
  if (out.reason.code.empty()) {
    out.reason.message = without_code(response.status, asked, out.follow_up);
  } else {
    // Only the first line: behind it, a refused signature is followed by the request as the service
    // saw it, with the session token.
    const std::string_view line = ascii::first_line(body.message);
    std::string sentence(line.empty() ? out.reason.code : line);
    sentence += explained(body.reasons);
    // First: half of a secret would not be found.
    auth::blank_out(sentence, asked.session_token);
    cut(sentence);
    out.reason.message =
        fmt::format("the service says: {}{}", sentence, advice(out.reason.kind, out.reason.code));
  }
  for (std::string* text : {&out.reason.code, &out.reason.request_id})
    auth::blank_out(*text, asked.session_token);
  return out;
}

failed_attempt transport_failure(const net::transport_error& failure) {
  using net::transport_errc;
  failed_attempt out;
  out.reason.message = failure.message;
  switch (failure.kind) {
    case transport_errc::unknown_host:
    case transport_errc::refused:
      out.reason.kind = errc::unavailable;
      out.follow_up = failure_class::no_connection;
      break;
    case transport_errc::timeout:
    case transport_errc::connection_lost:
      out.reason.kind = errc::unavailable;
      out.follow_up = failure_class::transient;
      break;
    case transport_errc::tls:
    case transport_errc::invalid_request:
      out.reason.kind = errc::configuration;
      break;
    case transport_errc::too_large:
      out.reason.kind = errc::invalid_response;
      break;
    case transport_errc::deadline_exceeded:
      out.reason.kind = errc::deadline_exceeded;
      break;
    case transport_errc::cancelled:
      out.reason.kind = errc::cancelled;
      break;
    case transport_errc::storage:
      out.reason.kind = errc::io;
      break;
    case transport_errc::memory:
      out.reason.kind = errc::out_of_memory;
      break;
  }
  return out;
}

std::optional<failed_attempt> failure_in(const net::http_response& response,
                                         const asked_endpoint& asked) {
  const bool whole = !response.crc32 || libdeflate_crc32(0, response.body.data(),
                                                         response.body.size()) == *response.crc32;
  if (whole && response.status == 200) return std::nullopt;
  if (whole) return service_failure(response, asked);
  failed_attempt out;
  out.reason.kind = errc::invalid_response;
  out.reason.message = "a response's body does not match its CRC-32 checksum";
  out.reason.request_id = response.request_id;
  auth::blank_out(out.reason.request_id, asked.session_token);
  out.reason.http_status = response.status;
  out.follow_up = failure_class::transient;
  return out;
}

}  // namespace dynamo::wire
