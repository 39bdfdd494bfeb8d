// What the change log of a table says of one change.
#pragma once

#include "engine/table_definition.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace dynamo::engine {

/// Who changed an item.
enum class change_origin : std::uint8_t {
  request,
  time_to_live,  ///< told as userIdentity:
                 ///< {"Type":"Service","PrincipalId":"dynamodb.amazonaws.com"}
};

enum class change_kind : std::uint8_t { insert, modify, remove };

/// One change of one item. Images are there as the stream's view wants them.
struct change_record {
  std::uint64_t sequence = 0;  ///< grows over the whole database; never used twice
  change_kind kind{};
  change_origin by{};
  std::chrono::system_clock::time_point created{};  ///< in whole milliseconds
  std::string keys{};                               ///< JSON, as `stored_item::json`
  std::optional<std::string> old_image{};
  std::optional<std::string> new_image{};
  std::uint64_t size = 0;  ///< of the keys and images together, as `size_of` counts
};

/// A sequence number as the Streams API writes it: 21 digits, in whose order the numbers stand.
[[nodiscard]] std::string sequence_text(std::uint64_t sequence);

/// A stream: from when a table's changes were kept until they were no longer.
struct change_stream {
  row_set rows = 0;  ///< `table_definition::stream_rows`
  std::string table{};
  std::string label{};
  stream_view view{};
  key_schema key{};
  bool enabled = true;      ///< the table is there and writes to it
  std::uint64_t first = 0;  ///< all its records have greater sequence numbers
};

}  // namespace dynamo::engine
