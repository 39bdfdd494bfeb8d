#include "engine/request/table_members.hpp"

namespace dynamo::engine {
namespace {

// Larger than any valid list of a table: longer lists are refused because of their first elements.
constexpr std::size_t most_elements = 100;

// A null element has no members.
template <class Element>
std::vector<Element> read_list(json_reader& in, Element (*read)(json_reader&)) {
  std::vector<Element> elements;
  in.elements(elements, most_elements, [&] { return in.null() ? Element{} : read(in); });
  return elements;
}

read_key_element read_key(json_reader& in) {
  read_key_element out;
  in.object_without_nulls([&](std::string_view name) {
    if (name == "AttributeName") {
      out.name = in.text();
    } else if (name == "KeyType") {
      out.type = in.text();
    } else {
      in.skip();
    }
  });
  return out;
}

read_attribute_definition read_definition(json_reader& in) {
  read_attribute_definition out;
  in.object_without_nulls([&](std::string_view name) {
    if (name == "AttributeName") {
      out.name = in.text();
    } else if (name == "AttributeType") {
      out.type = in.text();
    } else {
      in.skip();
    }
  });
  return out;
}

read_throughput read_units(json_reader& in) {
  read_throughput out;
  in.object_without_nulls([&](std::string_view name) {
    if (name == "ReadCapacityUnits") {
      out.read_units = in.integer();
    } else if (name == "WriteCapacityUnits") {
      out.write_units = in.integer();
    } else {
      in.skip();
    }
  });
  return out;
}

read_projection read_projected(json_reader& in) {
  read_projection out;
  in.object_without_nulls([&](std::string_view name) {
    if (name == "ProjectionType") {
      out.type = in.text();
    } else if (name == "NonKeyAttributes") {
      in.elements(out.included.emplace(), most_elements,
                  [&] { return in.null() ? std::string() : in.text(); });
    } else {
      in.skip();
    }
  });
  return out;
}

read_index read_one_index(json_reader& in) {
  read_index out;
  in.object_without_nulls([&](std::string_view name) {
    if (name == "IndexName") {
      out.name = in.text();
    } else if (name == "KeySchema") {
      out.key = read_list(in, read_key);
    } else if (name == "Projection") {
      out.projection = read_projected(in);
    } else if (name == "ProvisionedThroughput") {
      out.throughput = read_units(in);
    } else {
      in.skip();
    }
  });
  return out;
}

read_index_update read_update(json_reader& in) {
  read_index_update out;
  in.object_without_nulls([&](std::string_view name) {
    if (name == "Create") {
      out.create = read_one_index(in);
    } else if (name == "Update") {
      out.update = read_one_index(in);
    } else if (name == "Delete") {
      out.remove = read_one_index(in);
    } else {
      in.skip();
    }
  });
  return out;
}

read_stream read_stream_specification(json_reader& in) {
  read_stream out;
  in.object_without_nulls([&](std::string_view name) {
    if (name == "StreamEnabled") {
      out.enabled = in.flag();
    } else if (name == "StreamViewType") {
      out.view = in.text();
    } else {
      in.skip();
    }
  });
  return out;
}

}  // namespace

table_members read_table_body(const body_buffer& body) {
  table_members out;
  json_reader in(body);
  in.body([&](std::string_view name) {
    if (name == "TableName") {
      out.table = in.text();
    } else if (name == "AttributeDefinitions") {
      out.definitions = read_list(in, read_definition);
    } else if (name == "KeySchema") {
      out.key = read_list(in, read_key);
    } else if (name == "GlobalSecondaryIndexes") {
      out.global_indexes = read_list(in, read_one_index);
    } else if (name == "LocalSecondaryIndexes") {
      out.local_indexes = read_list(in, read_one_index);
    } else if (name == "GlobalSecondaryIndexUpdates") {
      out.index_updates = read_list(in, read_update);
    } else if (name == "BillingMode") {
      out.billing = in.text();
    } else if (name == "ProvisionedThroughput") {
      out.throughput = read_units(in);
    } else if (name == "StreamSpecification") {
      out.stream = read_stream_specification(in);
    } else if (name == "DeletionProtectionEnabled") {
      out.deletion_protection = in.flag();
    } else {
      in.skip();
    }
  });
  return out;
}

}  // namespace dynamo::engine
