// What a table is: as asked of CreateTable and as answered by DescribeTable.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo {

/// The type of a key attribute.
enum class key_type : std::uint8_t { string, number, binary };

/// An attribute that is part of a key.
struct key_attribute {
  std::string name{};
  key_type type = key_type::string;
  friend bool operator==(const key_attribute&, const key_attribute&) = default;
};

/// The key of a table or index.
struct key_schema {
  key_attribute partition_key{};
  std::optional<key_attribute> sort_key{};
  friend bool operator==(const key_schema&, const key_schema&) = default;
};

/// Which attributes an index holds beside the keys.
enum class index_projection : std::uint8_t { all, keys_only, include };

/// Reads and writes a second; unset in a table that is paid per request.
struct provisioned_throughput {
  std::uint64_t read_units = 1;
  std::uint64_t write_units = 1;
  friend bool operator==(const provisioned_throughput&, const provisioned_throughput&) = default;
};

/// A secondary index, global or local.
struct index_definition {
  std::string name{};
  key_schema key{};
  index_projection projection = index_projection::all;
  std::vector<std::string> included_attributes{};      ///< for index_projection::include
  std::optional<provisioned_throughput> throughput{};  ///< of a global index
  friend bool operator==(const index_definition&, const index_definition&) = default;
};

/// What the records of a table's change stream hold.
enum class stream_view : std::uint8_t { keys_only, new_image, old_image, new_and_old_images };

struct create_table_request {
  std::string table{};
  key_schema key{};
  std::vector<index_definition> global_indexes{};
  /// Of the table's partition key, with another sort key.
  std::vector<index_definition> local_indexes{};
  std::optional<stream_view> stream{};                 ///< unset: no change stream
  std::optional<provisioned_throughput> throughput{};  ///< unset: paid per request
};

/// What changes in a table: one new or dropped index in a request (DynamoDB API reference,
/// UpdateTable), and whatever else is given.
struct update_table_request {
  std::string table{};
  std::optional<index_definition> new_index{};  ///< a global one; filled by the service
  std::string dropped_index{};                  ///< empty: none
  std::optional<provisioned_throughput> throughput{};
  bool per_request = false;             ///< from now on paid per request
  std::optional<stream_view> stream{};  ///< a change stream begins
  bool without_stream = false;          ///< the change stream ends
};

enum class table_status : std::uint8_t { creating, updating, deleting, active, other };

[[nodiscard]] std::string_view to_string(table_status status) noexcept;
[[nodiscard]] std::string_view to_string(key_type type) noexcept;
[[nodiscard]] std::string_view to_string(stream_view view) noexcept;
[[nodiscard]] std::string_view to_string(index_projection projection) noexcept;

/// An index as the service describes it.
struct index_description {
  std::string name{};
  bool global = true;
  key_schema key{};
  table_status status = table_status::active;
  std::uint64_t item_count = 0;
  std::uint64_t size_bytes = 0;
};

/// A table as the service describes it. Counts and sizes are refreshed by the service about every
/// six hours.
struct table_description {
  std::string name{};
  std::string arn{};
  table_status status = table_status::other;
  std::string status_text{};  ///< as the service wrote it
  key_schema key{};
  std::vector<index_description> indexes{};
  std::uint64_t item_count = 0;
  std::uint64_t size_bytes = 0;
  std::optional<std::chrono::system_clock::time_point> created{};
  std::optional<provisioned_throughput> throughput{};  ///< unset: paid per request
  std::optional<stream_view> stream{};
  std::string latest_stream_arn{};
};

}  // namespace dynamo
