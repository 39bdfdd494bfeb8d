#include "engine/store/ordered_bytes.hpp"

#include "value/decimal.hpp"

#include <cstddef>

namespace dynamo::engine::store {
namespace {

constexpr char end_mark[] = {'\x00', '\x01'};
constexpr char negative_mark = '\x01';
constexpr char zero_mark = '\x02';
constexpr char positive_mark = '\x03';

std::string_view text_of(const bytes& contents) {
  return {reinterpret_cast<const char*>(contents.data()), contents.size()};
}

[[noreturn]] void refuse_number() {
  throw exception(
      {.kind = errc::invalid_value, .message = "a key holds a number that DynamoDB cannot store"});
}

}  // namespace

void append_ordered_prefix(std::string& out, std::string_view prefix) {
  for (std::size_t zero; (zero = prefix.find('\0')) != std::string_view::npos;) {
    out.append(prefix.substr(0, zero + 1));
    out += '\xFF';
    prefix.remove_prefix(zero + 1);
  }
  out.append(prefix);
}

void append_ordered(std::string& out, std::string_view text) {
  append_ordered_prefix(out, text);
  out.append(end_mark, sizeof end_mark);
}

void append_ordered_number(std::string& out, std::string_view number) {
  constexpr long min_exponent = -130;
  detail::decimal value;
  if (!detail::decimal::parse(number, value)) refuse_number();
  if (value.is_zero()) {
    out += zero_mark;
    return;
  }
  if (value.limits() != detail::decimal::fault::none) refuse_number();
  const unsigned inversion = value.is_negative() ? 0xFF : 0;
  const auto put = [&](unsigned byte) { out += static_cast<char>(byte ^ inversion); };
  out += value.is_negative() ? negative_mark : positive_mark;
  put(static_cast<unsigned>(value.point() - 1 - min_exponent));
  const std::string_view digits = value.digits();
  const auto digit = [&](std::size_t i) {
    return i < digits.size() ? static_cast<unsigned>(digits[i] - '0') : 0;
  };
  for (std::size_t i = 0; i < digits.size(); i += 2) put(digit(i) * 10 + digit(i + 1) + 1);
  put(0);  // a number with more digits is greater
}

void append_ordered(std::string& out, key_type type, const value_view& value) {
  switch (type) {
    case key_type::string:
      return append_ordered(out, value.as_string());
    case key_type::number:
      return append_ordered_number(out, value.number_text());
    case key_type::binary:
      return append_ordered(out, text_of(value.as_binary()));
  }
}

void append_ordered_prefix(std::string& out, key_type type, const value_view& prefix) {
  if (type == key_type::binary) {
    append_ordered_prefix(out, text_of(prefix.as_binary()));
  } else {
    append_ordered_prefix(out, prefix.as_string());
  }
}

std::string prefix_end(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xFF') prefix.pop_back();
  if (!prefix.empty()) {
    prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  }
  return prefix;
}

std::uint64_t stable_hash(std::string_view bytes) noexcept {
  // FNV-1a's upper bits change little with the last bytes: the finalizer of MurmurHash3 spreads
  // them, so that segments, which are ranges of hashes, have equal sizes.
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3;
  }
  hash ^= hash >> 33;
  hash *= 0xFF51AFD7ED558CCD;
  hash ^= hash >> 33;
  hash *= 0xC4CEB9FE1A85EC53;
  hash ^= hash >> 33;
  return hash;
}

void append_big_endian(std::string& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

}  // namespace dynamo::engine::store
