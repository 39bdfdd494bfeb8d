// The forms of AWS's names: accounts, ARNs, names of IAM.
#pragma once

#include <optional>
#include <string_view>

namespace dynamo::auth {

/// Twelve digits.
[[nodiscard]] bool is_account_id(std::string_view text) noexcept;

/// The characters of IAM's names, [\w+=,.@-], at least one and at most 64 (IAM API Reference,
/// RoleName; AWS STS API Reference, RoleSessionName).
[[nodiscard]] bool is_iam_name(std::string_view text) noexcept;

/// arn:partition:service:region:account:resource, as views into its text.
struct arn_parts {
  std::string_view partition{};
  std::string_view service{};
  std::string_view region{};
  std::string_view account{};
  std::string_view resource{};
};

/// Nothing if `text` has not the six parts, of which the first is "arn"; the others may be empty.
[[nodiscard]] std::optional<arn_parts> split_arn(std::string_view text) noexcept;

}  // namespace dynamo::auth
