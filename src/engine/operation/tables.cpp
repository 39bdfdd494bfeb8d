// DescribeTable, DeleteTable and ListTables.
#include "engine/operation/table_description_json.hpp"
#include "engine/operation/table_operations.hpp"
#include "engine/refusal.hpp"

#include <dynamo/value/json_writer.hpp>

namespace dynamo::engine {

void describe_table(operation_context& with, const table_call& call, body_buffer& answer) {
  std::string out = "{\"Table\":";
  with.store.read([&](const snapshot& in) {
    append_table_description(out, in, *require_named_table(in, call.table));
  });
  out += '}';
  answer.append(out);
}

void delete_table(operation_context& with, const table_call& call, body_buffer& answer) {
  std::string out = "{\"TableDescription\":";
  with.store.write([&](transaction& in) {
    const auto table = require_named_table(in, call.table);
    if (table->deletion_protection) {
      refuse_invalid(
          "Resource cannot be deleted as it is currently protected against deletion. Disable "
          "deletion protection first.");
    }
    append_table_description(out, in, *table, "DELETING");
    in.drop_table(*table);
  });
  out += '}';
  answer.append(out);
}

void list_tables(operation_context& with, const list_tables_call& call, body_buffer& answer) {
  std::vector<std::string> names;
  with.store.read([&](const snapshot& in) {
    // One extra name shows whether there are more.
    names = in.table_names(call.start.value_or(""), std::size_t{call.limit} + 1);
  });
  const bool more = names.size() > call.limit;
  if (more) names.pop_back();
  std::string out = "{\"TableNames\":[";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += ',';
    detail::append_json_string(out, names[i]);
  }
  out += ']';
  if (more) detail::append_json_text(out, "LastEvaluatedTableName", names.back());
  out += '}';
  answer.append(out);
}

}  // namespace dynamo::engine
