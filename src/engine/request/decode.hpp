// Decodes the JSON of requests.
#pragma once

#include "engine/request/requests.hpp"

#include <dynamo/core/body_buffer.hpp>

namespace dynamo::engine {

/// Each decodes the finished body of one request. Refuses with "SerializationException" text that
/// is not JSON or has members of other types, and with "ValidationException" violations of the
/// API's rules that can be checked without a table: missing members, lengths, patterns, ranges,
/// enumerations, combinations, values. Members unknown to the API are skipped. Thread-safe.
[[nodiscard]] put_call decode_put(const body_buffer& request);
[[nodiscard]] get_call decode_get(const body_buffer& request);
[[nodiscard]] update_call decode_update(const body_buffer& request);
[[nodiscard]] delete_call decode_delete(const body_buffer& request);
[[nodiscard]] batch_get_call decode_batch_get(const body_buffer& request);
[[nodiscard]] batch_write_call decode_batch_write(const body_buffer& request);
[[nodiscard]] transact_get_call decode_transact_get(const body_buffer& request);
[[nodiscard]] transact_write_call decode_transact_write(const body_buffer& request);
[[nodiscard]] query_call decode_query(const body_buffer& request);
[[nodiscard]] scan_call decode_scan(const body_buffer& request);

[[nodiscard]] create_table_call decode_create_table(const body_buffer& request);
[[nodiscard]] update_table_call decode_update_table(const body_buffer& request);
[[nodiscard]] list_tables_call decode_list_tables(const body_buffer& request);
[[nodiscard]] time_to_live_call decode_update_time_to_live(const body_buffer& request);
/// DescribeTable, DeleteTable and DescribeTimeToLive.
[[nodiscard]] table_call decode_table(const body_buffer& request);
/// DescribeLimits and DescribeEndpoints, which have no members.
void decode_nothing(const body_buffer& request);

}  // namespace dynamo::engine
