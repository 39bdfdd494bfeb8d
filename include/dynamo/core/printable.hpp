// Text from elsewhere, made fit for a terminal or for one line of a log.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dynamo {

/// Returns `text` with each character that a terminal obeys, or that reorders or breaks a line,
/// replaced by its JSON escape, "\u001b": control characters (C0, DEL, C1), marks of writing
/// direction (bidi), line and paragraph separators. A byte that is not part of UTF-8 becomes
/// "\ufffd". What is inside of a JSON string still means the same. Characters of ASCII that are in
/// `keep`, such as "\n\t", stay.
///
/// An error's sentence and an item's contents can hold what a service sent: pass them through this
/// before they go to a terminal.
[[nodiscard]] std::string printable(std::string_view text, std::string_view keep = {});

namespace detail {

/// The length of `text` without the beginning of a UTF-8 character that its end cuts off.
[[nodiscard]] std::size_t whole_characters(std::string_view text) noexcept;

}  // namespace detail
}  // namespace dynamo
