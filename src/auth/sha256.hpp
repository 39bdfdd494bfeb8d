// SHA-256 and HMAC-SHA-256, as the request signature needs them.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace dynamo::auth {

using sha256_digest = std::array<unsigned char, 32>;

/// The digest of `data`. Thread-safe. Throws `dynamo::exception` of kind errc::configuration when
/// OpenSSL's configuration offers no SHA-256.
[[nodiscard]] sha256_digest sha256(std::string_view data);

/// HMAC (RFC 2104) of `data` with a key of any length. Thread-safe; throws as `sha256` does.
[[nodiscard]] sha256_digest hmac_sha256(std::span<const unsigned char> key, std::string_view data);

/// Appends the digest as 64 lowercase hexadecimal digits.
void append_hex(std::string& out, const sha256_digest& digest);

/// The digest of `data` as 64 lowercase hexadecimal digits: what a signed request calls its payload
/// hash. Thread-safe; throws as `sha256` does.
[[nodiscard]] std::string sha256_hex(std::string_view data);

}  // namespace dynamo::auth
