// Makes text from services safe to show in messages.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// Replaces all occurrences of `secret` in `text`, if it is long enough to be a secret.
void blank_out(std::string& text, std::string_view secret);

/// Returns the first line of `text`, at most 300 bytes, with control characters as spaces and each
/// of `secrets` replaced: a service may repeat the request.
[[nodiscard]] std::string shown_line(std::string_view text,
                                     std::initializer_list<std::string_view> secrets);

}  // namespace dynamo::auth
