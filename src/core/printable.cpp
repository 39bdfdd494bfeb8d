#include <dynamo/core/printable.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace dynamo {
namespace {

constexpr std::uint32_t replacement_character = 0xFFFD;

struct character {
  std::uint32_t code = 0;
  std::size_t bytes = 0;  // 0: not UTF-8
};

// How many bytes the character has that begins so; 1 also where none begins so.
std::size_t length_by(unsigned char first) noexcept {
  if (first < 0xC2 || first > 0xF4) return 1;
  return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

// The character that `text` begins with. It is not empty.
character first_of(std::string_view text) noexcept {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return {first, 1};
  const std::size_t bytes = length_by(first);
  if (bytes == 1 || text.size() < bytes) return {};
  std::uint32_t code = first & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return {};
    code = code << 6 | (next & 0x3FU);
  }
  // Longer than needed, half of a surrogate pair, beyond Unicode.
  constexpr std::array<std::uint32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
  if (code < least[bytes] || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) return {};
  return {code, bytes};
}

// The bidi controls are those of Unicode's property Bidi_Control.
bool is_harmful(std::uint32_t code) noexcept {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x061C || code == 0x200E ||
         code == 0x200F || (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

}  // namespace

std::string printable(std::string_view text, std::string_view keep) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    auto [code, bytes] = first_of(text);
    const bool stays = code < 0x80 && keep.find(text.front()) != std::string_view::npos;
    if (bytes == 0 || (is_harmful(code) && !stays)) {
      if (bytes == 0) code = replacement_character;
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);
    } else {
      out += text.substr(0, bytes);
    }
    text.remove_prefix(std::max<std::size_t>(bytes, 1));
  }
  return out;
}

namespace detail {

std::size_t whole_characters(std::string_view text) noexcept {
  constexpr std::size_t longest = 4;
  for (std::size_t back = 1; back <= std::min(longest, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0) == 0x80) continue;
    return length_by(byte) > back ? text.size() - back : text.size();
  }
  return text.size();
}

}  // namespace detail
}  // namespace dynamo
