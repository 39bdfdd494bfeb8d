#include "auth/aws_names.hpp"

#include "core/ascii.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace dynamo::auth {

bool is_account_id(std::string_view text) noexcept {
  constexpr std::size_t digits = 12;
  return text.size() == digits && std::ranges::all_of(text, ascii::is_digit);
}

bool is_iam_name(std::string_view text) noexcept {
  constexpr std::size_t longest = 64;
  return !text.empty() && text.size() <= longest && std::ranges::all_of(text, [](char c) {
    return ascii::is_alphanumeric(c) ||
           std::string_view("_+=,.@-").find(c) != std::string_view::npos;
  });
}

std::optional<arn_parts> split_arn(std::string_view text) noexcept {
  std::array<std::string_view, 5> parts;
  for (std::string_view& part : parts) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (parts[0] != "arn") return std::nullopt;
  return arn_parts{.partition = parts[1],
                   .service = parts[2],
                   .region = parts[3],
                   .account = parts[4],
                   .resource = text};
}

}  // namespace dynamo::auth
