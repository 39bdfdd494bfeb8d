#include "scan/checkpoint.hpp"

#include "auth/sha256.hpp"

#include <dynamo/value/json_writer.hpp>

#include <algorithm>
#include <chrono>
#include <numeric>

namespace dynamo::scan {
namespace {

std::string_view name_of(select selected) {
  switch (selected) {
    case select::service_default:
      return "service_default";
    case select::all_attributes:
      return "all_attributes";
    case select::all_projected_attributes:
      return "all_projected_attributes";
    case select::specific_attributes:
      return "specific_attributes";
    case select::count:
      return "count";
  }
  return "";
}

std::string digest(const attribute_names& names) {
  if (names.empty()) return {};
  std::string json = "{";
  for (const auto& [name, stands_for] : names) {
    detail::append_json_key(json, name);
    detail::append_json_string(json, stands_for);
  }
  json += '}';
  return auth::sha256_hex(json);
}

std::string digest(const attribute_values& values) {
  return values.empty() ? std::string() : auth::sha256_hex(to_json(values));
}

std::string differs(std::string_view what, std::string_view kept, std::string_view wanted) {
  std::string text = "its ";
  ((text += what) += " is '") += kept;
  ((text += "', not '") += wanted) += '\'';
  return text;
}

}  // namespace

scan_identity identity_of(const table_description& description, const scan_options& options) {
  scan_identity of;
  of.table = description.name;
  of.arn = description.arn;
  if (description.created) {
    of.created = std::chrono::duration_cast<std::chrono::milliseconds>(
                     description.created->time_since_epoch())
                     .count();
  }
  of.created = std::max<std::int64_t>(of.created, 0);
  of.index = options.index_name;
  of.filter = options.filter_expression;
  of.projection = options.projection_expression;
  of.names = digest(options.expression_attribute_names);
  of.values = digest(options.expression_attribute_values);
  of.select = name_of(options.select);
  of.consistent = options.consistent_read;
  of.limit = options.limit.value_or(0);
  of.segments = options.segments.value_or(1);
  return of;
}

std::optional<std::string> difference(const scan_identity& kept, const scan_identity& wanted) {
  if (kept.table != wanted.table) return differs("table", kept.table, wanted.table);
  if (kept.arn != wanted.arn) return differs("table's ARN", kept.arn, wanted.arn);
  if (kept.created != wanted.created) {
    return "the table '" + wanted.table + "' was deleted and created again since";
  }
  if (kept.index != wanted.index) return differs("index", kept.index, wanted.index);
  if (kept.filter != wanted.filter) return differs("filter", kept.filter, wanted.filter);
  if (kept.projection != wanted.projection) {
    return differs("projection", kept.projection, wanted.projection);
  }
  if (kept.names != wanted.names) return "the names in its expressions stand for something else";
  if (kept.values != wanted.values) return "the values in its expressions are others";
  if (kept.select != wanted.select) return differs("select", kept.select, wanted.select);
  if (kept.consistent != wanted.consistent) {
    return std::string("it is of ") + (kept.consistent ? "consistent" : "eventually consistent") +
           " reads";
  }
  if (kept.limit != wanted.limit) {
    return differs("limit", std::to_string(kept.limit), std::to_string(wanted.limit));
  }
  if (kept.segments != wanted.segments) {
    return differs("number of segments", std::to_string(kept.segments),
                   std::to_string(wanted.segments));
  }
  return std::nullopt;
}

std::uint64_t checkpoint::items() const {
  return std::accumulate(
      segments.begin(), segments.end(), std::uint64_t{0},
      [](std::uint64_t sum, const checkpoint_segment& each) { return sum + each.items; });
}

std::uint64_t checkpoint::pages() const {
  return std::accumulate(
      segments.begin(), segments.end(), std::uint64_t{0},
      [](std::uint64_t sum, const checkpoint_segment& each) { return sum + each.pages; });
}

bool checkpoint::is_complete() const {
  if (of.limit != 0 && items() >= of.limit) return true;
  return std::ranges::all_of(segments,
                             [](const checkpoint_segment& each) { return each.position.complete; });
}

}  // namespace dynamo::scan
