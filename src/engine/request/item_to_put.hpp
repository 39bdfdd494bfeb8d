// Items that a request puts, as they are kept.
#pragma once

#include "engine/request/json_reader.hpp"
#include "engine/stored_item.hpp"

#include <dynamo/value/arena.hpp>
#include <dynamo/value/item.hpp>
#include <dynamo/value/item_parser.hpp>

#include <optional>
#include <string>
#include <vector>

namespace dynamo::engine {

/// An item as a request has it.
struct item_to_put {
  std::optional<stored_item> item{};
  /// As `read_attributes::fault`; then there is no item.
  std::string fault{};

  /// The item; refuses one at fault.
  [[nodiscard]] stored_item take() &&;
};

/// Reads items of puts. Keeps scratch memory between them, not what is read. Not thread-safe.
class item_to_put_reader {
 public:
  /// Reads what `read_item` reads, into what is kept of it.
  [[nodiscard]] item_to_put read(json_reader& in);

 private:
  std::optional<stored_item> read_plain(json_reader& in);

  detail::arena nodes_;
  detail::item_parser parser_;
  std::string json_;
  std::vector<const named_value*> sorted_;
};

}  // namespace dynamo::engine
