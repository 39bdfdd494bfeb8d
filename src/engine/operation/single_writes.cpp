// PutItem, UpdateItem and DeleteItem.
#include "engine/operation/collection_metrics.hpp"
#include "engine/operation/item_write.hpp"
#include "engine/operation/operations.hpp"

#include <dynamo/value/json_writer.hpp>

#include <optional>
#include <string>

namespace dynamo::engine {
namespace {

template <class Call>
void execute_write(operation_context& with, const Call& call, body_buffer& answer) {
  item_write write(call);
  std::optional<consumption> consumed;
  with.store.write_decided([&](transaction& in) {
    write.locate(require_table(in, write.table_name()));
    if (with.limits != nullptr) with.limits->require_writes(write.table());
    write.decide(in);
    if (call.capacity != returned_capacity::none || with.limits != nullptr) {
      consumed.emplace(write.table_name());
      consumed->add_write(write.table(), write.before(), write.after(), write_kind::standard);
      if (with.limits != nullptr) with.limits->spend_writes(write.table(), *consumed);
    }
    write.carry_out(in);
  });
  // The response is built after the write: other writers need not wait for it.
  std::string out = "{";
  std::string attributes;
  if (write.append_returned(attributes, call.returned)) {
    detail::append_json_key(out, "Attributes");
    out += attributes;
  }
  if (call.capacity != returned_capacity::none) {
    detail::append_json_key(out, "ConsumedCapacity");
    consumed->append(out, call.capacity);
  }
  // Measuring reads the whole collection.
  if (call.collection_metrics) {
    with.store.read([&](const snapshot& in) {
      std::string metrics;
      if (append_collection_metrics(metrics, in, write.table(), write.key_item())) {
        detail::append_json_key(out, "ItemCollectionMetrics");
        out += metrics;
      }
    });
  }
  out += '}';
  answer.append(out);
}

}  // namespace

void put_item(operation_context& with, const put_call& call, body_buffer& answer) {
  execute_write(with, call, answer);
}

void update_item(operation_context& with, const update_call& call, body_buffer& answer) {
  execute_write(with, call, answer);
}

void delete_item(operation_context& with, const delete_call& call, body_buffer& answer) {
  execute_write(with, call, answer);
}

}  // namespace dynamo::engine
