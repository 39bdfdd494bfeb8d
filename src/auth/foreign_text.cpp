#include "auth/foreign_text.hpp"

#include "core/ascii.hpp"

#include <dynamo/value/json_cursor.hpp>

#include <algorithm>
#include <cstddef>

namespace dynamo::auth {
namespace {

constexpr std::size_t longest_line = 300;
// Replacing shorter secrets would remove ordinary words.
constexpr std::size_t shortest_secret = 6;

}  // namespace

void blank_out(std::string& text, std::string_view secret) {
  if (secret.size() < shortest_secret) return;
  constexpr std::string_view blank = "***";
  for (std::size_t at = text.find(secret); at != std::string::npos;
       at = text.find(secret, at + blank.size()))
    text.replace(at, secret.size(), blank);
}

std::string shown_line(std::string_view text, std::initializer_list<std::string_view> secrets) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  std::string line(text.substr(0, text.find_first_of("\r\n")));
  for (const std::string_view secret : secrets) blank_out(line, secret);
  if (line.size() > longest_line) {
    line.resize(longest_line);
    line += "...";
  }
  const bool readable = detail::is_utf8(line);
  for (std::size_t at = 0; at < line.size(); ++at)
    if (const std::size_t bytes = ascii::control_at(line, at)) line.replace(at, bytes, 1, ' ');
  if (!readable)
    std::ranges::replace_if(
        line, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  return line;
}

}  // namespace dynamo::auth
