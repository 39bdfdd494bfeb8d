#include "cli/scan_arguments.hpp"

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/value/item_parser.hpp>
#include <dynamo/value/json_cursor.hpp>

#include <chrono>
#include <utility>

namespace dynamo::cli {
namespace {

error malformed(std::string message) {
  error failure;
  failure.kind = errc::invalid_argument;
  failure.message = std::move(message);
  return failure;
}

}  // namespace

result<attribute_names> parse_names(const std::string& json) {
  attribute_names names;
  const body_buffer padded{std::string_view(json)};
  detail::json_cursor cursor(padded.data());
  const bool whole = cursor.object([&](const detail::raw_string& key) {
    std::string name;
    std::string stands_for;
    detail::raw_string raw;
    if (!detail::text_of(key, name) || !cursor.string(raw) || !detail::text_of(raw, stands_for)) {
      return false;
    }
    names.insert_or_assign(std::move(name), std::move(stands_for));
    return true;
  });
  cursor.skip_space();
  if (!whole || cursor.position() != padded.data() + padded.size()) {
    return malformed(R"(--names is not JSON of the form {"#s":"status"})");
  }
  return names;
}

result<attribute_values> parse_values(const std::string& json) {
  try {
    return parse_json(json);
  } catch (const exception& fault) {
    return malformed(R"(--values is not DynamoDB JSON of the form {":min":{"N":"18"}}: )" +
                     fault.details().message);
  }
}

result<scan_options> to_scan_options(const scan_arguments& given, std::uint32_t segments,
                                     const clock& time, std::stop_token stop) {
  scan_options options;
  options.segments = given.segments.value_or(given.limit ? 1 : segments);
  options.max_concurrency = given.max_concurrency;
  options.page_size = given.page_size;
  options.max_buffered_bytes = static_cast<std::size_t>(given.max_buffer_mb) << 20;
  options.consistent_read = given.consistent;
  options.filter_expression = given.filter;
  options.projection_expression = given.projection;
  options.index_name = given.index;
  options.limit = given.limit;
  options.max_rcu = given.max_rcu;
  options.max_bytes = given.max_bytes;
  options.stop = std::move(stop);
  if (!given.names.empty()) {
    auto names = parse_names(given.names);
    if (!names) return std::move(names).error();
    options.expression_attribute_names = *std::move(names);
  }
  if (!given.values.empty()) {
    auto values = parse_values(given.values);
    if (!values) return std::move(values).error();
    options.expression_attribute_values = *std::move(values);
  }
  if (given.timeout_seconds) {
    options.deadline = time.now() + std::chrono::duration_cast<std::chrono::nanoseconds>(
                                        std::chrono::duration<double>(*given.timeout_seconds));
  }
  return options;
}

error explained(error failure, const scan_arguments& given) {
  if (failure.kind == errc::rejected && !given.index.empty() &&
      failure.message.find("does not have the specified index") != std::string::npos) {
    failure.kind = errc::not_found;
  }
  return failure;
}

}  // namespace dynamo::cli
