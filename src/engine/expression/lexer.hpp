// Splits an expression's text into tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// The kind of a token. Keywords are recognized in any letter case.
enum class token_kind : std::uint8_t {
  end,
  name,   ///< an attribute or a function, without sigil
  named,  ///< "#n"
  value,  ///< ":v"
  index,  ///< digits, without leading zeros
  comma,
  dot,
  left_parenthesis,
  right_parenthesis,
  left_bracket,
  right_bracket,
  equal,
  not_equal,
  less,
  less_or_equal,
  greater,
  greater_or_equal,
  plus,
  minus,
  keyword_and,
  keyword_or,
  keyword_not,
  keyword_between,
  keyword_in,
  keyword_set,
  keyword_remove,
  keyword_add,
  keyword_delete,
  unknown,  ///< an unexpected character
};

/// Refers to the expression's text.
struct token {
  token_kind kind = token_kind::end;
  std::size_t begin = 0;
  std::string_view text{};
};

/// The tokens of an expression, the last of which is `end`; its text is the white space before the
/// end. Accepts any bytes.
[[nodiscard]] std::vector<token> tokens_of(std::string_view expression);

/// True if all of `text` is a placeholder that begins with `sigil`: "#n", ":v".
[[nodiscard]] bool is_placeholder(std::string_view text, char sigil);

}  // namespace dynamo::engine
