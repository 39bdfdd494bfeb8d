// Compares values of items.
#pragma once

#include "engine/expression/set_order.hpp"

#include <dynamo/value/item.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace dynamo::engine {

/// =, <>, <, <=, >, >=.
enum class comparator : std::uint8_t {
  equal,
  not_equal,
  less,
  less_or_equal,
  greater,
  greater_or_equal
};

/// A value to compare: a value of an item or a request, or the result of `size`. Refers to its
/// source.
class comparable {
 public:
  comparable() = default;  ///< a missing value
  explicit comparable(const value_view* value);
  /// The digits of a number.
  explicit comparable(std::string_view number)
      : text_(number), type_(value_type::number), present_(true) {}

  [[nodiscard]] bool is_present() const noexcept { return present_; }
  [[nodiscard]] value_type type() const noexcept { return type_; }
  /// The text of a string, number, or binary value, the latter in base64.
  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  /// Null for the result of `size`.
  [[nodiscard]] const value_view* value() const noexcept { return value_; }

 private:
  const value_view* value_ = nullptr;
  std::string_view text_;
  value_type type_ = value_type::null;
  bool present_ = false;
};

/// True for strings, numbers and binary values, which have an order.
[[nodiscard]] bool has_order(value_type type) noexcept;

// Values must be in the canonical form of stored items: numbers and base64 have one text each, and
// maps have their members in name order. The cost is linear in the smaller of two values, plus the
// sorting of sets, which `sets` does once.

/// Equality of two values of one type, sets without regard to order. Allocates only for sets.
[[nodiscard]] bool equal(const comparable& a, const comparable& b, set_orders& sets);
[[nodiscard]] bool equal(const value_view& a, const value_view& b, set_orders& sets);
/// Negative, zero or positive; nothing if the two values have no order.
[[nodiscard]] std::optional<int> order(const comparable& a, const comparable& b);
[[nodiscard]] bool compare(comparator how, const comparable& a, const comparable& b,
                           set_orders& sets);

/// True if `part` is contained in the string or binary value `whole`, or is an element of a list or
/// set. Linear in `whole`.
[[nodiscard]] bool contains(const comparable& whole, const comparable& part, set_orders& sets);
/// True if `whole` begins with `part`; both must be strings or both binary values.
[[nodiscard]] bool begins_with(const comparable& whole, const comparable& part);
/// The result of the function `size`; nothing for types without a size. The size of a string is its
/// number of UTF-16 units, as in Java and DynamoDB Local.
[[nodiscard]] std::optional<std::uint64_t> size_in_conditions(const value_view& of);

}  // namespace dynamo::engine
