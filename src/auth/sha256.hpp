// SHA-256 and HMAC-SHA-256 for request signatures.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace dynamo::auth {

using sha256_digest = std::array<unsigned char, 32>;

/// Returns the digest of `data`.
///
/// Throws: `dynamo::exception` of kind errc::configuration if OpenSSL's configuration provides no
/// SHA-256. Thread safety: thread-safe.
[[nodiscard]] sha256_digest sha256(std::string_view data);

/// Returns the HMAC (RFC 2104) of `data` with a key of any length. Thread-safe; throws as `sha256`.
[[nodiscard]] sha256_digest hmac_sha256(std::span<const unsigned char> key, std::string_view data);

/// Appends the digest as 64 lowercase hexadecimal digits.
void append_hex(std::string& out, const sha256_digest& digest);

/// Returns the digest of `data` as 64 lowercase hexadecimal digits, the payload hash of a signed
/// request. Thread-safe; throws as `sha256`.
[[nodiscard]] std::string sha256_hex(std::string_view data);

}  // namespace dynamo::auth
