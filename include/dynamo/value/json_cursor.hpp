// A forward cursor over JSON text: the one reader of everything a service answers.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace dynamo::detail {

class arena;

/// A JSON string as it stands in the text, between its quotes. Valid UTF-8, no raw control
/// characters; its escapes are not checked before they are undone.
struct raw_string {
  std::string_view text;
  bool escaped = false;  ///< contains a backslash
};

/// Reads JSON by moving forward over text that is followed by at least 64 zero bytes, which end
/// every loop: a zero byte is not allowed in JSON. Every function returns false when the text is
/// not what was asked for, and then leaves the position within a few bytes of the fault.
/// A value type: copying remembers a position.
class json_cursor {
 public:
  json_cursor() = default;
  explicit json_cursor(const char* at) : at_(at) {}

  [[nodiscard]] const char* position() const { return at_; }
  void move_to(const char* at) { at_ = at; }
  void advance(std::size_t bytes) { at_ += bytes; }

  void skip_space() {
    // Servers write none: one comparison tells.
    if (static_cast<unsigned char>(*at_) > ' ') [[likely]]
      return;
    while (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t') ++at_;
  }
  /// The next character that is not white space; does not move beyond it.
  char peek() {
    skip_space();
    return *at_;
  }
  bool consume(char expected) {
    if (peek() != expected) return false;
    ++at_;
    return true;
  }
  /// Moves beyond `expected` only if it stands exactly here.
  template <std::size_t N>
  bool consume_exactly(const char (&expected)[N]) {
    static_assert(N - 1 <= sizeof(std::uint64_t));
    // One load and one comparison: the compiler folds the loop, but not a call of memcmp.
    std::uint64_t wanted = 0;
    for (std::size_t i = 0; i + 1 < N; ++i) {
      wanted |= std::uint64_t{static_cast<unsigned char>(expected[i])} << (8 * i);
    }
    if (((load(at_) ^ wanted) << (64 - 8 * (N - 1))) != 0) return false;
    at_ += N - 1;
    return true;
  }

  /// A string in quotes.
  bool string(raw_string& out) {
    if (!consume('"')) return false;
    return string_rest(out);
  }
  /// A string whose opening quote has been read.
  bool string_rest(raw_string& out) {
    const char* const begin = at_;
    std::uint64_t not_ascii = 0;
    const char* const p = string_stop(begin, not_ascii);
    if (*p == '"' && (not_ascii & each_byte(0x80)) == 0) [[likely]] {
      out = {{begin, static_cast<std::size_t>(p - begin)}, false};
      at_ = p + 1;
      return true;
    }
    return string_slow(begin, p, not_ascii, out);
  }

  /// Moves beyond one value of any type. Of arrays and objects it looks only at brackets, without
  /// telling the two kinds apart, and at where strings end: enough to find the end of what is
  /// valid.
  bool skip_value();
  /// `true` or `false`.
  bool boolean(bool& out);
  /// `null`.
  bool null();
  /// A number of JSON that is a non-negative integer.
  bool unsigned_integer(std::uint64_t& out);
  /// A number of JSON with a fraction or an exponent.
  bool floating(double& out);

  /// Reads members of an object until its end. Calls `member(key)` with the cursor at each value;
  /// it must read the value and return true.
  template <class Member>
  bool object(Member&& member) {
    if (!consume('{')) return false;
    if (consume('}')) return true;
    do {
      raw_string key;
      if (!string(key) || !consume(':') || !member(key)) return false;
    } while (consume(','));
    return consume('}');
  }
  /// Reads the elements of an array; `element()` must read one and return true.
  template <class Element>
  bool array(Element&& element) {
    if (!consume('[')) return false;
    if (consume(']')) return true;
    do {
      if (!element()) return false;
    } while (consume(','));
    return consume(']');
  }

 private:
  static std::uint64_t load(const char* p) {
    std::uint64_t word;
    std::memcpy(&word, p, sizeof word);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    return word;
  }
  static constexpr std::uint64_t each_byte(unsigned value) {
    return 0x0101010101010101U * std::uint64_t{value};
  }
  static constexpr std::uint64_t bytes_equal(std::uint64_t word, char value) {
    const std::uint64_t difference = word ^ each_byte(static_cast<unsigned char>(value));
    return (difference - each_byte(0x01)) & ~difference & each_byte(0x80);
  }
  // The next quote, backslash or control character. Collects the bytes before it in `not_ascii`.
  static const char* string_stop(const char* p, std::uint64_t& not_ascii) {
    for (;; p += 8) {
      const std::uint64_t word = load(p);
      const std::uint64_t stop = bytes_equal(word, '"') | bytes_equal(word, '\\') |
                                 ((word - each_byte(0x20)) & ~word & each_byte(0x80));
      if (stop == 0) {
        not_ascii |= word;
        continue;
      }
      // The lowest set bit is exact, those above it may be carried over from it.
      const int bits = std::countr_zero(stop);
      not_ascii |= word & ((std::uint64_t{1} << bits) - 1);
      return p + bits / 8;
    }
  }
  // From where `string_stop` found something else than the end of plain ASCII.
  bool string_slow(const char* begin, const char* p, std::uint64_t not_ascii, raw_string& out);
  bool skip_number();

  const char* at_ = nullptr;
};

/// Undoes the escapes of `raw` into `out`, which has room for as many bytes as `raw`. Returns the
/// number of bytes written, or -1 if an escape is malformed (a lone surrogate among them).
std::ptrdiff_t unescape(std::string_view raw, char* out);

/// `raw` without its escapes, in `memory`. False if an escape is malformed.
bool unescape(std::string_view raw, arena& memory, std::string_view& out);
bool unescape(std::string_view raw, std::string& out);

/// The string's text: as it stands, or unescaped into `memory`. False if an escape is malformed.
inline bool text_of(const raw_string& raw, arena& memory, std::string_view& out) {
  if (raw.escaped) [[unlikely]]
    return unescape(raw.text, memory, out);
  out = raw.text;
  return true;
}
/// The same into a string of the caller's, whose memory is reused.
inline bool text_of(const raw_string& raw, std::string& out) {
  if (raw.escaped) [[unlikely]]
    return unescape(raw.text, out);
  out.assign(raw.text);
  return true;
}

/// True if `text` is well-formed UTF-8 (no surrogates, nothing beyond U+10FFFF, shortest forms).
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace dynamo::detail
