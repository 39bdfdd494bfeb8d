// AWS Signature Version 4: what makes a request the caller's own.
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

/// Adds them as they stand in a request: "Name: value".
void append_header_lines(std::vector<std::string>& lines, const header_list& headers);

/// How the path enters the signature. Every service but S3 normalizes.
enum class path_form : std::uint8_t {
  normalized,  ///< empty and "." segments are left out, ".." takes its parent away
  as_given,
};

/// A request as the signature sees it. Views: the caller keeps what they point to.
struct signable_request {
  std::string_view method = "POST";
  /// As in the request line, without the query. It is percent-encoded once more for the
  /// signature, as the services other than S3 expect. Empty means "/".
  std::string_view path = "/";
  /// As in the request line, without the question mark.
  std::string_view query = {};
  /// Every one of them is signed, so none may change on the way; Host must be among them.
  /// X-Amz-Date, X-Amz-Security-Token and Authorization must not: signing adds them.
  std::span<const header> headers = {};
  /// `sha256_hex` of the body.
  std::string_view payload_hash = {};
  path_form form = path_form::normalized;
};

/// Whom the signature speaks to.
struct signing_scope {
  std::string_view region = {};
  std::string_view service = {};  ///< the signing name: "dynamodb", for DynamoDB Streams as well
};

/// Appends `text` with every byte but RFC 3986's unreserved ones percent-encoded.
void append_percent_encoded(std::string& out, std::string_view text);

/// The path as it stands in the canonical request.
[[nodiscard]] std::string canonical_path(std::string_view path, path_form form);

/// The query as it stands in the canonical request: parameters sorted by encoded name, then value.
/// Percent escapes are decoded before encoding, so both spellings give the same text; "+" is a plus
/// sign, not a space.
[[nodiscard]] std::string canonical_query(std::string_view query);

/// What every request that is signed names.
inline constexpr std::string_view signing_algorithm = "AWS4-HMAC-SHA256";
/// The end of every scope.
inline constexpr std::string_view scope_end = "aws4_request";

/// The text whose hash is signed, and the list of header names that goes with it.
struct canonical_request {
  std::string text;
  std::string signed_headers;  ///< lowercase, sorted, separated by semicolons
};

/// Puts `request` together with the headers that signing adds, `added`, in canonical form: names in
/// lowercase, values trimmed, runs of white space as one space, equal names joined by commas in the
/// order given.
[[nodiscard]] canonical_request canonicalize(const signable_request& request,
                                             std::span<const header> added);

/// `time` as X-Amz-Date writes it: 20150830T123600Z. Fractions of a second are cut off.
[[nodiscard]] std::string amz_date(std::chrono::system_clock::time_point time);

/// The key that signs for one day (`date` is YYYYMMDD), one region and one service. Throws as
/// `sha256` does.
[[nodiscard]] sha256_digest derive_signing_key(std::string_view secret_access_key,
                                               std::string_view date, const signing_scope& scope);

/// Signs requests, remembering the derived keys of the latest few secrets, days, regions and
/// services. Thread-safe.
class signer {
 public:
  signer() = default;
  ~signer();
  signer(const signer&) = delete;
  signer& operator=(const signer&) = delete;

  /// The headers to add to `request`: X-Amz-Date, X-Amz-Security-Token if the credentials have a
  /// session token, and Authorization. `time` is the server's time as well as it is known: a
  /// service refuses signatures that are minutes off.
  ///
  /// Errors: errc::credentials when the credentials cannot be sent in a header,
  /// errc::invalid_argument when Host is missing or a header is given that signing adds,
  /// errc::configuration when OpenSSL offers no SHA-256.
  [[nodiscard]] result<header_list> sign(const signable_request& request, const credentials& who,
                                         const signing_scope& scope,
                                         std::chrono::system_clock::time_point time);

  /// The signature of a request in canonical form, as 64 lowercase hexadecimal digits. `timestamp`
  /// is as `amz_date` writes it. Throws as `sha256` does.
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
  std::vector<cached_key> keys_;  // the one used last comes first
};

}  // namespace dynamo::auth
