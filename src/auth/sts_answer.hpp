// What STS answers: its XML documents as values.
#pragma once

#include <dynamo/auth/credentials.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// Longer answers are refused: STS sends a few kilobytes.
inline constexpr std::size_t max_sts_answer_bytes = std::size_t{256} << 10;

/// Of AssumeRole and AssumeRoleWithWebIdentity.
struct assumed_role {
  credentials keys{};  ///< complete, with an expiration; the account is that of `arn`
  std::string arn{};   ///< arn:aws:sts::123456789012:assumed-role/name/session
};

/// Of GetCallerIdentity.
struct caller_identity {
  std::string account{};
  std::string arn{};
  std::string user_id{};
};

/// Of a request that was refused.
struct sts_fault {
  std::string code{};     ///< "AccessDenied"
  std::string message{};  ///< as it came, of any length
};

// Each gives nothing if the document is not well-formed, too long, nested deeper than 16 levels, or
// lacks one of the members. Pure.

/// `action` is "AssumeRole" or "AssumeRoleWithWebIdentity".
[[nodiscard]] std::optional<assumed_role> read_assumed_role(std::string_view xml,
                                                            std::string_view action);
[[nodiscard]] std::optional<caller_identity> read_caller_identity(std::string_view xml);
[[nodiscard]] std::optional<sts_fault> read_sts_fault(std::string_view xml);

/// The account that an ARN names, arn:partition:service:region:ACCOUNT:resource; empty if `arn` is
/// none or names no account of digits.
[[nodiscard]] std::string_view account_in_arn(std::string_view arn);

}  // namespace dynamo::auth
