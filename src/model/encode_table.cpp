#include "model/encode.hpp"
#include "model/json_object.hpp"

namespace dynamo::model {
namespace {

using detail::append_json_string;

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
               projection.text("ProjectionType", to_string(index.projection));
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

using attribute_types = std::map<std::string, key_type>;

void add_types(attribute_types& types, const key_schema& key) {
  types.emplace(key.partition_key.name, key.partition_key.type);
  if (key.sort_key) types.emplace(key.sort_key->name, key.sort_key->type);
}

// Every attribute of every key, once.
std::string encode_attribute_definitions(const attribute_types& types) {
  return array(types, [](const auto& definition) {
    return object([&](object_writer& out) {
      out.text("AttributeName", definition.first);
      out.text("AttributeType", to_string(definition.second));
    });
  });
}

std::string encode_stream(const std::optional<stream_view>& view) {
  return object([&](object_writer& stream) {
    stream.json("StreamEnabled", view ? "true" : "false");
    if (view) stream.text("StreamViewType", to_string(*view));
  });
}

// Of a table in CreateTable and UpdateTable.
void write_billing(object_writer& out, const std::optional<provisioned_throughput>& throughput) {
  out.text("BillingMode", throughput ? "PROVISIONED" : "PAY_PER_REQUEST");
  if (throughput) out.json("ProvisionedThroughput", encode_throughput(*throughput));
}

}  // namespace

std::string encode(const create_table_request& request) {
  attribute_types types;
  add_types(types, request.key);
  for (const index_definition& index : request.global_indexes) add_types(types, index.key);
  for (const index_definition& index : request.local_indexes) add_types(types, index.key);
  return object([&](object_writer& out) {
    out.text("TableName", request.table);
    out.json("AttributeDefinitions", encode_attribute_definitions(types));
    out.json("KeySchema", encode_schema(request.key));
    if (!request.global_indexes.empty()) {
      out.json("GlobalSecondaryIndexes", array(request.global_indexes, encode_index));
    }
    if (!request.local_indexes.empty()) {
      out.json("LocalSecondaryIndexes", array(request.local_indexes, encode_index));
    }
    write_billing(out, request.throughput);
    if (request.stream) out.json("StreamSpecification", encode_stream(request.stream));
  });
}

std::string encode(const update_table_request& request) {
  return object([&](object_writer& out) {
    out.text("TableName", request.table);
    if (request.new_index) {
      attribute_types types;
      add_types(types, request.new_index->key);
      out.json("AttributeDefinitions", encode_attribute_definitions(types));
    }
    if (request.throughput || request.per_request) write_billing(out, request.throughput);
    std::vector<std::string> changes;
    if (request.new_index) {
      changes.push_back(object(
          [&](object_writer& change) { change.json("Create", encode_index(*request.new_index)); }));
    }
    if (!request.dropped_index.empty()) {
      changes.push_back(object([&](object_writer& change) {
        change.json("Delete", object([&](object_writer& index) {
                      index.text("IndexName", request.dropped_index);
                    }));
      }));
    }
    if (!changes.empty()) {
      out.json("GlobalSecondaryIndexUpdates",
               array(changes, [](const std::string& change) { return change; }));
    }
    if (request.stream || request.without_stream)
      out.json("StreamSpecification", encode_stream(request.stream));
  });
}

std::string encode_time_to_live(std::string_view table, std::string_view attribute, bool enabled) {
  return object([&](object_writer& out) {
    out.text("TableName", table);
    out.json("TimeToLiveSpecification", object([&](object_writer& specification) {
               specification.json("Enabled", enabled ? "true" : "false");
               specification.text("AttributeName", attribute);
             }));
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

}  // namespace dynamo::model
