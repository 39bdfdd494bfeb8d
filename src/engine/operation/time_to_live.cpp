// UpdateTimeToLive and DescribeTimeToLive.
#include "engine/operation/table_description_json.hpp"
#include "engine/operation/table_operations.hpp"
#include "engine/refusal.hpp"

#include <dynamo/value/json_writer.hpp>

namespace dynamo::engine {

using detail::append_json_text;

void update_time_to_live(operation_context& with, const time_to_live_call& call,
                         body_buffer& answer) {
  with.store.write([&](transaction& in) {
    table_definition table = *require_named_table(in, call.table);
    if (!call.enabled && table.time_to_live.empty()) {
      refuse_invalid("TimeToLive is already disabled");
    }
    if (!table.time_to_live.empty() && table.time_to_live != call.attribute) {
      refuse_invalid(
          "TimeToLive is active on a different AttributeName: current AttributeName is " +
          table.time_to_live);
    }
    if (call.enabled && !table.time_to_live.empty()) {
      refuse_invalid("TimeToLive is already enabled");
    }
    table.time_to_live = call.enabled ? call.attribute : std::string();
    in.update_table(std::move(table));
  });
  std::string out = "{\"TimeToLiveSpecification\":{\"Enabled\":";
  out += call.enabled ? "true" : "false";
  append_json_text(out, "AttributeName", call.attribute);
  out += "}}";
  answer.append(out);
}

void describe_time_to_live(operation_context& with, const table_call& call, body_buffer& answer) {
  std::string attribute;
  with.store.read(
      [&](const snapshot& in) { attribute = require_named_table(in, call.table)->time_to_live; });
  std::string out = "{\"TimeToLiveDescription\":{";
  append_json_text(out, "TimeToLiveStatus", attribute.empty() ? "DISABLED" : "ENABLED");
  if (!attribute.empty()) append_json_text(out, "AttributeName", attribute);
  out += "}}";
  answer.append(out);
}

}  // namespace dynamo::engine
