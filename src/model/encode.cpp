#include "model/encode.hpp"

#include <dynamo/value/json_writer.hpp>

#include <set>

namespace dynamo::model {
namespace {

using detail::append_json_key;
using detail::append_json_string;

// Appends members of one object; those without a value are left out.
class object_writer {
 public:
  explicit object_writer(std::string& out) : out_(out) { out_ += '{'; }
  ~object_writer() { out_ += '}'; }
  object_writer(const object_writer&) = delete;
  object_writer& operator=(const object_writer&) = delete;

  void json(std::string_view key, std::string_view value) {
    append_json_key(out_, key);
    out_ += value;
  }
  void text(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    append_json_key(out_, key);
    append_json_string(out_, value);
  }
  void item(std::string_view key, const encoded_item& value) {
    if (!value.empty()) json(key, value.json());
  }
  void flag(std::string_view key, bool value) {
    if (value) json(key, "true");
  }
  template <class Number>
  void integer(std::string_view key, const std::optional<Number>& value) {
    if (value) json(key, std::to_string(*value));
  }
  void expressions(const attribute_names& names, const attribute_values& values) {
    if (!names.empty()) {
      append_json_key(out_, "ExpressionAttributeNames");
      object_writer members(out_);
      for (const auto& [placeholder, name] : names) {
        append_json_key(out_, placeholder);
        append_json_string(out_, name);
      }
    }
    if (!values.empty()) json("ExpressionAttributeValues", to_json(values));
  }

 private:
  std::string& out_;
};

template <class Write>
std::string object(Write write) {
  std::string out;
  {
    object_writer members(out);
    write(members);
  }
  return out;
}

template <class Elements, class Write>
std::string array(const Elements& elements, Write write) {
  std::string out = "[";
  for (const auto& element : elements) {
    if (out.size() > 1) out += ',';
    out += write(element);
  }
  out += ']';
  return out;
}

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

std::string_view wire_name(index_projection projection) {
  switch (projection) {
    case index_projection::all:
      return "ALL";
    case index_projection::keys_only:
      return "KEYS_ONLY";
    case index_projection::include:
      return "INCLUDE";
  }
  return "";
}

std::string encode_schema(const key_schema& key) {
  std::string out = "[{\"AttributeName\":";
  append_json_string(out, key.partition_key.name);
  out += ",\"KeyType\":\"HASH\"}";
  if (key.sort_key) {
    out += ",{\"AttributeName\":";
    append_json_string(out, key.sort_key->name);
    out += ",\"KeyType\":\"RANGE\"}";
  }
  out += ']';
  return out;
}

std::string encode_throughput(const provisioned_throughput& throughput) {
  return object([&](object_writer& out) {
    out.json("ReadCapacityUnits", std::to_string(throughput.read_units));
    out.json("WriteCapacityUnits", std::to_string(throughput.write_units));
  });
}

std::string encode_index(const index_definition& index) {
  return object([&](object_writer& out) {
    out.text("IndexName", index.name);
    out.json("KeySchema", encode_schema(index.key));
    out.json("Projection", object([&](object_writer& projection) {
               projection.text("ProjectionType", wire_name(index.projection));
               if (index.projection == index_projection::include) {
                 projection.json("NonKeyAttributes",
                                 array(index.included_attributes, [](const std::string& name) {
                                   std::string text;
                                   append_json_string(text, name);
                                   return text;
                                 }));
               }
             }));
    if (index.throughput) out.json("ProvisionedThroughput", encode_throughput(*index.throughput));
  });
}

// Every attribute of every key, once.
std::string encode_attribute_definitions(const create_table_request& request) {
  std::map<std::string, key_type> types;
  auto add = [&](const key_schema& key) {
    types.emplace(key.partition_key.name, key.partition_key.type);
    if (key.sort_key) types.emplace(key.sort_key->name, key.sort_key->type);
  };
  add(request.key);
  for (const index_definition& index : request.global_indexes) add(index.key);
  return array(types, [](const auto& definition) {
    return object([&](object_writer& out) {
      out.text("AttributeName", definition.first);
      out.text("AttributeType", to_string(definition.second));
    });
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
  return object([&](object_writer& out) {
    out.text("TableName", request.table);
    out.item("Key", request.key);
    out.text("ConditionExpression", request.condition_expression);
    out.expressions(request.expression_attribute_names, request.expression_attribute_values);
  });
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

std::string encode(const create_table_request& request) {
  return object([&](object_writer& out) {
    out.text("TableName", request.table);
    out.json("AttributeDefinitions", encode_attribute_definitions(request));
    out.json("KeySchema", encode_schema(request.key));
    if (!request.global_indexes.empty()) {
      out.json("GlobalSecondaryIndexes", array(request.global_indexes, encode_index));
    }
    if (request.throughput) {
      out.text("BillingMode", "PROVISIONED");
      out.json("ProvisionedThroughput", encode_throughput(*request.throughput));
    } else {
      out.text("BillingMode", "PAY_PER_REQUEST");
    }
    if (request.stream) {
      out.json("StreamSpecification", object([&](object_writer& stream) {
                 stream.flag("StreamEnabled", true);
                 stream.text("StreamViewType", to_string(*request.stream));
               }));
    }
  });
}

std::string encode_table_name(std::string_view table) {
  return object([&](object_writer& out) { out.text("TableName", table); });
}

std::string encode_list_tables(const std::optional<std::string>& start) {
  return object([&](object_writer& out) {
    if (start) out.text("ExclusiveStartTableName", *start);
  });
}

std::string encode_entry(const write_request& write) {
  return object([&](object_writer& out) {
    if (const auto* put = std::get_if<put_request>(&write)) {
      out.json("PutRequest", object([&](object_writer& entry) { entry.item("Item", put->item); }));
    } else {
      const auto& removed = std::get<delete_request>(write);
      out.json("DeleteRequest",
               object([&](object_writer& entry) { entry.item("Key", removed.key); }));
    }
  });
}

std::string encode_batch_write(const std::map<std::string, std::vector<std::string>>& entries) {
  return object([&](object_writer& out) {
    out.json("RequestItems", object([&](object_writer& tables) {
               for (const auto& [table, writes] : entries) {
                 tables.json(table, array(writes, [](const std::string& entry) { return entry; }));
               }
             }));
  });
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
