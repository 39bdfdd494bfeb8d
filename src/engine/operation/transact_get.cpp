#include "engine/operation/batch_response.hpp"
#include "engine/operation/item_read.hpp"
#include "engine/operation/operations.hpp"
#include "engine/operation/transact_response.hpp"

#include <dynamo/value/json_writer.hpp>

#include <vector>

namespace dynamo::engine {
namespace {

struct located_get {
  std::shared_ptr<const table_definition> table;
  std::string key;
};

// The rows of the items; cancels the transaction if a key does not match its table.
std::vector<located_get> locate(const snapshot& in, const std::vector<get_call>& gets,
                                const std::vector<item_shape>& shapes) {
  std::vector<located_get> located(gets.size());
  cancellation_reasons reasons(gets.size());
  for (std::size_t i = 0; i < gets.size(); ++i) {
    located[i].table = require_table(in, gets[i].table);
    shapes[i].check_paths(*located[i].table);
    reasons.collect(i, [&] { located[i].key = checked_row_key(*located[i].table, gets[i].key); });
  }
  reasons.require_none();
  std::vector<std::pair<row_set, std::string_view>> items;
  items.reserve(located.size());
  for (const located_get& each : located) items.emplace_back(each.table->rows, each.key);
  require_distinct(std::move(items));
  return located;
}

void require_reads(throttle& limits, const std::vector<located_get>& located) {
  cancellation_reasons reasons(located.size());
  for (std::size_t i = 0; i < located.size(); ++i) {
    reasons.collect(i, [&] { limits.require_reads(*located[i].table); });
  }
  reasons.require_none();
}

}  // namespace

void transact_get(operation_context& with, const transact_get_call& call, body_buffer& answer) {
  std::vector<item_shape> shapes;
  shapes.reserve(call.gets.size());
  for (const get_call& each : call.gets) shapes.emplace_back(each.projection, each.with);
  std::vector<consumption> consumed;
  std::string responses = "[";
  std::uint64_t size = 0;
  with.store.read([&](const snapshot& in) {
    const std::vector<located_get> located = locate(in, call.gets, shapes);
    if (with.limits != nullptr) require_reads(*with.limits, located);
    for (std::size_t i = 0; i < located.size(); ++i) {
      const table_definition& table = *located[i].table;
      const auto found = in.find(table.rows, located[i].key);
      if (i != 0) responses += ',';
      responses += '{';
      if (found) {
        size += found->size();
        if (size > largest_transaction) refuse_payload(size);
        detail::append_json_key(responses, "Item");
        shapes[i].append(responses, *found);
      }
      responses += '}';
      consumption cost(call.gets[i].table);
      cost.add(read_units(found, read_kind::transactional));
      if (with.limits != nullptr) with.limits->spend_reads(table, cost);
      add_to(consumed, cost);
    }
  });
  std::string out = "{";
  if (call.capacity != returned_capacity::none) {
    detail::append_json_key(out, "ConsumedCapacity");
    append_json_list(out, consumed, [&](const consumption& each) {
      each.append(out, call.capacity, "ReadCapacityUnits");
    });
  }
  detail::append_json_key(out, "Responses");
  out += responses + "]}";
  answer.append(out);
}

}  // namespace dynamo::engine
