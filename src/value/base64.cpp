#include <dynamo/value/base64.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace dynamo::detail {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t invalid = 0xFF;

constexpr std::array<std::uint8_t, 256> make_decoding() {
  std::array<std::uint8_t, 256> table{};
  table.fill(invalid);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}

constexpr auto decoding = make_decoding();

}  // namespace

void append_base64(std::string& out, const std::vector<std::byte>& contents) {
  out.reserve(out.size() + (contents.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < contents.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, contents.size() - i);
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      word = word << 8 | (k < count ? std::to_integer<std::uint32_t>(contents[i + k]) : 0);
    }
    out += alphabet[word >> 18];
    out += alphabet[word >> 12 & 63];
    out += count > 1 ? alphabet[word >> 6 & 63] : '=';
    out += count > 2 ? alphabet[word & 63] : '=';
  }
}

bool decode_base64(std::string_view text, std::vector<std::byte>& out) {
  out.clear();
  if (text.size() % 4 != 0) return false;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    std::size_t characters = 4;
    if (last && text[i + 3] == '=') characters = text[i + 2] == '=' ? 2 : 3;
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      std::uint8_t bits = 0;
      if (k < characters) {
        bits = decoding[static_cast<unsigned char>(text[i + k])];
        if (bits == invalid) return false;
      }
      word = word << 6 | bits;
    }
    for (std::size_t k = 0; k + 1 < characters; ++k) {
      out.push_back(static_cast<std::byte>(word >> (16 - 8 * k) & 0xFF));
    }
  }
  return true;
}

}  // namespace dynamo::detail
