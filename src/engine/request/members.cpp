#include "engine/request/members.hpp"

#include "engine/refusal.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

namespace dynamo::engine {
namespace {

constexpr unsigned in(member_owner owner) {
  return 1U << static_cast<unsigned>(owner);
}

constexpr unsigned in_get = in(member_owner::get);
constexpr unsigned in_put = in(member_owner::put);
constexpr unsigned in_update = in(member_owner::update);
constexpr unsigned in_remove = in(member_owner::remove);
constexpr unsigned in_query = in(member_owner::query);
constexpr unsigned in_scan = in(member_owner::scan);
constexpr unsigned in_batch_keys = in(member_owner::batch_keys);
constexpr unsigned in_reads = in_query | in_scan;
constexpr unsigned in_transact_get = in(member_owner::transact_get);
constexpr unsigned in_transact_put = in(member_owner::transact_put);
constexpr unsigned in_transact_write = in_transact_put | in(member_owner::transact_update) |
                                       in(member_owner::transact_remove) |
                                       in(member_owner::transact_check);
constexpr unsigned in_writes = in_put | in_update | in_remove;
constexpr unsigned everywhere = ~0U;

// The legacy parameters in the order in which messages name them, each with the expression that
// replaces it.
struct legacy_parameter {
  std::string_view name;
  unsigned where;
  std::string_view instead;
};
constexpr std::array legacy_parameters{
    legacy_parameter{"AttributesToGet", in_get | in_reads | in_batch_keys, "ProjectionExpression"},
    legacy_parameter{"ScanFilter", in_scan, "FilterExpression"},
    legacy_parameter{"QueryFilter", in_query, "FilterExpression"},
    legacy_parameter{"AttributeUpdates", in_update, "UpdateExpression"},
    legacy_parameter{"Expected", in_writes, "ConditionExpression"},
    legacy_parameter{"ConditionalOperator", in_writes | in_reads, "an expression with AND or OR"},
    legacy_parameter{"KeyConditions", in_query, "KeyConditionExpression"},
};
constexpr std::size_t conditional_operator = 5;
static_assert(legacy_parameters[conditional_operator].name == "ConditionalOperator");

attribute_names read_names(json_reader& in, std::string& fault) {
  attribute_names names;
  std::size_t bytes = 0;
  bool too_large = false;
  in.object([&](std::string_view key) {
    std::string placeholder(key);
    if (in.null()) {
      if (fault.empty()) {
        fault = fmt::format("ExpressionAttributeNames contains invalid value: null for key {}",
                            placeholder);
      }
      return;
    }
    std::string name = in.text();
    bytes += placeholder.size() + name.size();
    too_large = too_large || bytes > max_substitutes_bytes ||
                (names.size() == max_substitutes && !names.contains(placeholder));
    if (too_large) {
      fault = "ExpressionAttributeNames exceeds max size";
      return;
    }
    if (name.empty() && fault.empty()) {
      fault = fmt::format(
          "ExpressionAttributeNames contains invalid value: Empty attribute name for key {}",
          placeholder);
    }
    names.insert_or_assign(std::move(placeholder), std::move(name));
  });
  return names;
}

std::vector<read_attributes> read_keys(json_reader& in) {
  std::vector<read_attributes> keys;
  in.elements(keys, max_batch_keys, [&] { return in.null() ? read_attributes{} : read_item(in); });
  return keys;
}

struct known_member {
  std::string_view name;
  unsigned where;
  void (*read)(json_reader&, members&);
};

template <std::optional<std::string> members::* Member>
void read_text(json_reader& in, members& out) {
  out.*Member = in.text();
}
template <std::optional<bool> members::* Member>
void read_flag(json_reader& in, members& out) {
  out.*Member = in.flag();
}
template <std::optional<std::int64_t> members::* Member>
void read_integer(json_reader& in, members& out) {
  out.*Member = in.integer();
}
template <std::optional<read_attributes> members::* Member>
void read_item_member(json_reader& in, members& out) {
  out.*Member = read_item(in);
}
void read_put_member(json_reader& in, members& out) {
  out.item = item_to_put_reader().read(in);
}

constexpr std::array known_members{
    known_member{"TableName", everywhere & ~in_batch_keys, read_text<&members::table>},
    known_member{"Item", in_put | in_transact_put, read_put_member},
    known_member{
        "Key",
        in_get | in_update | in_remove | in_transact_get | (in_transact_write & ~in_transact_put),
        read_item_member<&members::key>},
    known_member{"ConditionExpression", in_writes | in_transact_write,
                 read_text<&members::condition>},
    known_member{"UpdateExpression", in_update | in(member_owner::transact_update),
                 read_text<&members::update>},
    known_member{"FilterExpression", in_reads, read_text<&members::filter>},
    known_member{"ProjectionExpression", in_get | in_reads | in_batch_keys | in_transact_get,
                 read_text<&members::projection>},
    known_member{"KeyConditionExpression", in_query, read_text<&members::key_condition>},
    known_member{"ExpressionAttributeNames", everywhere,
                 [](json_reader& in, members& out) {
                   out.names_fault.clear();
                   out.names = read_names(in, out.names_fault);
                 }},
    known_member{"ExpressionAttributeValues", in_writes | in_reads | in_transact_write,
                 [](json_reader& in, members& out) { out.values = read_expression_values(in); }},
    known_member{"IndexName", in_reads, read_text<&members::index>},
    known_member{"Limit", in_reads, read_integer<&members::limit>},
    known_member{"Segment", in_scan, read_integer<&members::segment>},
    known_member{"TotalSegments", in_scan, read_integer<&members::total_segments>},
    known_member{"ExclusiveStartKey", in_reads, read_item_member<&members::start>},
    known_member{"ScanIndexForward", in_query, read_flag<&members::ascending>},
    known_member{"ConsistentRead", in_get | in_reads | in_batch_keys,
                 read_flag<&members::consistent>},
    known_member{"Select", in_reads, read_text<&members::selected>},
    known_member{"ReturnValues", in_writes, read_text<&members::returned>},
    known_member{"ReturnValuesOnConditionCheckFailure", in_writes | in_transact_write,
                 read_text<&members::on_failure>},
    known_member{"ReturnConsumedCapacity", in_get | in_writes | in_reads,
                 read_text<&members::capacity>},
    known_member{"ReturnItemCollectionMetrics", in_writes, read_text<&members::collection_metrics>},
    known_member{"Keys", in_batch_keys,
                 [](json_reader& in, members& out) { out.keys = read_keys(in); }},
};

bool has_text(const std::optional<std::string>& text) {
  return text && !text->empty();
}

// The parameters of `given` that a request has.
std::vector<std::string_view> legacy_names(unsigned given) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < legacy_parameters.size(); ++i) {
    if ((given >> i & 1U) != 0) names.push_back(legacy_parameters[i].name);
  }
  return names;
}

void refuse_legacy(const members& of, std::span<const expression_role> roles) {
  std::vector<std::string_view> expressions;
  for (const expression_role& role : roles) {
    if (has_text(of.*role.text)) expressions.push_back(role.name);
  }
  if (!expressions.empty()) {
    refuse_invalid(fmt::format(
        "Can not use both expression and non-expression parameters in the same request: "
        "Non-expression parameters: {{{}}} Expression parameters: {{{}}}",
        fmt::join(legacy_names(of.legacy), ", "), fmt::join(expressions, ", ")));
  }
  if (of.legacy == 1U << conditional_operator) {
    refuse_invalid("ConditionalOperator cannot be used without Filter or Expected");
  }
  const auto first = static_cast<std::size_t>(std::countr_zero(of.legacy));
  refuse_invalid(fmt::format("{} is not supported: use {} instead", legacy_parameters[first].name,
                             legacy_parameters[first].instead));
}

// "UpdateExpression and ConditionExpression are null".
std::string none_of(std::span<const expression_role> roles) {
  std::vector<std::string_view> names;
  for (const expression_role& role : roles) {
    if (role.with_values) names.push_back(role.name);
  }
  return fmt::format("{} {} null", fmt::join(names, " and "), names.size() == 1 ? "is" : "are");
}

}  // namespace

void read_member(json_reader& in, std::string_view name, member_owner owner, members& out) {
  const unsigned here = dynamo::engine::in(owner);
  for (const known_member& member : known_members) {
    if (member.name == name && (member.where & here) != 0) return member.read(in, out);
  }
  for (std::size_t i = 0; i < legacy_parameters.size(); ++i) {
    if (legacy_parameters[i].name != name || (legacy_parameters[i].where & here) == 0) continue;
    // An empty value counts as absent.
    if (in.skip_contents()) out.legacy |= 1U << i;
    return;
  }
  in.skip();
}

members read_members(json_reader& in, member_owner owner) {
  members out;
  in.object_without_nulls([&](std::string_view name) { read_member(in, name, owner, out); });
  return out;
}

members read_body(const body_buffer& body, member_owner owner) {
  members out;
  json_reader in(body);
  in.body([&](std::string_view name) { read_member(in, name, owner, out); });
  return out;
}

void check_expressions(const members& of, std::span<const expression_role> roles) {
  if (of.legacy != 0) refuse_legacy(of, roles);
  bool any = false;
  bool any_with_values = false;
  for (const expression_role& role : roles) {
    if (!(of.*role.text)) continue;
    any = true;
    any_with_values = any_with_values || role.with_values;
  }
  if (!any && of.names && !of.names->empty()) {
    refuse_invalid("ExpressionAttributeNames can only be specified when using expressions");
  }
  if (!any_with_values && of.values && !of.values->values.empty()) {
    refuse_invalid(
        fmt::format("ExpressionAttributeValues can only be specified when using expressions: {}",
                    none_of(roles)));
  }
  if (!of.names_fault.empty()) refuse_invalid(of.names_fault);
  if (of.values && of.values->too_large) {
    refuse_invalid("ExpressionAttributeValues exceeds max size");
  }
  if (of.values && !of.values->fault.empty()) {
    refuse_invalid(fmt::format("ExpressionAttributeValues contains invalid value: {} for key {}",
                               of.values->fault, of.values->fault_key));
  }
  for (const expression_role& role : roles) {
    if ((of.*role.text) && (of.*role.text)->empty()) {
      refuse_invalid(fmt::format("Invalid {}: The expression can not be empty;", role.name));
    }
  }
}

substitutions take_substitutions(members& of) {
  substitutions out;
  const bool expressions =
      of.condition || of.update || of.filter || of.projection || of.key_condition;
  // Without an expression the remaining members are empty and count as absent.
  if (!expressions) return out;
  out.names = std::move(of.names);
  if (of.values) out.values = std::move(of.values->values);
  return out;
}

void check_table(const members& of, constraints& rules) {
  if (!of.table) return rules.missing("tableName");
  rules.table_name(bare_table_name(*of.table), "tableName");
}

returned_capacity capacity_of(const std::optional<std::string>& text, constraints& rules) {
  constexpr std::array<std::pair<std::string_view, returned_capacity>, 3> choices{{
      {"INDEXES", returned_capacity::indexes},
      {"TOTAL", returned_capacity::total},
      {"NONE", returned_capacity::none},
  }};
  return rules.choice(text, "returnConsumedCapacity", choices, returned_capacity::none);
}

bool collection_metrics_of(const std::optional<std::string>& text, constraints& rules) {
  constexpr std::array<std::pair<std::string_view, bool>, 2> choices{
      {{"SIZE", true}, {"NONE", false}}};
  return rules.choice(text, "returnItemCollectionMetrics", choices, false);
}

}  // namespace dynamo::engine
