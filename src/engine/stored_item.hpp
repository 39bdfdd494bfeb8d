// An item as the engine stores it: canonical JSON, its size, and a view into it.
#pragma once

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/value/arena.hpp>
#include <dynamo/value/attribute.hpp>
#include <dynamo/value/item.hpp>
#include <dynamo/value/item_parser.hpp>

#include <cstdint>
#include <string_view>

namespace dynamo::engine {

/// The size of the item as DynamoDB counts it (developer guide, item sizes and formats): names and
/// strings in UTF-8, numbers by their digits, 3 for a list or map and 1 for each of its elements.
[[nodiscard]] std::uint64_t size_of(const item& what);
/// The size of a value, without a name.
[[nodiscard]] std::uint64_t size_of(const value_view& value);

/// The largest item in bytes (developer guide, item size), as `size_of` counts.
inline constexpr std::uint64_t largest_item = 400 * 1024;

/// An item in canonical form. Move-only; the view stays valid after a move.
class stored_item {
 public:
  stored_item() = default;  ///< no item; `json()` is empty
  /// From an item of a request or the result of an update; writes numbers in their canonical form.
  explicit stored_item(const owned_item& what);
  /// From canonical JSON, as `json()` returns it.
  explicit stored_item(std::string_view json);
  /// From canonical JSON, with a parser that reuses the caller's memory.
  stored_item(std::string_view json, detail::item_parser& parser);

  [[nodiscard]] std::string_view json() const noexcept { return text_.text(); }
  [[nodiscard]] const item& view() const noexcept { return view_; }
  /// The size, as `size_of` counts.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

 private:
  void parse(detail::item_parser& parser);

  body_buffer text_;
  detail::arena nodes_;
  item view_;
  std::uint64_t size_ = 0;
};

}  // namespace dynamo::engine
