// Requests that make tables, change them and tell of them.
#include "differential/requests.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::differential {
namespace {

json key_element(std::string name, const char* kind) {
  return json::object{{"AttributeName", std::move(name)}, {"KeyType", kind}};
}

json throughput(random_choices& random) {
  return json::object{{"ReadCapacityUnits", random.once_in(50) ? 0 : random.between(1, 9)},
                      {"WriteCapacityUnits", random.between(1, 9)}};
}

json projection(random_choices& random) {
  switch (random.below(4)) {
    case 0:
      return json::object{{"ProjectionType", "KEYS_ONLY"}};
    case 1:
      return json::object{
          {"ProjectionType", "INCLUDE"},
          {"NonKeyAttributes",
           random.once_in(2) ? json::array{"a", "b"} : json::array{"c", "name", "a.b"}}};
    default:
      return json::object{{"ProjectionType", "ALL"}};
  }
}

// Collects the attributes that need a definition.
class definitions {
 public:
  explicit definitions(random_choices& random) : random_(random) {}

  std::string define(std::string name) {
    if (std::ranges::find(names_, name) == names_.end()) {
      names_.push_back(name);
      all_.push_back(json::object{{"AttributeName", name},
                                  {"AttributeType", random_.of({"S", "S", "N", "N", "B"})}});
    }
    return name;
  }
  void know(const key_shape& key) {
    if (std::ranges::find(names_, key.name) != names_.end()) return;
    names_.push_back(key.name);
    all_.push_back(json::object{{"AttributeName", key.name}, {"AttributeType", key.type}});
  }
  [[nodiscard]] const json::array& all() const { return all_; }

 private:
  random_choices& random_;
  std::vector<std::string> names_;
  json::array all_;
};

json global_index(std::string name, definitions& known, bool provisioned, random_choices& random) {
  json::array key{key_element(known.define(random.of({"ga", "gb", "sk", "pk"})), "HASH")};
  if (random.once_in(2)) {
    key.push_back(key_element(known.define(random.of({"gr", "gs", "sk", "pk"})), "RANGE"));
  }
  json index = json::object{{"IndexName", std::move(name)},
                            {"KeySchema", std::move(key)},
                            {"Projection", projection(random)}};
  if (provisioned != random.once_in(60)) index.set("ProvisionedThroughput", throughput(random));
  return index;
}

json stream_of(random_choices& random) {
  if (random.once_in(4)) return json::object{{"StreamEnabled", false}};
  return json::object{
      {"StreamEnabled", true},
      {"StreamViewType", random.of({"NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY", "NEW_AND_OLD_IMAGES"})}};
}

}  // namespace

json request_writer::create_table() {
  definitions known(random_);
  const bool provisioned = random_.once_in(2);
  json::array key{key_element(known.define("pk"), "HASH")};
  const bool sorted = random_.once_in(2) || random_.once_in(2);
  if (sorted) key.push_back(key_element(known.define("sk"), "RANGE"));

  json request =
      json::object{{"TableName", random_.of({"alpha", "beta", "gam.ma", "del-ta", "eps_1"})},
                   {"KeySchema", std::move(key)}};
  if (sorted && random_.once_in(2)) {
    json::array local;
    for (const char* const name : {"local1", "local2"}) {
      if (!local.empty() && random_.once_in(2)) break;
      local.push_back(json::object{
          {"IndexName", name},
          {"KeySchema",
           json::array{key_element("pk", "HASH"),
                       key_element(known.define(random_.of({"la", "lb", "gr"})), "RANGE")}},
          {"Projection", projection(random_)}});
    }
    request.set("LocalSecondaryIndexes", std::move(local));
  }
  if (random_.once_in(2) || random_.once_in(2)) {
    json::array global;
    const std::size_t wanted = random_.once_in(50) ? 21 : random_.between(1, 3);
    for (std::size_t i = 0; i < wanted; ++i) {
      global.push_back(global_index("global" + std::to_string(random_.once_in(50) ? 0 : i), known,
                                    provisioned, random_));
    }
    request.set("GlobalSecondaryIndexes", std::move(global));
  }
  if (random_.once_in(40)) known.define("unused");
  request.set("AttributeDefinitions", known.all());
  if (provisioned) {
    if (random_.once_in(2)) request.set("BillingMode", "PROVISIONED");
    request.set("ProvisionedThroughput", throughput(random_));
  } else {
    request.set("BillingMode", "PAY_PER_REQUEST");
    if (random_.once_in(40)) request.set("ProvisionedThroughput", throughput(random_));
  }
  if (random_.once_in(10)) request.set("StreamSpecification", stream_of(random_));
  if (random_.once_in(15)) request.set("DeletionProtectionEnabled", random_.once_in(2));
  return request;
}

json request_writer::update_table() {
  std::string name;
  const table_shape* const table = some_table(name);
  json request = json::object{{"TableName", name}};
  const bool provisioned = table != nullptr && table->provisioned;
  definitions known(random_);
  if (table != nullptr) {
    for (const key_shape& key : table->keys()) known.know(key);
  }
  const std::string index = table != nullptr && !table->indexes.empty() && !random_.once_in(10)
                                ? random_.of(table->indexes).name
                                : "global7";
  switch (random_.below(10)) {
    case 0:
    case 1:
    case 2: {
      json made =
          global_index(random_.once_in(10) ? index : "global" + std::to_string(random_.below(9)),
                       known, provisioned, random_);
      request.set("GlobalSecondaryIndexUpdates",
                  json::array{json::object{{"Create", std::move(made)}}});
      request.set("AttributeDefinitions", known.all());
      break;
    }
    case 3:
    case 4:
      // DynamoDB Local never ends to remove an index of a table with a stream.
      if (table != nullptr && table->streamed && !random_.once_in(30)) break;
      request.set("GlobalSecondaryIndexUpdates",
                  json::array{json::object{{"Delete", json::object{{"IndexName", index}}}}});
      break;
    case 5:
      request.set("GlobalSecondaryIndexUpdates",
                  json::array{json::object{
                      {"Update", json::object{{"IndexName", index},
                                              {"ProvisionedThroughput", throughput(random_)}}}}});
      break;
    case 6:
      request.set("ProvisionedThroughput", throughput(random_));
      break;
    case 7:
      if (random_.once_in(2)) {
        request.set("BillingMode", "PAY_PER_REQUEST");
      } else {
        request.set("BillingMode", "PROVISIONED");
        request.set("ProvisionedThroughput", throughput(random_));
        json::array changes;
        if (table != nullptr) {
          for (const index_shape& each : table->indexes) {
            if (!each.global) continue;
            changes.push_back(json::object{
                {"Update", json::object{{"IndexName", each.name},
                                        {"ProvisionedThroughput", throughput(random_)}}}});
          }
        }
        if (!changes.empty() && !random_.once_in(10)) {
          request.set("GlobalSecondaryIndexUpdates", std::move(changes));
        }
      }
      break;
    case 8:
      request.set("DeletionProtectionEnabled", random_.once_in(3));
      break;
    default:
      request.set("StreamSpecification", stream_of(random_));
  }
  return request;
}

json request_writer::time_to_live() {
  std::string name;
  some_table(name);
  return json::object{{"TableName", name},
                      {"TimeToLiveSpecification",
                       json::object{{"AttributeName", random_.of({"ttl", "ttl", "b", "pk"})},
                                    {"Enabled", !random_.once_in(3)}}}};
}

json request_writer::list_tables() {
  json request = json::object{};
  if (random_.once_in(2)) {
    request.set("Limit", random_.once_in(15) ? json(random_.once_in(2) ? 0 : 101)
                                             : json(random_.between(1, 4)));
  }
  if (random_.once_in(2)) {
    request.set("ExclusiveStartTableName",
                random_.of({"alpha", "beta", "aaa", "del-ta", "zzz", "ab"}));
  }
  return request;
}

json request_writer::table_alone() {
  std::string name;
  some_table(name);
  return json::object{{"TableName", name}};
}

}  // namespace dynamo::differential
