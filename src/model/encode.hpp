// Request bodies as the DynamoDB API defines them (version 2012-08-10).
#pragma once

#include <dynamo/model/requests.hpp>
#include <dynamo/model/table_description.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::model {

[[nodiscard]] std::string encode(const put_item_request& request);
[[nodiscard]] std::string encode(const get_item_request& request);
[[nodiscard]] std::string encode(const update_item_request& request);
[[nodiscard]] std::string encode(const delete_item_request& request);
[[nodiscard]] std::string encode(const query_request& request);
[[nodiscard]] std::string encode(const scan_request& request);
[[nodiscard]] std::string encode(const create_table_request& request);
[[nodiscard]] std::string encode(const update_table_request& request);
[[nodiscard]] std::string encode(const transact_write_request& request);
[[nodiscard]] std::string encode(const transact_get_request& request);

/// UpdateTimeToLive.
[[nodiscard]] std::string encode_time_to_live(std::string_view table, std::string_view attribute,
                                              bool enabled);

/// {"TableName":"..."}, for DescribeTable and DeleteTable.
[[nodiscard]] std::string encode_table_name(std::string_view table);
/// ListTables, from behind the table `start` if that is given.
[[nodiscard]] std::string encode_list_tables(const std::optional<std::string>& start);

/// One entry of BatchWriteItem: {"PutRequest":{"Item":...}}.
[[nodiscard]] std::string encode_entry(const write_request& write);
/// BatchWriteItem with encoded entries by table, at least one of each.
[[nodiscard]] std::string encode_batch_write(
    const std::map<std::string, std::vector<std::string_view>>& entries);
/// BatchGetItem with encoded keys of one table.
[[nodiscard]] std::string encode_batch_get(std::string_view table,
                                           const std::vector<std::string>& keys,
                                           bool consistent_read);

}  // namespace dynamo::model
