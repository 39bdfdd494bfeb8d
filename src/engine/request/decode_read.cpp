// Query and Scan.
#include "engine/refusal.hpp"
#include "engine/request/decode.hpp"
#include "engine/request/members.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr std::int64_t most_segments = 1'000'000;

constexpr expression_role projection_role{"ProjectionExpression", &members::projection, false};
constexpr expression_role filter_role{"FilterExpression", &members::filter};
constexpr std::array scan_roles{projection_role, filter_role};
constexpr std::array query_roles{
    projection_role, filter_role,
    expression_role{"KeyConditionExpression", &members::key_condition}};

constexpr std::array<std::pair<std::string_view, select>, 4> selections{{
    {"SPECIFIC_ATTRIBUTES", select::specific_attributes},
    {"COUNT", select::count},
    {"ALL_ATTRIBUTES", select::all_attributes},
    {"ALL_PROJECTED_ATTRIBUTES", select::all_projected_attributes},
}};

void begin_read(const members& of, constraints& rules, read_base& out) {
  check_table(of, rules);
  rules.table_name(of.index, "indexName");
  rules.at_least(of.limit, "limit", 1);
  out.selected = rules.choice(of.selected, "select", selections, select::service_default);
  out.capacity = capacity_of(of.capacity, rules);
  out.consistent = of.consistent.value_or(false);
}

void check_selection(const members& of, select selected) {
  if (selected == select::specific_attributes && !of.projection) {
    refuse_invalid(
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
        "SPECIFIC_ATTRIBUTES");
  }
  if (of.projection && selected == select::count) {
    refuse_invalid("Cannot specify the ProjectionExpression when choosing to get only the Count");
  }
  if (of.projection &&
      (selected == select::all_attributes || selected == select::all_projected_attributes)) {
    refuse_invalid(fmt::format("Cannot specify the ProjectionExpression when choosing to get {}",
                               *of.selected));
  }
  if (selected == select::all_projected_attributes && !of.index) {
    refuse_invalid("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  }
}

// After the checks that are specific to Query or Scan.
void finish_read(members& of, read_base& out) {
  check_selection(of, out.selected);
  out.table = bare_table_name(*std::move(of.table));
  out.index = std::move(of.index);
  if (of.start) {
    if (!of.start->fault.empty()) {
      refuse_invalid(fmt::format("The provided starting key is invalid: {}", of.start->fault));
    }
    if (of.start->values.empty()) refuse_invalid("The provided starting key is invalid");
    out.start = std::move(of.start->values);
  }
  if (of.limit) {
    constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
    out.limit = static_cast<std::uint32_t>(std::min(*of.limit, most));
  }
  out.with = take_substitutions(of);
  out.filter = std::move(of.filter);
  out.projection = std::move(of.projection);
}

void check_segments(const members& of) {
  if (of.segment && !of.total_segments) {
    refuse_invalid(
        "The TotalSegments parameter is required but was not present in the request when Segment "
        "parameter is present");
  }
  if (of.total_segments && !of.segment) {
    refuse_invalid(
        "The Segment parameter is required but was not present in the request when parameter "
        "TotalSegments is present");
  }
  if (of.segment && *of.segment >= *of.total_segments) {
    refuse_invalid(
        fmt::format("The Segment parameter is zero-based and must be less than parameter "
                    "TotalSegments: Segment: {} is not less than TotalSegments: {}",
                    *of.segment, *of.total_segments));
  }
}

}  // namespace

query_call decode_query(const body_buffer& request) {
  members of = read_body(request, member_owner::query);
  query_call out;
  constraints rules;
  begin_read(of, rules, out);
  rules.check();
  check_expressions(of, query_roles);
  if (!of.key_condition) {
    refuse_invalid(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
        "request.");
  }
  out.ascending = of.ascending.value_or(true);
  finish_read(of, out);
  out.key_condition = std::move(of.key_condition);
  return out;
}

scan_call decode_scan(const body_buffer& request) {
  members of = read_body(request, member_owner::scan);
  scan_call out;
  constraints rules;
  begin_read(of, rules, out);
  rules.at_least(of.segment, "segment", 0);
  rules.at_most(of.segment, "segment", most_segments - 1);
  rules.at_least(of.total_segments, "totalSegments", 1);
  rules.at_most(of.total_segments, "totalSegments", most_segments);
  rules.check();
  check_expressions(of, scan_roles);
  check_segments(of);
  if (of.segment) {
    out.segment = static_cast<std::uint32_t>(*of.segment);
    out.total_segments = static_cast<std::uint32_t>(*of.total_segments);
  }
  finish_read(of, out);
  return out;
}

}  // namespace dynamo::engine
