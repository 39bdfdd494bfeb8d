// An item or key on its way out, whatever it was made from.
#pragma once

#include <dynamo/value/item.hpp>
#include <dynamo/value/json_writer.hpp>
#include <dynamo/value/mapping.hpp>

#include <string>
#include <utility>

namespace dynamo {

/// Holds an item as DynamoDB JSON. Made from a mapped struct, an `owned_item` or an `item`, so that
/// requests take any of them. A value type.
class encoded_item {
 public:
  encoded_item() = default;
  // NOLINTBEGIN(google-explicit-constructor): requests take items of any kind as they are
  encoded_item(const owned_item& item) : json_(to_json(item)) {}
  encoded_item(const item& item) : json_(item.raw_json()) {}
  template <mapped T>
  encoded_item(const T& item) : json_(to_json(item)) {}
  // NOLINTEND(google-explicit-constructor)

  /// From text that is DynamoDB JSON already; it is not checked.
  [[nodiscard]] static encoded_item from_json(std::string json) {
    encoded_item encoded;
    encoded.json_ = std::move(json);
    return encoded;
  }

  [[nodiscard]] const std::string& json() const noexcept { return json_; }
  /// True if nothing was given; an item without attributes is not empty in this sense.
  [[nodiscard]] bool empty() const noexcept { return json_.empty(); }

  friend bool operator==(const encoded_item&, const encoded_item&) = default;

 private:
  std::string json_;
};

}  // namespace dynamo
