// One record of a table's change log.
#pragma once

#include "engine/table_definition.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace dynamo::engine {

/// The origin of a change.
enum class change_origin : std::uint8_t {
  request,
  time_to_live,  ///< reported as userIdentity:
                 ///< {"Type":"Service","PrincipalId":"dynamodb.amazonaws.com"}
};

enum class change_kind : std::uint8_t { insert, modify, remove };

/// One change of one item. Contains the images that the stream's view type selects.
struct change_record {
  std::uint64_t sequence = 0;  ///< increases over the whole database; never reused
  change_kind kind{};
  change_origin by{};
  std::chrono::system_clock::time_point created{};  ///< in whole milliseconds
  std::string keys{};                               ///< JSON, as `stored_item::json`
  std::optional<std::string> old_image{};
  std::optional<std::string> new_image{};
  std::uint64_t size = 0;  ///< of the keys and images together, as `size_of` counts
};

/// A sequence number as the Streams API writes it: 21 digits, so that text order is number order.
[[nodiscard]] std::string sequence_text(std::uint64_t sequence);

/// A stream: the period in which a table's changes were recorded.
struct change_stream {
  row_set rows = 0;  ///< `table_definition::stream_rows`
  std::string table{};
  std::string label{};
  stream_view view{};
  key_schema key{};
  bool enabled = true;      ///< the table exists and writes to the stream
  std::uint64_t first = 0;  ///< all its records have greater sequence numbers
};

}  // namespace dynamo::engine
