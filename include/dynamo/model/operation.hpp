// The operations of the DynamoDB API that a backend carries out.
#pragma once

#include <cstdint>
#include <string_view>

namespace dynamo {

/// One operation of the DynamoDB API, version 2012-08-10.
enum class operation : std::uint8_t {
  list_tables,
  describe_table,
  create_table,
  delete_table,
  put_item,
  get_item,
  update_item,
  delete_item,
  batch_write_item,
  batch_get_item,
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
    case operation::delete_table:
      return "DeleteTable";
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
    case operation::query:
      return "Query";
    case operation::scan:
      return "Scan";
  }
  return "";
}

}  // namespace dynamo
