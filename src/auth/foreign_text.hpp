// What others say, made fit for a message.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// Replaces `secret` wherever it stands in `text`, if it is long enough to be one.
void blank_out(std::string& text, std::string_view secret);

/// The first line of `text`, at most 300 bytes of it, with control characters as spaces, and each
/// of `secrets` replaced: a service may repeat what it was sent.
[[nodiscard]] std::string shown_line(std::string_view text,
                                     std::initializer_list<std::string_view> secrets);

}  // namespace dynamo::auth
