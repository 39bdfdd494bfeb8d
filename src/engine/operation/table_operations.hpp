// The operations on tables.
#pragma once

#include "engine/operation/operation_context.hpp"
#include "engine/request/requests.hpp"

#include <dynamo/core/body_buffer.hpp>

namespace dynamo::engine {

// Each runs one call and appends its response, JSON that is not finished yet. Changes take effect
// at once: a table or index is ACTIVE as soon as it is described. Thread-safe.

void create_table(operation_context& with, const create_table_call& call, body_buffer& answer);
void describe_table(operation_context& with, const table_call& call, body_buffer& answer);
void update_table(operation_context& with, const update_table_call& call, body_buffer& answer);
void delete_table(operation_context& with, const table_call& call, body_buffer& answer);
void list_tables(operation_context& with, const list_tables_call& call, body_buffer& answer);
void update_time_to_live(operation_context& with, const time_to_live_call& call,
                         body_buffer& answer);
void describe_time_to_live(operation_context& with, const table_call& call, body_buffer& answer);
/// The quotas of an account; only those of a table are enforced.
void describe_limits(body_buffer& answer);
/// The endpoint that the client is using, to be cached for a day.
void describe_endpoints(body_buffer& answer);

}  // namespace dynamo::engine
