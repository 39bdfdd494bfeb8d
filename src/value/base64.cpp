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

std::string_view unpadded(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  return text;
}

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

std::size_t decoded_base64_size(std::string_view text) {
  return unpadded(text).size() * 3 / 4;
}

int compare_base64(std::string_view a, std::string_view b) {
  // Each character is the next six bits; those that a last one has too many are zero, so that a
  // text that goes on where the other one ends is the greater one, as with bytes.
  a = unpadded(a);
  b = unpadded(b);
  const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (left == a.end() || right == b.end()) {
    return (left != a.end() ? 1 : 0) - (right != b.end() ? 1 : 0);
  }
  return decoding[static_cast<unsigned char>(*left)] < decoding[static_cast<unsigned char>(*right)]
             ? -1
             : 1;
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
