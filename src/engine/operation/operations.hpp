// The operations on items, one file each.
#pragma once

#include "engine/operation/operation_context.hpp"
#include "engine/request/requests.hpp"

#include <dynamo/core/body_buffer.hpp>

namespace dynamo::engine {

// Each runs one call and appends its response, JSON that is not finished yet. If it throws (a
// refusal, or a failure of the store), it may have appended a part. Thread-safe.

void put_item(operation_context& with, const put_call& call, body_buffer& answer);
void update_item(operation_context& with, const update_call& call, body_buffer& answer);
void delete_item(operation_context& with, const delete_call& call, body_buffer& answer);
void get_item(operation_context& with, const get_call& call, body_buffer& answer);
void batch_get(operation_context& with, const batch_get_call& call, body_buffer& answer);
void batch_write(operation_context& with, const batch_write_call& call, body_buffer& answer);
void query(operation_context& with, const query_call& call, body_buffer& answer);
void scan(operation_context& with, const scan_call& call, body_buffer& answer);
void transact_write(operation_context& with, const transact_write_call& call, body_buffer& answer);
void transact_get(operation_context& with, const transact_get_call& call, body_buffer& answer);

}  // namespace dynamo::engine
