// Moving beyond a value without looking into it: the speed of a pass-through export.

#include <dynamo/value/json_cursor.hpp>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Everything below is inlined into skip_container, which on x86-64 is compiled twice: counting bits
// is one instruction on every processor of the last fifteen years, and a function call on those
// that the baseline of x86-64 allows for.
#define DYNAMO_INLINE [[gnu::always_inline]] inline

namespace dynamo::detail {
namespace {

// One bit for each of 64 bytes. '[' | 0x20 is '{' and ']' | 0x20 is '}': one test finds both.
struct block_masks {
  std::uint64_t quote = 0;
  std::uint64_t backslash = 0;
  std::uint64_t open = 0;
  std::uint64_t close = 0;
  std::uint64_t zero = 0;
};

#if defined(__SSE2__)
DYNAMO_INLINE std::uint64_t mask_of(__m128i bytes) {
  return static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(bytes)));
}

DYNAMO_INLINE block_masks classify(const char* p) {
  block_masks masks;
  for (int i = 0; i < 4; ++i) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 16 * i));
    const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    const int shift = 16 * i;
    masks.quote |= mask_of(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'))) << shift;
    masks.backslash |= mask_of(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))) << shift;
    masks.open |= mask_of(_mm_cmpeq_epi8(folded, _mm_set1_epi8('{'))) << shift;
    masks.close |= mask_of(_mm_cmpeq_epi8(folded, _mm_set1_epi8('}'))) << shift;
    masks.zero |= mask_of(_mm_cmpeq_epi8(bytes, _mm_setzero_si128())) << shift;
  }
  return masks;
}
#else
DYNAMO_INLINE block_masks classify(const char* p) {
  block_masks masks;
  for (int i = 0; i < 64; ++i) {
    const std::uint64_t bit = std::uint64_t{1} << i;
    const char folded = static_cast<char>(p[i] | 0x20);
    if (p[i] == '"') masks.quote |= bit;
    if (p[i] == '\\') masks.backslash |= bit;
    if (folded == '{') masks.open |= bit;
    if (folded == '}') masks.close |= bit;
    if (p[i] == '\0') masks.zero |= bit;
  }
  return masks;
}
#endif

// Bit i is the parity of the bits 0..i: set from an opening quote up to before its closing one.
DYNAMO_INLINE std::uint64_t prefix_parity(std::uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

// The characters that a backslash escapes. `carry` says that the first one is, and is left set if
// the block ends in a backslash that escapes.
std::uint64_t escaped_by(std::uint64_t backslash, bool& carry) {
  std::uint64_t escaped = carry ? 1 : 0;
  carry = false;
  while (backslash != 0) {
    const int at = std::countr_zero(backslash);
    const std::uint64_t bit = std::uint64_t{1} << at;
    backslash ^= bit;
    if ((escaped & bit) != 0) continue;
    if (at == 63) {
      carry = true;
    } else {
      escaped |= bit << 1;
    }
  }
  return escaped;
}

DYNAMO_INLINE long count(std::uint64_t bits) {
  return __builtin_popcountll(bits);
}

// Moves from an opening bracket to behind the one that closes it; null if the text ends before.
// Blocks of 64 bytes: the text has as many bytes of padding behind it.
DYNAMO_INLINE const char* skip_container(const char* p) {
  long depth = 0;
  bool in_string = false;
  bool carry = false;
  for (;; p += 64) {
    block_masks masks = classify(p);
    if (masks.backslash != 0 || carry) [[unlikely]] {
      masks.quote &= ~escaped_by(masks.backslash, carry);
    }
    std::uint64_t inside = prefix_parity(masks.quote);
    if (in_string) inside = ~inside;
    in_string = (inside >> 63) != 0;
    const std::uint64_t open = masks.open & ~inside;
    std::uint64_t close = masks.close & ~inside;
    const long closing = count(close);
    if (depth > closing && masks.zero == 0) [[likely]] {
      depth += count(open) - closing;
      continue;
    }
    // The end may be in this block: look at each closing bracket.
    long closed = 0;
    while (close != 0) {
      const int at = std::countr_zero(close);
      const std::uint64_t before = (std::uint64_t{1} << at) - 1;
      if (depth + count(open & before) == ++closed) {
        const bool ended = (masks.zero & before) != 0;
        return ended ? nullptr : p + at + 1;
      }
      close &= close - 1;
    }
    if (masks.zero != 0) return nullptr;
    depth += count(open) - closing;
  }
}

const char* skip_container_baseline(const char* p) {
  return skip_container(p);
}

#if defined(__x86_64__)
[[gnu::target("popcnt,bmi")]] const char* skip_container_popcnt(const char* p) {
  return skip_container(p);
}

const char* skip(const char* p) {
  if (__builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi")) [[likely]] {
    return skip_container_popcnt(p);
  }
  return skip_container_baseline(p);
}
#else
const char* skip(const char* p) {
  return skip_container_baseline(p);
}
#endif

}  // namespace

bool json_cursor::skip_value() {
  switch (peek()) {
    case '"': {
      raw_string ignored;
      return string(ignored);
    }
    case '{':
    case '[': {
      const char* const end = skip(at_);
      if (end == nullptr) return false;
      at_ = end;
      return true;
    }
    case 't':
    case 'f': {
      bool ignored = false;
      return boolean(ignored);
    }
    case 'n':
      return null();
    default:
      return skip_number();
  }
}

}  // namespace dynamo::detail
