// Syntax of AWS names: account ids, ARNs, IAM names.
#pragma once

#include <optional>
#include <string_view>

namespace dynamo::auth {

/// Returns true for twelve digits.
[[nodiscard]] bool is_account_id(std::string_view text) noexcept;

/// Returns true for 1 to 64 characters of [\w+=,.@-]. Source: IAM API Reference, RoleName; AWS STS
/// API Reference, RoleSessionName.
[[nodiscard]] bool is_iam_name(std::string_view text) noexcept;

/// The parts of arn:partition:service:region:account:resource, as views into its text.
struct arn_parts {
  std::string_view partition{};
  std::string_view service{};
  std::string_view region{};
  std::string_view account{};
  std::string_view resource{};
};

/// Returns nothing if `text` does not have six parts, the first of which is "arn"; the others may
/// be empty.
[[nodiscard]] std::optional<arn_parts> split_arn(std::string_view text) noexcept;

}  // namespace dynamo::auth
