// Items that a request puts, as they are kept.
#pragma once

#include "engine/request/json_reader.hpp"
#include "engine/stored_item.hpp"

#include <optional>
#include <string>

namespace dynamo::engine {

/// An item as a request has it.
struct item_to_put {
  std::optional<stored_item> item{};
  /// As `read_attributes::fault`; then there is no item.
  std::string fault{};

  /// The item; refuses one at fault.
  [[nodiscard]] stored_item take() &&;
};

/// Reads what `read_item` reads, into what is kept of it.
[[nodiscard]] item_to_put read_item_to_put(json_reader& in);

}  // namespace dynamo::engine
