// An item as the engine keeps it: JSON in one spelling, its size, and a view into it.
#pragma once

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/value/arena.hpp>
#include <dynamo/value/attribute.hpp>
#include <dynamo/value/item.hpp>
#include <dynamo/value/item_parser.hpp>

#include <cstdint>
#include <string_view>

namespace dynamo::engine {

/// Bytes that DynamoDB counts for the item (developer guide, item sizes and formats): names and
/// texts in UTF-8, numbers by their digits, 3 for a list or map and 1 for each of its elements.
[[nodiscard]] std::uint64_t size_of(const item& what);
/// The same for a value, without a name.
[[nodiscard]] std::uint64_t size_of(const value_view& value);

/// Bytes of the largest item (developer guide, item size), as `size_of` counts them.
inline constexpr std::uint64_t largest_item = 400 * 1024;

/// Move-only; the view stays valid when it is moved.
class stored_item {
 public:
  stored_item() = default;  ///< none; `json()` is empty
  /// From what a request brought or an update made: numbers are spelt in the one way.
  explicit stored_item(const owned_item& what);
  /// From JSON in the one spelling, as `json()` gives it.
  explicit stored_item(std::string_view json);
  /// The same, with a parser that has memory from others.
  stored_item(std::string_view json, detail::item_parser& parser);

  [[nodiscard]] std::string_view json() const noexcept { return text_.text(); }
  [[nodiscard]] const item& view() const noexcept { return view_; }
  /// As `size_of`.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

 private:
  void parse(detail::item_parser& parser);

  body_buffer text_;
  detail::arena nodes_;
  item view_;
  std::uint64_t size_ = 0;
};

}  // namespace dynamo::engine
