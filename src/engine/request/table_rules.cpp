#include "engine/request/table_rules.hpp"

#include "engine/refusal.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr std::size_t most_key_name = 255;
constexpr std::size_t most_included = 20;  // in one index

constexpr std::array<std::pair<std::string_view, bool>, 2> key_kinds{
    {{"HASH", true}, {"RANGE", false}}};
constexpr std::array<std::pair<std::string_view, key_type>, 3> key_types{
    {{"B", key_type::binary}, {"N", key_type::number}, {"S", key_type::string}}};
constexpr std::array<std::pair<std::string_view, index_projection>, 3> projections{
    {{"ALL", index_projection::all},
     {"INCLUDE", index_projection::include},
     {"KEYS_ONLY", index_projection::keys_only}}};
constexpr std::array<std::pair<std::string_view, stream_view>, 4> stream_views{
    {{"NEW_IMAGE", stream_view::new_image},
     {"OLD_IMAGE", stream_view::old_image},
     {"NEW_AND_OLD_IMAGES", stream_view::new_and_old_images},
     {"KEYS_ONLY", stream_view::keys_only}}};

// The meaning of a value that was checked to be one of `choices`.
template <class Enum, std::size_t N>
Enum meaning(const std::string& name,
             const std::array<std::pair<std::string_view, Enum>, N>& choices) {
  return std::ranges::find(choices, std::string_view(name),
                           [](const auto& choice) { return choice.first; })
      ->second;
}

void check_key_name(const std::optional<std::string>& name, const std::string& member,
                    constraints& rules) {
  if (!name) rules.missing(member);
  rules.length(name, member, 1, most_key_name);
}

template <class Enum, std::size_t N>
void check_choice(const std::optional<std::string>& value, const std::string& member,
                  const std::array<std::pair<std::string_view, Enum>, N>& choices,
                  constraints& rules) {
  if (!value) rules.missing(member);
  static_cast<void>(rules.choice(value, member, choices, choices.front().second));
}

void check_projection(const std::optional<read_projection>& of, const std::string& member,
                      constraints& rules) {
  if (!of) return rules.missing(member);
  static_cast<void>(
      rules.choice(of->type, member + ".projectionType", projections, index_projection::all));
  if (!of->included) return;
  const std::string included = member + ".nonKeyAttributes";
  if (of->included->empty()) {
    rules.broken("[]", included, "Member must have length greater than or equal to 1");
  }
  if (of->included->size() > most_included) {
    rules.broken(fmt::format("[{}]", fmt::join(*of->included, ", ")), included,
                 fmt::format("Member must have length less than or equal to {}", most_included));
  }
  for (std::size_t i = 0; i < of->included->size(); ++i) {
    rules.length((*of->included)[i], fmt::format("{}.{}.member", included, i + 1), 1,
                 most_key_name);
  }
}

std::vector<std::string> names_of(const attribute_types& types) {
  std::vector<std::string> names;
  for (const auto& [name, type] : types) names.push_back(name);
  return names;
}

}  // namespace

void check_definitions(const std::vector<read_attribute_definition>& of, constraints& rules) {
  for (std::size_t i = 0; i < of.size(); ++i) {
    const std::string place = fmt::format("attributeDefinitions.{}.member.", i + 1);
    check_key_name(of[i].name, place + "attributeName", rules);
    check_choice(of[i].type, place + "attributeType", key_types, rules);
  }
}

void check_key(const std::optional<std::vector<read_key_element>>& of, std::string_view place,
               constraints& rules) {
  const std::string member = fmt::format("{}keySchema", place);
  if (!of) return rules.missing(member);
  if (of->empty()) {
    rules.broken("[]", member, "Member must have length greater than or equal to 1");
  }
  if (of->size() > 2) {
    rules.broken("[...]", member, "Member must have length less than or equal to 2");
  }
  for (std::size_t i = 0; i < of->size(); ++i) {
    const std::string element = fmt::format("{}.{}.member.", member, i + 1);
    check_key_name((*of)[i].name, element + "attributeName", rules);
    check_choice((*of)[i].type, element + "keyType", key_kinds, rules);
  }
}

void check_throughput(const std::optional<read_throughput>& of, std::string_view place,
                      constraints& rules) {
  if (!of) return;
  const auto check = [&](const std::optional<std::int64_t>& units, std::string_view name) {
    const std::string member = fmt::format("{}provisionedThroughput.{}", place, name);
    if (!units) rules.missing(member);
    rules.at_least(units, member, 1);
  };
  check(of->read_units, "readCapacityUnits");
  check(of->write_units, "writeCapacityUnits");
}

void check_index(const read_index& of, std::string_view place, constraints& rules) {
  const std::string name = fmt::format("{}indexName", place);
  if (!of.name) rules.missing(name);
  rules.table_name(of.name, name);
  check_key(of.key, place, rules);
  check_projection(of.projection, fmt::format("{}projection", place), rules);
  check_throughput(of.throughput, place, rules);
}

void check_stream(const std::optional<read_stream>& of, constraints& rules) {
  if (!of) return;
  if (!of->enabled) rules.missing("streamSpecification.streamEnabled");
  static_cast<void>(rules.choice(of->view, "streamSpecification.streamViewType", stream_views,
                                 stream_view::keys_only));
}

std::optional<bool> per_request_of(const std::optional<std::string>& billing, constraints& rules) {
  constexpr std::array<std::pair<std::string_view, bool>, 2> modes{
      {{"PROVISIONED", false}, {"PAY_PER_REQUEST", true}}};
  if (!billing) return std::nullopt;
  return rules.choice(billing, "billingMode", modes, false);
}

attribute_types types_of(const std::vector<read_attribute_definition>& of) {
  attribute_types types;
  for (const read_attribute_definition& each : of) {
    if (!types.emplace(*each.name, meaning(*each.type, key_types)).second) {
      refuse_values(fmt::format("Cannot have two attributes with the same name: {}", *each.name));
    }
  }
  return types;
}

key_schema key_of(const std::vector<read_key_element>& of) {
  if (!meaning(*of.front().type, key_kinds)) {
    refuse_invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  key_schema key;
  key.partition_key.name = *of.front().name;
  if (of.size() == 1) return key;
  if (meaning(*of.back().type, key_kinds)) {
    refuse_invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  if (*of.front().name == *of.back().name) {
    refuse_invalid(
        "Both the Hash Key and the Range Key element in the KeySchema have the same name");
  }
  key.sort_key.emplace().name = *of.back().name;
  return key;
}

std::optional<provisioned_throughput> throughput_of(const std::optional<read_throughput>& of) {
  if (!of) return std::nullopt;
  const provisioned_throughput units{static_cast<std::uint64_t>(*of->read_units),
                                     static_cast<std::uint64_t>(*of->write_units)};
  if (units.read_units > max_table_units || units.write_units > max_table_units) {
    refuse_invalid("Cannot increase provisioned throughput to more than 40,000 units per table");
  }
  return units;
}

table_index index_of(const read_index& of, bool global) {
  table_index index;
  index.name = *of.name;
  index.global = global;
  index.key = key_of(*of.key);
  if (!of.projection->type) refuse_values("Unknown ProjectionType: null");
  index.projection = meaning(*of.projection->type, projections);
  const bool include = index.projection == index_projection::include;
  if (include && !of.projection->included) {
    refuse_values("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  }
  if (!include && of.projection->included) {
    refuse_values(fmt::format("ProjectionType is {}, but NonKeyAttributes is specified",
                              *of.projection->type));
  }
  if (include) index.included = *of.projection->included;
  const std::set<std::string_view> distinct(index.included.begin(), index.included.end());
  if (distinct.size() != index.included.size()) {
    refuse_values("Cannot have two attributes with the same name in NonKeyAttributes");
  }
  index.throughput = throughput_of(of.throughput);
  return index;
}

std::optional<stream_view> stream_of(const std::optional<read_stream>& of) {
  if (!of) return std::nullopt;
  if (*of->enabled && !of->view) {
    refuse_values("StreamViewType must not be null or empty when enabling streams");
  }
  if (!*of->enabled && of->view) {
    refuse_values("StreamEnabled was false but a StreamViewType was present");
  }
  if (!*of->enabled) return std::nullopt;
  return meaning(*of->view, stream_views);
}

void complete_key(key_schema& key, const attribute_types& types) {
  const auto complete = [&](key_attribute& attribute) {
    const auto found = types.find(attribute.name);
    if (found == types.end()) {
      refuse_values(
          fmt::format("Some index key attributes are not defined in AttributeDefinitions. Keys: "
                      "[{}], AttributeDefinitions: [{}]",
                      attribute.name, fmt::join(names_of(types), ", ")));
    }
    attribute.type = found->second;
  };
  complete(key.partition_key);
  if (key.sort_key) complete(*key.sort_key);
}

void check_indexes(const std::vector<table_index>& of) {
  std::set<std::string_view> names;
  std::size_t included = 0;
  for (const table_index& index : of) {
    if (!names.insert(index.name).second) {
      refuse_values(fmt::format("Duplicate index name: {}", index.name));
    }
    included += index.included.size();
  }
  const auto global = static_cast<std::size_t>(std::ranges::count(of, true, &table_index::global));
  if (global > max_global_indexes) {
    refuse_values(fmt::format("GlobalSecondaryIndex count exceeds the per-table limit of {}",
                              max_global_indexes));
  }
  if (of.size() - global > max_local_indexes) {
    refuse_values(fmt::format("Number of LocalSecondaryIndexes exceeds per-table limit of {}",
                              max_local_indexes));
  }
  if (included > max_included_attributes) {
    refuse_values(
        fmt::format("Number of NonKeyAttributes of all indexes exceeds per-table limit of {}",
                    max_included_attributes));
  }
}

void check_index_throughput(const table_index& index, bool per_request) {
  if (!index.global) return;
  if (per_request && index.throughput) {
    refuse_values(
        fmt::format("ProvisionedThroughput should not be specified for index: {} when BillingMode "
                    "is PAY_PER_REQUEST",
                    index.name));
  }
  if (!per_request && !index.throughput) {
    refuse_values(fmt::format("ProvisionedThroughput must be specified for index: {}", index.name));
  }
}

}  // namespace dynamo::engine
