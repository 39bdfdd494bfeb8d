// A DynamoDB value that owns its contents: what is put, and what outlives its page.
#pragma once

#include <dynamo/value/number.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace dynamo {

/// The ten types of a DynamoDB attribute, with their names on the wire.
enum class value_type : std::uint8_t {
  null,        ///< NULL
  boolean,     ///< BOOL
  string,      ///< S
  number,      ///< N
  binary,      ///< B
  list,        ///< L
  map,         ///< M
  string_set,  ///< SS
  number_set,  ///< NS
  binary_set,  ///< BS
};

/// The type's name on the wire: "S", "NS", "BOOL".
[[nodiscard]] std::string_view wire_name(value_type type) noexcept;

/// Binary contents.
using bytes = std::vector<std::byte>;

class attribute;

using attribute_list = std::vector<attribute>;
using attribute_map = std::map<std::string, attribute, std::less<>>;
/// An item that owns its contents, by attribute name.
using owned_item = attribute_map;

/// A set of strings. DynamoDB keeps no order and forbids duplicates and empty sets; equality
/// ignores the order.
struct string_set {
  std::vector<std::string> values;
  friend bool operator==(const string_set& a, const string_set& b);
};
/// A set of numbers, as `string_set`.
struct number_set {
  std::vector<number> values;
  friend bool operator==(const number_set& a, const number_set& b);
};
/// A set of binary values, as `string_set`.
struct binary_set {
  std::vector<bytes> values;
  friend bool operator==(const binary_set& a, const binary_set& b);
};

/// One value of any type. A value type: copying copies all of it.
class attribute {
 public:
  using storage = std::variant<std::nullptr_t, bool, std::string, number, bytes, attribute_list,
                               attribute_map, string_set, number_set, binary_set>;

  // Implicit, so that items can be written as they look: {{"id", "a"}, {"age", 36}}.
  // NOLINTBEGIN(google-explicit-constructor)
  attribute() : value_(nullptr) {}
  attribute(std::nullptr_t) : value_(nullptr) {}
  template <std::same_as<bool> B>
  attribute(B value) : value_(value) {}
  attribute(std::string value) : value_(std::move(value)) {}
  attribute(std::string_view value) : value_(std::string(value)) {}
  attribute(const char* value) : value_(std::string(value)) {}
  attribute(number value) : value_(std::move(value)) {}
  template <detail::integer T>
  attribute(T value) : value_(number(value)) {}
  template <std::floating_point T>
  attribute(T value) : value_(number(value)) {}
  attribute(bytes value) : value_(std::move(value)) {}
  attribute(attribute_list value) : value_(std::move(value)) {}
  attribute(attribute_map value) : value_(std::move(value)) {}
  attribute(string_set value) : value_(std::move(value)) {}
  attribute(number_set value) : value_(std::move(value)) {}
  attribute(binary_set value) : value_(std::move(value)) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] value_type type() const noexcept { return static_cast<value_type>(value_.index()); }
  [[nodiscard]] bool is_null() const noexcept { return type() == value_type::null; }

  // Each throws errc::invalid_value if the value is of another type.
  [[nodiscard]] bool as_bool() const { return get<bool>(value_type::boolean); }
  [[nodiscard]] const std::string& as_string() const {
    return get<std::string>(value_type::string);
  }
  [[nodiscard]] const number& as_number() const { return get<number>(value_type::number); }
  [[nodiscard]] const bytes& as_binary() const { return get<bytes>(value_type::binary); }
  [[nodiscard]] const attribute_list& as_list() const {
    return get<attribute_list>(value_type::list);
  }
  [[nodiscard]] const attribute_map& as_map() const { return get<attribute_map>(value_type::map); }
  [[nodiscard]] const string_set& as_string_set() const {
    return get<string_set>(value_type::string_set);
  }
  [[nodiscard]] const number_set& as_number_set() const {
    return get<number_set>(value_type::number_set);
  }
  [[nodiscard]] const binary_set& as_binary_set() const {
    return get<binary_set>(value_type::binary_set);
  }

  /// For std::visit.
  [[nodiscard]] const storage& value() const noexcept { return value_; }

  friend bool operator==(const attribute& a, const attribute& b);

 private:
  template <class T>
  const T& get(value_type wanted) const {
    if (const T* found = std::get_if<T>(&value_)) return *found;
    wrong_type(wanted);
  }
  [[noreturn]] void wrong_type(value_type wanted) const;

  storage value_;
};

}  // namespace dynamo
