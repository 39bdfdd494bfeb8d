#include "scan/page_request.hpp"

#include "model/encode.hpp"
#include "scan/shared_budget.hpp"

#include <dynamo/core/error.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::scan {
namespace {

// The service takes no Limit beyond a signed 32-bit integer.
constexpr std::uint64_t largest_limit = 0x7FFFFFFF;

template <class T>
void refuse_zero(const std::optional<T>& value, const char* name) {
  if (value == T{0}) reject(std::string(name) + " is 0: use 1 or more, or leave it out");
}

}  // namespace

void reject(std::string message) {
  throw exception({.kind = errc::invalid_argument, .message = std::move(message)});
}

scan_options checked(scan_options options) {
  const std::uint32_t segments = options.segments.value_or(1);
  if (segments == 0 || segments > max_segments) {
    reject("segments is " + std::to_string(segments) + ": use 1 to 1,000,000");
  }
  refuse_zero(options.max_concurrency, "max_concurrency");
  refuse_zero(options.page_size, "page_size");
  refuse_zero(options.batch_size, "batch_size");
  refuse_zero(options.limit, "limit");
  refuse_zero(options.max_bytes, "max_bytes");
  options.max_rcu = checked_rate(options.max_rcu);
  if (options.max_rcu && options.budget) {
    reject("max_rcu and budget are both given: leave max_rcu out, the budget has its own");
  }
  if (options.select == select::count && !options.projection_expression.empty()) {
    reject("select count returns no attributes: leave projection_expression out");
  }
  return options;
}

page_request::page_request(const std::string& table, const scan_options& options)
    : page_size_(options.page_size),
      filters_(!options.filter_expression.empty()),
      consistent_(options.consistent_read) {
  scan_request request;
  request.table = table;
  request.index_name = options.index_name;
  request.filter_expression = options.filter_expression;
  request.projection_expression = options.projection_expression;
  request.expression_attribute_names = options.expression_attribute_names;
  request.expression_attribute_values = options.expression_attribute_values;
  request.consistent_read = options.consistent_read;
  request.selected = options.select;
  fixed_ = model::encode(request);
  fixed_.pop_back();
}

std::string page_request::body(const segment_cursor& of, std::uint32_t segment,
                               std::size_t segments, std::optional<std::uint64_t> left) const {
  std::string body = fixed_;
  if (segments > 1) {
    body += ",\"Segment\":" + std::to_string(segment) +
            ",\"TotalSegments\":" + std::to_string(segments);
  }
  std::uint64_t evaluate = largest_limit + 1;
  if (page_size_) evaluate = *page_size_;
  if (left && !filters_) evaluate = std::min(evaluate, *left);
  if (evaluate <= largest_limit) body += ",\"Limit\":" + std::to_string(evaluate);
  if (!of.start_key().empty()) body += ",\"ExclusiveStartKey\":" + of.start_key();
  return body += '}';
}

double page_request::cost_of(const page& arrived) const {
  // DynamoDB developer guide, read consistency.
  const double bytes_a_unit = consistent_ ? 4096 : 8192;
  return arrived.consumed_capacity().value_or(static_cast<double>(arrived.size()) / bytes_a_unit);
}

}  // namespace dynamo::scan
