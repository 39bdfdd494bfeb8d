// Decoded requests of the DynamoDB API: everything that can be checked without a table has been
// checked.
#pragma once

#include "engine/stored_item.hpp"
#include "engine/table_definition.hpp"

#include <dynamo/model/requests.hpp>
#include <dynamo/value/attribute.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace dynamo::engine {

/// ReturnConsumedCapacity.
enum class returned_capacity : std::uint8_t { none, total, indexes };

/// ExpressionAttributeNames and ExpressionAttributeValues; unset if the request does not have them.
struct substitutions {
  std::optional<attribute_names> names{};
  std::optional<attribute_map> values{};
};

/// The common part of PutItem, UpdateItem and DeleteItem, alone or in a transaction. Table names
/// are bare: the decoder removes an ARN up to and including "table/".
struct write_base {
  std::string table{};
  std::optional<std::string> condition{};
  substitutions with{};
  bool old_item_on_failure = false;  ///< ReturnValuesOnConditionCheckFailure: ALL_OLD
};

struct put_call : write_base {
  stored_item item{};
  return_values returned = return_values::none;
  returned_capacity capacity = returned_capacity::none;
  bool collection_metrics = false;  ///< ReturnItemCollectionMetrics: SIZE
};

struct delete_call : write_base {
  owned_item key{};
  return_values returned = return_values::none;
  returned_capacity capacity = returned_capacity::none;
  bool collection_metrics = false;
};

struct update_call : write_base {
  owned_item key{};
  std::optional<std::string> update{};  ///< unset: the item is created if missing
  return_values returned = return_values::none;
  returned_capacity capacity = returned_capacity::none;
  bool collection_metrics = false;
};

struct get_call {
  std::string table{};
  owned_item key{};
  std::optional<std::string> projection{};
  substitutions with{};
  bool consistent = false;
  returned_capacity capacity = returned_capacity::none;
};

/// The keys of one table in a BatchGetItem.
struct batch_get_keys {
  std::string table{};
  std::vector<owned_item> keys{};
  std::optional<std::string> projection{};
  substitutions with{};
  bool consistent = false;
};
struct batch_get_call {
  std::vector<batch_get_keys> tables{};
  returned_capacity capacity = returned_capacity::none;
};

struct batch_put {
  stored_item item{};
};
struct batch_delete {
  owned_item key{};
};
struct batch_write_entries {
  std::string table{};
  std::vector<std::variant<batch_put, batch_delete>> entries{};
};
struct batch_write_call {
  std::vector<batch_write_entries> tables{};
  returned_capacity capacity = returned_capacity::none;
  bool collection_metrics = false;
};

/// ConditionCheck of a transaction.
struct check_call : write_base {
  owned_item key{};
};
struct transact_write_call {
  std::vector<std::variant<put_call, update_call, delete_call, check_call>> actions{};
  std::string token{};  ///< ClientRequestToken; empty: no token
  returned_capacity capacity = returned_capacity::none;
  bool collection_metrics = false;
};
struct transact_get_call {
  std::vector<get_call> gets{};
  returned_capacity capacity = returned_capacity::none;
};

/// The common part of Query and Scan.
struct read_base {
  std::string table{};
  std::optional<std::string> index{};
  std::optional<std::string> filter{};
  std::optional<std::string> projection{};
  substitutions with{};
  std::optional<std::uint32_t> limit{};
  std::optional<owned_item> start{};  ///< ExclusiveStartKey
  /// From Select; `service_default` if it is missing.
  select selected = select::service_default;
  bool consistent = false;
  returned_capacity capacity = returned_capacity::none;
};
struct query_call : read_base {
  std::optional<std::string> key_condition{};
  bool ascending = true;
};
struct scan_call : read_base {
  std::uint32_t segment = 0;
  std::uint32_t total_segments = 1;
};

struct create_table_call {
  table_definition table{};  ///< without id, row sets and times
};
struct index_change {
  enum class kind : std::uint8_t { create, update, remove } what{};
  table_index index{};  ///< only its name for `remove`, with throughput for `update`
};
struct update_table_call {
  std::string table{};
  std::map<std::string, key_type> attributes{};
  std::optional<bool> per_request{};  ///< from BillingMode, if given
  std::optional<provisioned_throughput> throughput{};
  std::optional<bool> stream_enabled{};
  std::optional<stream_view> stream{};
  std::optional<bool> deletion_protection{};
  std::vector<index_change> indexes{};
};
struct list_tables_call {
  std::optional<std::string> start{};
  std::uint32_t limit = 100;
};
struct time_to_live_call {
  std::string table{};
  std::string attribute{};
  bool enabled = false;
};
/// DescribeTable, DeleteTable, DescribeTimeToLive.
struct table_call {
  std::string table{};
};

}  // namespace dynamo::engine
