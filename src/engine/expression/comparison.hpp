// How two values of items compare.
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

/// A value under comparison: one of an item or a request, or the number that `size` gives. Refers
/// to what it was made from.
class comparable {
 public:
  comparable() = default;  ///< what is not there
  explicit comparable(const value_view* value);
  /// The digits of a number.
  explicit comparable(std::string_view number)
      : text_(number), type_(value_type::number), present_(true) {}

  [[nodiscard]] bool is_present() const noexcept { return present_; }
  [[nodiscard]] value_type type() const noexcept { return type_; }
  /// Of a string, number, or binary value, the latter in base64.
  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  /// Null for the number that `size` gives.
  [[nodiscard]] const value_view* value() const noexcept { return value_; }

 private:
  const value_view* value_ = nullptr;
  std::string_view text_;
  value_type type_ = value_type::null;
  bool present_ = false;
};

/// True for strings, numbers and binary values, which have an order.
[[nodiscard]] bool has_order(value_type type) noexcept;

// Values are in the one spelling of stored items: numbers and base64 have one text each, and maps
// their members in the order of their names. What these functions cost is linear in the smaller of
// two values, beside the sorting of sets, which `sets` does once.

/// Values of one type compare: all of them for equality, sets without regard to order. Allocates
/// only for sets.
[[nodiscard]] bool equal(const comparable& a, const comparable& b, set_orders& sets);
[[nodiscard]] bool equal(const value_view& a, const value_view& b, set_orders& sets);
/// Negative, zero or positive; nothing if the two have no order between them.
[[nodiscard]] std::optional<int> order(const comparable& a, const comparable& b);
[[nodiscard]] bool compare(comparator how, const comparable& a, const comparable& b,
                           set_orders& sets);

/// True if `part` stands in the string or binary value `whole`, or is an element of a list or set.
/// Linear in `whole`, whatever the two are.
[[nodiscard]] bool contains(const comparable& whole, const comparable& part, set_orders& sets);
/// Of two strings or two binary values.
[[nodiscard]] bool begins_with(const comparable& whole, const comparable& part);
/// What the function `size` gives; nothing for types that have no size. Strings count as Java
/// counts them, as DynamoDB Local does: in units of UTF-16.
[[nodiscard]] std::optional<std::uint64_t> size_in_conditions(const value_view& of);

}  // namespace dynamo::engine
