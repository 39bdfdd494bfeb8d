// Signs requests with AWS Signature Version 4.
#pragma once

#include "auth/sha256.hpp"

#include <dynamo/auth/credentials.hpp>
#include <dynamo/core/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::auth {

using header = std::pair<std::string, std::string>;
using header_list = std::vector<header>;

/// Appends the headers in the form of a request: "Name: value".
void append_header_lines(std::vector<std::string>& lines, const header_list& headers);

/// The form of the path in the signature. Every service except S3 normalizes.
enum class path_form : std::uint8_t {
  normalized,  ///< empty and "." segments are removed, ".." removes its parent
  as_given,
};

/// The parts of a request that are signed.
///
/// Lifetime: the views refer to memory of the caller.
struct signable_request {
  std::string_view method = "POST";
  /// As in the request line, without the query. It is percent-encoded again for the signature, as
  /// services other than S3 expect. Empty means "/".
  std::string_view path = "/";
  /// As in the request line, without the question mark.
  std::string_view query = {};
  /// All are signed, so none may change in transit. Host is required; X-Amz-Date,
  /// X-Amz-Security-Token and Authorization are not allowed, because signing adds them.
  std::span<const header> headers = {};
  /// `sha256_hex` of the body.
  std::string_view payload_hash = {};
  path_form form = path_form::normalized;
};

/// The region and service that a request is signed for.
struct signing_scope {
  std::string_view region = {};
  std::string_view service = {};  ///< the signing name: "dynamodb", for DynamoDB Streams as well
};

/// Appends `text`, percent-encoded except the unreserved characters of RFC 3986.
void append_percent_encoded(std::string& out, std::string_view text);

/// Returns the path of the canonical request.
[[nodiscard]] std::string canonical_path(std::string_view path, path_form form);

/// Returns the query of the canonical request: parameters sorted by encoded name, then value.
/// Percent escapes are decoded before encoding, so both spellings have the same result; "+" is a
/// plus sign, not a space.
[[nodiscard]] std::string canonical_query(std::string_view query);

/// The algorithm name in every signed request.
inline constexpr std::string_view signing_algorithm = "AWS4-HMAC-SHA256";
/// The last part of every scope.
inline constexpr std::string_view scope_end = "aws4_request";

/// The text whose hash is signed, and its list of header names.
struct canonical_request {
  std::string text;
  std::string signed_headers;  ///< lowercase, sorted, separated by semicolons
};

/// Returns `request` with the headers that signing adds, `added`, in canonical form: names in
/// lowercase, values trimmed, runs of white space as one space, values of equal names joined by
/// commas in the given order.
[[nodiscard]] canonical_request canonicalize(const signable_request& request,
                                             std::span<const header> added);

/// Returns `time` in the format of X-Amz-Date: 20150830T123600Z. Fractions of a second are cut off.
[[nodiscard]] std::string amz_date(std::chrono::system_clock::time_point time);

/// Returns the signing key for one day (`date` is YYYYMMDD), one region and one service. Throws as
/// `sha256`.
[[nodiscard]] sha256_digest derive_signing_key(std::string_view secret_access_key,
                                               std::string_view date, const signing_scope& scope);

/// Signs requests. Caches the derived keys of the latest few secrets, days, regions and services.
///
/// Thread safety: thread-safe.
class signer {
 public:
  signer() = default;
  ~signer();
  signer(const signer&) = delete;
  signer& operator=(const signer&) = delete;

  /// Returns the headers to add to `request`: X-Amz-Date, X-Amz-Security-Token if the credentials
  /// have a session token, and Authorization. `time` is the server's time, as exactly as it is
  /// known: a service refuses signatures that are minutes off.
  ///
  /// Errors: errc::credentials if the credentials cannot be sent in a header,
  /// errc::invalid_argument if Host is missing or a header is given that signing adds,
  /// errc::configuration if OpenSSL provides no SHA-256.
  [[nodiscard]] result<header_list> sign(const signable_request& request, const credentials& who,
                                         const signing_scope& scope,
                                         std::chrono::system_clock::time_point time);

  /// Returns the signature of a canonical request, as 64 lowercase hexadecimal digits. `timestamp`
  /// has the format of `amz_date`. Throws as `sha256`.
  [[nodiscard]] std::string signature(std::string_view canonical_text, std::string_view secret,
                                      std::string_view timestamp, const signing_scope& scope);

 private:
  struct cached_key {
    std::string secret;
    std::string date;
    std::string region;
    std::string service;
    sha256_digest key{};

    void wipe() noexcept;
  };

  sha256_digest key_for(std::string_view secret, std::string_view date, const signing_scope& scope);

  std::mutex mutex_;
  std::vector<cached_key> keys_;  // most recently used first
};

}  // namespace dynamo::auth
