// The header Authorization of Signature Version 4, taken apart.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// Views into the header.
struct authorization {
  std::string_view access_key_id;
  std::string_view date;  ///< YYYYMMDD
  std::string_view region;
  std::string_view service;
  std::string_view terminator;      ///< "aws4_request"
  std::string_view signed_headers;  ///< separated by semicolons
  std::string_view signature;
};

/// A header in parts, or what it lacks, in a service's words.
struct authorization_parts {
  std::optional<authorization> found{};
  std::string fault{};
};

/// Reads "AWS4-HMAC-SHA256 Credential=ID/DATE/REGION/SERVICE/aws4_request, SignedHeaders=A;B,
/// Signature=X", its three parts in any order, with or without blanks behind the commas.
[[nodiscard]] authorization_parts parse_authorization(std::string_view text);

}  // namespace dynamo::auth
