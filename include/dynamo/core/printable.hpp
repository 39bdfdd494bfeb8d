// Makes untrusted text safe for a terminal or for one line of a log.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dynamo {

/// Returns `text` with each character that controls a terminal, or that reorders or breaks a line,
/// replaced by its JSON escape, "\u001b": control characters (C0, DEL, C1), bidirectional marks
/// (bidi), line and paragraph separators. A byte that is not part of UTF-8 becomes "\ufffd". The
/// contents of JSON strings keep their meaning. ASCII characters in `keep`, such as "\n\t", are not
/// replaced.
///
/// Error messages and contents of items can contain text from a service: use this function before
/// printing them to a terminal.
[[nodiscard]] std::string printable(std::string_view text, std::string_view keep = {});

namespace detail {

/// Returns the length of `text` without an incomplete UTF-8 character at its end.
[[nodiscard]] std::size_t whole_characters(std::string_view text) noexcept;

}  // namespace detail
}  // namespace dynamo
