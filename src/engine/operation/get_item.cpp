#include "engine/operation/item_read.hpp"
#include "engine/operation/operations.hpp"

#include <dynamo/value/json_writer.hpp>

namespace dynamo::engine {

void get_item(operation_context& with, const get_call& call, body_buffer& answer) {
  const item_shape shape(call.projection, call.with);
  std::string out = "{";
  with.store.read([&](const snapshot& in) {
    const auto table = require_table(in, call.table);
    shape.check_paths(*table);
    const std::string key = checked_row_key(*table, call.key);
    if (with.limits != nullptr) with.limits->require_reads(*table);
    const auto found = in.find(table->rows, key);
    if (found) {
      detail::append_json_key(out, "Item");
      shape.append(out, *found);
    }
    if (call.capacity == returned_capacity::none && with.limits == nullptr) return;
    consumption consumed(call.table);
    consumed.add(read_units(found, read_kind_of(call.consistent)));
    if (with.limits != nullptr) with.limits->spend_reads(*table, consumed);
    if (call.capacity == returned_capacity::none) return;
    detail::append_json_key(out, "ConsumedCapacity");
    consumed.append(out, call.capacity);
  });
  out += '}';
  answer.append(out);
}

}  // namespace dynamo::engine
