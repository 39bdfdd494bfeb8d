#include "engine/expression/lexer.hpp"

#include "core/ascii.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace dynamo::engine {
namespace {

bool is_word(char c) {
  return ascii::is_alphanumeric(c) || c == '_';
}

std::size_t word_end(std::string_view text, std::size_t at) {
  while (at < text.size() && is_word(text[at])) ++at;
  return at;
}

token_kind kind_of_word(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, token_kind>, 9> keywords{{
      {"and", token_kind::keyword_and},
      {"or", token_kind::keyword_or},
      {"not", token_kind::keyword_not},
      {"between", token_kind::keyword_between},
      {"in", token_kind::keyword_in},
      {"set", token_kind::keyword_set},
      {"remove", token_kind::keyword_remove},
      {"add", token_kind::keyword_add},
      {"delete", token_kind::keyword_delete},
  }};
  for (const auto& [keyword, kind] : keywords) {
    if (ascii::equal_ignoring_case(word, keyword)) return kind;
  }
  return token_kind::name;
}

// The kind and length of a token that begins with punctuation.
std::pair<token_kind, std::size_t> punctuation(std::string_view text) {
  const char next = text.size() > 1 ? text[1] : '\0';
  switch (text[0]) {
    case ',':
      return {token_kind::comma, 1};
    case '.':
      return {token_kind::dot, 1};
    case '(':
      return {token_kind::left_parenthesis, 1};
    case ')':
      return {token_kind::right_parenthesis, 1};
    case '[':
      return {token_kind::left_bracket, 1};
    case ']':
      return {token_kind::right_bracket, 1};
    case '=':
      return {token_kind::equal, 1};
    case '+':
      return {token_kind::plus, 1};
    case '-':
      return {token_kind::minus, 1};
    case '<':
      if (next == '>') return {token_kind::not_equal, 2};
      if (next == '=') return {token_kind::less_or_equal, 2};
      return {token_kind::less, 1};
    case '>':
      if (next == '=') return {token_kind::greater_or_equal, 2};
      return {token_kind::greater, 1};
    default:
      return {token_kind::unknown, 0};
  }
}

// The length in bytes of the first UTF-8 character of `text`.
std::size_t character_size(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
  return size;
}

token next_token(std::string_view text, std::size_t at) {
  const char first = text[at];
  token_kind kind = token_kind::unknown;
  std::size_t end = at;
  if (ascii::is_letter(first)) {
    end = word_end(text, at);
    kind = kind_of_word(text.substr(at, end - at));
  } else if (first == '#' || first == ':') {
    end = word_end(text, at + 1);
    if (end != at + 1) kind = first == '#' ? token_kind::named : token_kind::value;
  } else if (first == '0') {
    end = at + 1;
    kind = token_kind::index;
  } else if (ascii::is_digit(first)) {
    while (end < text.size() && ascii::is_digit(text[end])) ++end;
    kind = token_kind::index;
  } else {
    const auto [of, size] = punctuation(text.substr(at));
    kind = of;
    end = at + size;
  }
  if (end == at) end = at + character_size(text.substr(at));
  return {kind, at, text.substr(at, end - at)};
}

}  // namespace

std::vector<token> tokens_of(std::string_view expression) {
  constexpr std::string_view white_space = " \t\r\n";
  std::vector<token> tokens;
  std::size_t at = 0;
  for (;;) {
    const std::size_t begin =
        std::min(expression.find_first_not_of(white_space, at), expression.size());
    if (begin == expression.size()) {
      tokens.push_back({token_kind::end, at, expression.substr(at)});
      return tokens;
    }
    tokens.push_back(next_token(expression, begin));
    at = begin + tokens.back().text.size();
  }
}

bool is_placeholder(std::string_view text, char sigil) {
  return text.size() > 1 && text[0] == sigil && word_end(text, 1) == text.size();
}

}  // namespace dynamo::engine
