#include "model/encode.hpp"

#include "model/json_object.hpp"

#include <dynamo/value/json_writer.hpp>

#include <utility>

namespace dynamo::model {
namespace {

std::string_view wire_name(select selected) {
  switch (selected) {
    case select::service_default:
      return "";
    case select::all_attributes:
      return "ALL_ATTRIBUTES";
    case select::all_projected_attributes:
      return "ALL_PROJECTED_ATTRIBUTES";
    case select::specific_attributes:
      return "SPECIFIC_ATTRIBUTES";
    case select::count:
      return "COUNT";
  }
  return "";
}

std::string_view wire_name(return_values returned) {
  switch (returned) {
    case return_values::none:
      return "";
    case return_values::all_old:
      return "ALL_OLD";
    case return_values::updated_old:
      return "UPDATED_OLD";
    case return_values::all_new:
      return "ALL_NEW";
    case return_values::updated_new:
      return "UPDATED_NEW";
  }
  return "";
}

// A condition on the item of a key: a delete, or the check of a transaction.
template <class Request>
std::string encode_keyed(const Request& request) {
  return object([&](object_writer& out) {
    out.text("TableName", request.table);
    out.item("Key", request.key);
    out.text("ConditionExpression", request.condition_expression);
    out.expressions(request.expression_attribute_names, request.expression_attribute_values);
  });
}

}  // namespace

std::string encode(const put_item_request& request) {
  return object([&](object_writer& out) {
    out.text("TableName", request.table);
    out.item("Item", request.item);
    out.text("ConditionExpression", request.condition_expression);
    out.expressions(request.expression_attribute_names, request.expression_attribute_values);
  });
}

std::string encode(const get_item_request& request) {
  return object([&](object_writer& out) {
    out.text("TableName", request.table);
    out.item("Key", request.key);
    out.flag("ConsistentRead", request.consistent_read);
    out.text("ProjectionExpression", request.projection_expression);
    out.expressions(request.expression_attribute_names, {});
  });
}

std::string encode(const update_item_request& request) {
  return object([&](object_writer& out) {
    out.text("TableName", request.table);
    out.item("Key", request.key);
    out.text("UpdateExpression", request.update_expression);
    out.text("ConditionExpression", request.condition_expression);
    out.expressions(request.expression_attribute_names, request.expression_attribute_values);
    out.text("ReturnValues", wire_name(request.returned));
  });
}

std::string encode(const delete_item_request& request) {
  return encode_keyed(request);
}

namespace {

// What Scan and Query have in common.
template <class Request>
void write_read(object_writer& out, const Request& request) {
  out.text("TableName", request.table);
  out.text("IndexName", request.index_name);
  out.text("FilterExpression", request.filter_expression);
  out.text("ProjectionExpression", request.projection_expression);
  out.expressions(request.expression_attribute_names, request.expression_attribute_values);
  out.flag("ConsistentRead", request.consistent_read);
  out.integer("Limit", request.limit);
  out.text("Select", wire_name(request.selected));
  out.item("ExclusiveStartKey", request.exclusive_start_key);
  out.text("ReturnConsumedCapacity", "TOTAL");
}

}  // namespace

std::string encode(const query_request& request) {
  return object([&](object_writer& out) {
    write_read(out, request);
    out.text("KeyConditionExpression", request.key_condition_expression);
    if (!request.ascending) out.json("ScanIndexForward", "false");
  });
}

std::string encode(const scan_request& request) {
  return object([&](object_writer& out) {
    write_read(out, request);
    out.integer("Segment", request.segment);
    out.integer("TotalSegments", request.total_segments);
  });
}

std::string encode(const transact_write_request& request) {
  const auto action = [](const auto& each) {
    using kind = std::remove_cvref_t<decltype(each)>;
    return object([&](object_writer& out) {
      if constexpr (std::is_same_v<kind, put_item_request>) out.json("Put", encode(each));
      if constexpr (std::is_same_v<kind, update_item_request>) out.json("Update", encode(each));
      if constexpr (std::is_same_v<kind, delete_item_request>) out.json("Delete", encode(each));
      if constexpr (std::is_same_v<kind, condition_check_request>)
        out.json("ConditionCheck", encode_keyed(each));
    });
  };
  return object([&](object_writer& out) {
    out.json("TransactItems", array(request.actions, [&](const transact_action& each) {
               return std::visit(action, each);
             }));
    out.text("ClientRequestToken", request.client_request_token);
  });
}

std::string encode(const transact_get_request& request) {
  return object([&](object_writer& out) {
    out.json("TransactItems", array(request.gets, [](get_item_request each) {
               each.consistent_read = false;  // no parameter of a transaction's reads
               return object([&](object_writer& get) { get.json("Get", encode(each)); });
             }));
  });
}

std::string encode_entry(const write_request& write) {
  const auto entry = [](std::string_view request, std::string_view member, const encoded_item& of) {
    std::string out;
    out.reserve(request.size() + member.size() + of.json().size() + 16);
    {
      const object_writer whole(out);
      detail::append_json_key(out, request);
      object_writer(out).item(member, of);
    }
    return out;
  };
  if (const auto* put = std::get_if<put_request>(&write)) {
    return entry("PutRequest", "Item", put->item);
  }
  return entry("DeleteRequest", "Key", std::get<delete_request>(write).key);
}

std::string encode_batch_write(
    const std::map<std::string, std::vector<std::string_view>>& entries) {
  std::size_t bytes = 64;
  for (const auto& [table, writes] : entries) {
    bytes += 2 * table.size() + 16;
    for (const std::string_view each : writes) bytes += each.size() + 1;
  }
  std::string out;
  out.reserve(bytes);
  out += R"({"RequestItems":{)";
  for (const auto& [table, writes] : entries) {
    detail::append_json_key(out, table);
    char before = '[';
    for (const std::string_view each : writes) {
      out += std::exchange(before, ',');
      out += each;
    }
    out += ']';
  }
  out += "}}";
  return out;
}

std::string encode_batch_get(std::string_view table, const std::vector<std::string>& keys,
                             bool consistent_read) {
  return object([&](object_writer& out) {
    out.json("RequestItems", object([&](object_writer& tables) {
               tables.json(table, object([&](object_writer& request) {
                             request.json("Keys", array(keys, [](const auto& key) { return key; }));
                             request.flag("ConsistentRead", consistent_read);
                           }));
             }));
  });
}

}  // namespace dynamo::model
