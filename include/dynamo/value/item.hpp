// An item without a mapping: views into its page.
#pragma once

#include <dynamo/value/attribute.hpp>
#include <dynamo/value/ownership.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace dynamo {

class item;
struct named_value;
namespace detail {
class item_parser;
}

/// One value of an item, by reference into its page: valid as long as the item is. Two words,
/// cheap to copy. Accessors throw errc::invalid_value if the value is of another type.
class value_view {
 public:
  value_view() = default;  ///< NULL

  [[nodiscard]] value_type type() const noexcept { return type_; }
  [[nodiscard]] bool is_null() const noexcept { return type_ == value_type::null; }

  [[nodiscard]] bool as_bool() const {
    require(value_type::boolean);
    return size_ != 0;
  }
  [[nodiscard]] std::string_view as_string() const {
    require(value_type::string);
    return text();
  }
  /// The number's digits as the service sent them.
  [[nodiscard]] std::string_view number_text() const {
    require(value_type::number);
    return text();
  }
  /// Throws errc::invalid_value also if the service sent what is not a number of DynamoDB's.
  [[nodiscard]] number as_number() const;
  /// Throws errc::invalid_value if the number is not an integer or does not fit.
  template <detail::integer T>
  [[nodiscard]] T to() const {
    T value{};
    if (!detail::to_integer(number_text(), value)) does_not_fit();
    return value;
  }
  template <std::floating_point T>
  [[nodiscard]] T to() const {
    T value{};
    if (!detail::to_floating(number_text(), value)) does_not_fit();
    return value;
  }
  /// Decoded on each call. Throws errc::invalid_value also if the service sent no base64.
  [[nodiscard]] bytes as_binary() const;
  /// The binary value as the service sent it, in base64.
  [[nodiscard]] std::string_view base64() const {
    require(value_type::binary);
    return text();
  }
  /// The elements of a list or of a set of any type.
  [[nodiscard]] std::span<const value_view> elements() const;
  /// The members of a map, in the order of the response.
  [[nodiscard]] std::span<const named_value> members() const;
  /// A member of a map; null if the map has none of this name.
  [[nodiscard]] const value_view* find(std::string_view name) const;

  /// A copy that outlives the page. Throws errc::invalid_value, naming what is at fault, if it
  /// contains a number of more than 38 digits, say.
  [[nodiscard]] attribute to_owned() const;

 private:
  friend class detail::item_parser;
  value_view(value_type type, const void* data, std::size_t size)
      : data_(data), size_(static_cast<std::uint32_t>(size)), type_(type) {}

  [[nodiscard]] std::string_view text() const { return {static_cast<const char*>(data_), size_}; }
  void require(value_type wanted) const {
    if (type_ != wanted) [[unlikely]]
      wrong_type(wanted);
  }
  [[noreturn]] void wrong_type(value_type wanted) const;
  [[noreturn]] static void does_not_fit();

  const void* data_ = nullptr;  // characters, value_views or named_values
  std::uint32_t size_ = 0;      // how many; for a boolean its value
  value_type type_ = value_type::null;
};

/// An attribute of an item or a member of a map.
struct named_value {
  std::string_view name;
  value_view value;
};

/// An item of any shape, by reference into its page: valid until the range it came from moves on,
/// or as long as its batch lives. `to_owned()` keeps it. Cheap to copy; reading is thread-safe.
class item {
 public:
  item() = default;

  [[nodiscard]] std::size_t size() const noexcept { return attributes_.size(); }
  [[nodiscard]] bool empty() const noexcept { return attributes_.empty(); }
  [[nodiscard]] auto begin() const noexcept { return attributes_.begin(); }
  [[nodiscard]] auto end() const noexcept { return attributes_.end(); }

  /// Null if the item has no attribute of this name. Of several, which no service sends, the last.
  [[nodiscard]] const value_view* find(std::string_view name) const noexcept;
  [[nodiscard]] bool contains(std::string_view name) const noexcept {
    return find(name) != nullptr;
  }
  /// Throws errc::invalid_value if the item has no attribute of this name.
  [[nodiscard]] const value_view& operator[](std::string_view name) const;

  /// The item as the service sent it, in DynamoDB JSON.
  [[nodiscard]] std::string_view raw_json() const noexcept { return raw_; }
  /// A copy that outlives the page. Throws as `value_view::to_owned`.
  [[nodiscard]] owned_item to_owned() const;

 private:
  friend class detail::item_parser;
  std::span<const named_value> attributes_;
  std::string_view raw_;
};

namespace detail {

template <>
inline constexpr bool is_view<item> = true;
template <>
inline constexpr bool is_view<value_view> = true;
template <>
inline constexpr bool is_view<named_value> = true;

}  // namespace detail
}  // namespace dynamo
