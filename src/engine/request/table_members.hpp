// Members of table operations as received, before the API's rules are applied.
#pragma once

#include "engine/request/constraints.hpp"
#include "engine/request/json_reader.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::engine {

struct read_key_element {
  std::optional<std::string> name{};
  std::optional<std::string> type{};
};
struct read_attribute_definition {
  std::optional<std::string> name{};
  std::optional<std::string> type{};
};
struct read_throughput {
  std::optional<std::int64_t> read_units{};
  std::optional<std::int64_t> write_units{};
};
struct read_projection {
  std::optional<std::string> type{};
  std::optional<std::vector<std::string>> included{};
};
struct read_index {
  std::optional<std::string> name{};
  std::optional<std::vector<read_key_element>> key{};
  std::optional<read_projection> projection{};
  std::optional<read_throughput> throughput{};
};
/// One element of GlobalSecondaryIndexUpdates: exactly one member in a valid request.
struct read_index_update {
  std::optional<read_index> create{};
  std::optional<read_index> update{};
  std::optional<read_index> remove{};
};
struct read_stream {
  std::optional<bool> enabled{};
  std::optional<std::string> view{};
};

/// Null members are unset.
struct table_members {
  std::optional<std::string> table{};
  std::optional<std::vector<read_attribute_definition>> definitions{};
  std::optional<std::vector<read_key_element>> key{};
  std::optional<std::vector<read_index>> global_indexes{};
  std::optional<std::vector<read_index>> local_indexes{};
  std::optional<std::vector<read_index_update>> index_updates{};
  std::optional<std::string> billing{};
  std::optional<read_throughput> throughput{};
  std::optional<read_stream> stream{};
  std::optional<bool> deletion_protection{};
};

/// Reads the body of CreateTable or UpdateTable. Members that the engine does not use (Tags,
/// SSESpecification, TableClass) are skipped.
[[nodiscard]] table_members read_table_body(const body_buffer& body);

}  // namespace dynamo::engine
