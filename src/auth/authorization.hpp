// Parses the Authorization header of Signature Version 4.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// The parts of an Authorization header, as views into its text.
struct authorization {
  std::string_view access_key_id;
  std::string_view date;  ///< YYYYMMDD
  std::string_view region;
  std::string_view service;
  std::string_view terminator;      ///< "aws4_request"
  std::string_view signed_headers;  ///< separated by semicolons
  std::string_view signature;
};

/// A parsed header, or its fault in the words of Amazon DynamoDB.
struct authorization_parts {
  std::optional<authorization> found{};
  std::string fault{};
};

/// Parses "AWS4-HMAC-SHA256 Credential=ID/DATE/REGION/SERVICE/aws4_request, SignedHeaders=A;B,
/// Signature=X". The three parts may be in any order, with or without spaces after the commas.
[[nodiscard]] authorization_parts parse_authorization(std::string_view text);

}  // namespace dynamo::auth
