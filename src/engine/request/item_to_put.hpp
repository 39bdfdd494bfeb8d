// Reads items to put into their stored form.
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

/// An item of a request.
struct item_to_put {
  std::optional<stored_item> item{};
  /// As `read_attributes::fault`; if set, there is no item.
  std::string fault{};

  /// The item; refuses an invalid one.
  [[nodiscard]] stored_item take() &&;
};

/// Reads items to put. Reuses scratch memory between items. Not thread-safe.
class item_to_put_reader {
 public:
  /// Reads the same input as `read_item`, into the stored form.
  [[nodiscard]] item_to_put read(json_reader& in);

 private:
  std::optional<stored_item> read_plain(json_reader& in);

  detail::arena nodes_;
  detail::item_parser parser_;
  std::string json_;
  std::vector<const named_value*> sorted_;
};

}  // namespace dynamo::engine
