// Decimal arithmetic on the texts of DynamoDB's numbers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dynamo::detail {

/// 0.d1d2d3... x 10^point, exactly: digits without leading or trailing zeros, none for zero. A
/// plain value without memory of its own.
class decimal {
 public:
  /// Significant digits of a number (DynamoDB developer guide, data types).
  static constexpr std::size_t max_digits = 38;

  decimal() = default;  ///< zero
  /// False if `text` is not a decimal number; exponents beyond those of an int are none.
  static bool parse(std::string_view text, decimal& out);

  [[nodiscard]] bool is_zero() const noexcept { return size_ == 0; }
  [[nodiscard]] bool is_negative() const noexcept { return negative_; }
  /// The significant digits, most significant first; without those behind `too_long`.
  [[nodiscard]] std::string_view digits() const noexcept { return {digits_.data(), size_}; }
  /// Where the point is: behind so many digits.
  [[nodiscard]] long point() const noexcept { return point_; }
  /// There are more digits than this object has room for; it is good for `fault` alone.
  [[nodiscard]] bool too_long() const noexcept { return too_long_; }

  enum class fault : std::uint8_t {
    none,
    digits,     ///< more than 38 significant ones
    overflow,   ///< beyond 9.99...E+125
    underflow,  ///< closer to zero than 1E-130
  };
  /// What keeps it from being a number of DynamoDB's.
  [[nodiscard]] fault limits() const noexcept;
  /// The only spelling that DynamoDB answers with: no exponent, no zeros that mean nothing. The
  /// number is within the limits.
  [[nodiscard]] std::string plain_text() const;

  /// Both within the limits. The sum is exact, or it is `too_long`.
  friend decimal operator+(const decimal& a, const decimal& b);
  friend decimal operator-(const decimal& a, const decimal& b) { return a + -b; }
  decimal operator-() const noexcept;
  /// Negative, zero or positive, as a - b is.
  friend int compare(const decimal& a, const decimal& b) noexcept;

 private:
  static constexpr std::size_t capacity = max_digits + 2;

  void push(char digit) noexcept;

  std::array<char, capacity> digits_{};
  std::size_t size_ = 0;
  long point_ = 0;
  bool negative_ = false;
  bool too_long_ = false;
};

/// Compares the texts of two valid numbers by value: negative, zero or positive. Does not allocate.
[[nodiscard]] int compare_numbers(std::string_view a, std::string_view b);

/// The text of a valid number in the one spelling of `decimal::plain_text`.
[[nodiscard]] std::string canonical_number(std::string_view text);
void append_canonical_number(std::string& out, std::string_view text);

}  // namespace dynamo::detail
