// The operations on tables.
#pragma once

#include "engine/operation/operation_context.hpp"
#include "engine/request/requests.hpp"

#include <dynamo/core/body_buffer.hpp>

namespace dynamo::engine {

// Each carries out one call and appends its answer, JSON that is not finished yet. What they change
// is there at once: a table or index is ACTIVE as soon as it is described. Thread-safe.

void create_table(operation_context& with, const create_table_call& call, body_buffer& answer);
void describe_table(operation_context& with, const table_call& call, body_buffer& answer);
void update_table(operation_context& with, const update_table_call& call, body_buffer& answer);
void delete_table(operation_context& with, const table_call& call, body_buffer& answer);
void list_tables(operation_context& with, const list_tables_call& call, body_buffer& answer);
void update_time_to_live(operation_context& with, const time_to_live_call& call,
                         body_buffer& answer);
void describe_time_to_live(operation_context& with, const table_call& call, body_buffer& answer);
/// The quotas of an account, which are not enforced but for the one of a table.
void describe_limits(body_buffer& answer);
/// An endpoint that clients need not ask for again for a day: the one that they are talking to.
void describe_endpoints(body_buffer& answer);

}  // namespace dynamo::engine
