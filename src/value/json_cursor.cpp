#include <dynamo/value/arena.hpp>
#include <dynamo/value/json_cursor.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace dynamo::detail {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Four hexadecimal digits at p, or -1.
int hex4(const char* p, const char* end) {
  if (end - p < 4) return -1;
  int value = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = hex_digit(p[i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

char* put_utf8(std::uint32_t code, char* out) {
  if (code < 0x80) {
    *out++ = static_cast<char>(code);
  } else if (code < 0x800) {
    *out++ = static_cast<char>(0xC0 | (code >> 6));
    *out++ = static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    *out++ = static_cast<char>(0xE0 | (code >> 12));
    *out++ = static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    *out++ = static_cast<char>(0x80 | (code & 0x3F));
  } else {
    *out++ = static_cast<char>(0xF0 | (code >> 18));
    *out++ = static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    *out++ = static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    *out++ = static_cast<char>(0x80 | (code & 0x3F));
  }
  return out;
}

// The number at p as JSON writes one; returns its end, or null.
const char* number_end(const char* p) {
  auto digits = [&] {
    const char* const begin = p;
    while (*p >= '0' && *p <= '9') ++p;
    return p != begin;
  };
  if (*p == '-') ++p;
  if (*p == '0') {
    ++p;
  } else if (!digits()) {
    return nullptr;
  }
  if (*p == '.') {
    ++p;
    if (!digits()) return nullptr;
  }
  if (*p == 'e' || *p == 'E') {
    ++p;
    if (*p == '+' || *p == '-') ++p;
    if (!digits()) return nullptr;
  }
  return p;
}

}  // namespace

bool is_utf8(std::string_view text) {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = p + text.size();
  auto continuation = [](unsigned char c) { return (c & 0xC0) == 0x80; };
  while (p != end) {
    if (*p < 0x80) {
      // Most text is ASCII, and most of what is not stands in runs.
      for (std::uint64_t word = 0; end - p >= 8; p += 8) {
        std::memcpy(&word, p, sizeof word);
        if ((word & 0x8080808080808080U) != 0) break;
      }
      while (p != end && *p < 0x80) ++p;
    } else if (*p < 0xC2) {
      return false;
    } else if (*p < 0xE0) {
      if (end - p < 2 || !continuation(p[1])) return false;
      p += 2;
    } else if (*p < 0xF0) {
      if (end - p < 3 || !continuation(p[1]) || !continuation(p[2])) return false;
      if (*p == 0xE0 && p[1] < 0xA0) return false;
      if (*p == 0xED && p[1] > 0x9F) return false;
      p += 3;
    } else if (*p < 0xF5) {
      if (end - p < 4 || !continuation(p[1]) || !continuation(p[2]) || !continuation(p[3])) {
        return false;
      }
      if (*p == 0xF0 && p[1] < 0x90) return false;
      if (*p == 0xF4 && p[1] > 0x8F) return false;
      p += 4;
    } else {
      return false;
    }
  }
  return true;
}

bool json_cursor::string_slow(const char* begin, const char* p, std::uint64_t not_ascii,
                              raw_string& out) {
  bool escaped = false;
  while (*p != '"') {
    if (*p != '\\' || static_cast<unsigned char>(p[1]) < 0x20) {
      at_ = p;
      return false;
    }
    escaped = true;
    not_ascii |= static_cast<unsigned char>(p[1]);
    p = string_stop(p + 2, not_ascii);
  }
  out = {{begin, static_cast<std::size_t>(p - begin)}, escaped};
  at_ = p + 1;
  return (not_ascii & each_byte(0x80)) == 0 || is_utf8(out.text);
}

bool json_cursor::boolean(bool& out) {
  skip_space();
  if (consume_exactly("true")) {
    out = true;
    return true;
  }
  out = false;
  return consume_exactly("false");
}

bool json_cursor::null() {
  skip_space();
  return consume_exactly("null");
}

bool json_cursor::skip_number() {
  const char* const end = number_end(at_);
  if (end == nullptr) return false;
  at_ = end;
  return true;
}

bool json_cursor::unsigned_integer(std::uint64_t& out) {
  skip_space();
  const char* const end = number_end(at_);
  if (end == nullptr) return false;
  const auto [last, failure] = std::from_chars(at_, end, out);
  if (failure != std::errc{} || last != end) return false;
  at_ = end;
  return true;
}

bool json_cursor::floating(double& out) {
  skip_space();
  const char* const end = number_end(at_);
  if (end == nullptr) return false;
  const auto [last, failure] = std::from_chars(at_, end, out);
  if (failure != std::errc{} || last != end) return false;
  at_ = end;
  return true;
}

std::ptrdiff_t unescape(std::string_view raw, char* out) {
  const char* p = raw.data();
  const char* const end = p + raw.size();
  char* const begin = out;
  while (p != end) {
    const void* const found = std::memchr(p, '\\', static_cast<std::size_t>(end - p));
    const char* const escape = found == nullptr ? end : static_cast<const char*>(found);
    out = std::copy(p, escape, out);
    p = escape;
    if (p == end) break;
    if (++p == end) return -1;
    switch (*p++) {
      case '"':
        *out++ = '"';
        break;
      case '\\':
        *out++ = '\\';
        break;
      case '/':
        *out++ = '/';
        break;
      case 'b':
        *out++ = '\b';
        break;
      case 'f':
        *out++ = '\f';
        break;
      case 'n':
        *out++ = '\n';
        break;
      case 'r':
        *out++ = '\r';
        break;
      case 't':
        *out++ = '\t';
        break;
      case 'u': {
        const int unit = hex4(p, end);
        if (unit < 0) return -1;
        p += 4;
        auto code = static_cast<std::uint32_t>(unit);
        if (code >= 0xDC00 && code <= 0xDFFF) return -1;
        if (code >= 0xD800 && code <= 0xDBFF) {
          if (end - p < 6 || p[0] != '\\' || p[1] != 'u') return -1;
          const int low = hex4(p + 2, end);
          if (low < 0xDC00 || low > 0xDFFF) return -1;
          p += 6;
          code = 0x10000 + ((code - 0xD800) << 10) + static_cast<std::uint32_t>(low - 0xDC00);
        }
        out = put_utf8(code, out);
        break;
      }
      default:
        return -1;
    }
  }
  return out - begin;
}

bool unescape(std::string_view raw, arena& memory, std::string_view& out) {
  char* const copy = memory.allocate(raw.size());
  const std::ptrdiff_t size = unescape(raw, copy);
  if (size < 0) return false;
  out = {copy, static_cast<std::size_t>(size)};
  return true;
}

bool unescape(std::string_view raw, std::string& out) {
  out.resize(raw.size());
  const std::ptrdiff_t size = unescape(raw, out.data());
  if (size < 0) return false;
  out.resize(static_cast<std::size_t>(size));
  return true;
}

}  // namespace dynamo::detail
