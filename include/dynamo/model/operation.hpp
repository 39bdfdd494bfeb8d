// The operations of the DynamoDB API that a backend carries out.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace dynamo {

/// One operation of the DynamoDB API, version 2012-08-10.
enum class operation : std::uint8_t {
  list_tables,
  describe_table,
  create_table,
  update_table,
  delete_table,
  update_time_to_live,
  describe_time_to_live,
  describe_limits,
  describe_endpoints,
  put_item,
  get_item,
  update_item,
  delete_item,
  batch_write_item,
  batch_get_item,
  transact_write_items,
  transact_get_items,
  query,
  scan,
};

/// The operation's name on the wire: "Scan".
[[nodiscard]] constexpr std::string_view wire_name(operation op) noexcept {
  switch (op) {
    case operation::list_tables:
      return "ListTables";
    case operation::describe_table:
      return "DescribeTable";
    case operation::create_table:
      return "CreateTable";
    case operation::update_table:
      return "UpdateTable";
    case operation::delete_table:
      return "DeleteTable";
    case operation::update_time_to_live:
      return "UpdateTimeToLive";
    case operation::describe_time_to_live:
      return "DescribeTimeToLive";
    case operation::describe_limits:
      return "DescribeLimits";
    case operation::describe_endpoints:
      return "DescribeEndpoints";
    case operation::put_item:
      return "PutItem";
    case operation::get_item:
      return "GetItem";
    case operation::update_item:
      return "UpdateItem";
    case operation::delete_item:
      return "DeleteItem";
    case operation::batch_write_item:
      return "BatchWriteItem";
    case operation::batch_get_item:
      return "BatchGetItem";
    case operation::transact_write_items:
      return "TransactWriteItems";
    case operation::transact_get_items:
      return "TransactGetItems";
    case operation::query:
      return "Query";
    case operation::scan:
      return "Scan";
  }
  return "";
}

/// The operation of that name on the wire; nothing if it is none of these.
[[nodiscard]] constexpr std::optional<operation> operation_named(std::string_view name) noexcept {
  for (auto op = operation::list_tables;; op = static_cast<operation>(static_cast<int>(op) + 1)) {
    if (wire_name(op) == name) return op;
    if (op == operation::scan) return std::nullopt;
  }
}

}  // namespace dynamo
