// Sorts the elements of sets so that two sets compare in one pass.
#pragma once

#include <dynamo/value/item.hpp>

#include <cstddef>
#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace dynamo::engine {

/// The text of a string, a number or a binary value, the latter in base64; empty for other types.
[[nodiscard]] std::string_view text_of(const value_view& value);
/// The elements of a set as sorted texts.
[[nodiscard]] std::vector<std::string_view> sorted_texts(std::span<const value_view> set);

/// Sorts each set once, however often it is compared: a request may name one set in two hundred
/// comparisons. Refers to the given values. Not thread-safe.
class set_orders {
 public:
  set_orders() = default;
  /// Reuses the sets that `request` has sorted; `request` must outlive this object.
  explicit set_orders(const set_orders* request) : request_(request) {}
  set_orders(set_orders&&) = default;
  set_orders& operator=(set_orders&&) = default;
  ~set_orders() = default;

  /// Sorts the sets in a value, at any depth.
  void add(const value_view& value);
  /// The sorted texts of a set; sorts it at the first call. Valid as long as this object.
  [[nodiscard]] std::span<const std::string_view> of(std::span<const value_view> set);
  /// The number of sorted sets.
  [[nodiscard]] std::size_t count() const noexcept { return sorted_.size(); }

 private:
  using texts = std::vector<std::string_view>;
  void add_within(const value_view& value);

  const set_orders* request_ = nullptr;
  std::unordered_map<const value_view*, texts> sorted_;  // by the first element
  std::unordered_set<const value_view*> added_;
};

}  // namespace dynamo::engine
