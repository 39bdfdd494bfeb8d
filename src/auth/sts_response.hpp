// Parses the XML responses of STS.
#pragma once

#include <dynamo/auth/credentials.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// Longer responses are refused: STS sends a few kilobytes.
inline constexpr std::size_t max_sts_answer_bytes = std::size_t{256} << 10;

/// Result of AssumeRole and AssumeRoleWithWebIdentity.
struct assumed_role {
  credentials keys{};  ///< complete, with an expiration; the account is that of `arn`
  std::string arn{};   ///< arn:aws:sts::123456789012:assumed-role/name/session
};

/// Result of GetCallerIdentity.
struct caller_identity {
  std::string account{};
  std::string arn{};
  std::string user_id{};
};

/// Error of a refused request.
struct sts_fault {
  std::string code{};     ///< "AccessDenied"
  std::string message{};  ///< as received, of any length
};

// Each returns nothing if the document is not well-formed, too long, nested deeper than 16 levels,
// or lacks one of the members.

/// `action` is "AssumeRole" or "AssumeRoleWithWebIdentity".
[[nodiscard]] std::optional<assumed_role> read_assumed_role(std::string_view xml,
                                                            std::string_view action);
[[nodiscard]] std::optional<caller_identity> read_caller_identity(std::string_view xml);
[[nodiscard]] std::optional<sts_fault> read_sts_fault(std::string_view xml);

/// Returns the account of an ARN, arn:partition:service:region:ACCOUNT:resource; empty if `arn` is
/// malformed or its account is not a number.
[[nodiscard]] std::string_view account_in_arn(std::string_view arn);

}  // namespace dynamo::auth
