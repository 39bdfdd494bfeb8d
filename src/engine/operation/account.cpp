// DescribeLimits and DescribeEndpoints.
#include "engine/operation/table_operations.hpp"
#include "engine/request/table_rules.hpp"

#include <dynamo/value/json_writer.hpp>

namespace dynamo::engine {

using detail::append_json_number;
using detail::append_json_text;

void describe_limits(body_buffer& answer) {
  constexpr std::uint64_t max_account_units = 80'000;  // developer guide, service quotas
  std::string out = "{";
  append_json_number(out, "AccountMaxReadCapacityUnits", max_account_units);
  append_json_number(out, "AccountMaxWriteCapacityUnits", max_account_units);
  append_json_number(out, "TableMaxReadCapacityUnits", max_table_units);
  append_json_number(out, "TableMaxWriteCapacityUnits", max_table_units);
  out += '}';
  answer.append(out);
}

void describe_endpoints(body_buffer& answer) {
  constexpr std::uint64_t minutes_of_a_day = 1440;
  std::string out = "{\"Endpoints\":[{";
  append_json_text(out, "Address", "localhost");
  append_json_number(out, "CachePeriodInMinutes", minutes_of_a_day);
  out += "}]}";
  answer.append(out);
}

}  // namespace dynamo::engine
