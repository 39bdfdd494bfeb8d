#include <dynamo/value/decode_context.hpp>

#include <fmt/format.h>

namespace dynamo::detail {
namespace {

bool type_of(std::string_view name, value_type& out) {
  constexpr value_type all[] = {
      value_type::string,     value_type::number,    value_type::map,    value_type::list,
      value_type::boolean,    value_type::null,      value_type::binary, value_type::string_set,
      value_type::number_set, value_type::binary_set};
  for (const value_type type : all) {
    if (wire_name(type) == name) {
      out = type;
      return true;
    }
  }
  return false;
}

}  // namespace

bool decode_context::open(value_type& type) {
  raw_string name;
  if (!cursor.consume('{') || !cursor.string(name) || !type_of(name.text, type) ||
      !cursor.consume(':')) {
    return malformed("a value with its type, such as {\"S\":...}");
  }
  return true;
}

bool decode_context::open_as_slow(value_type type, const char* expected) {
  value_type actual{};
  if (!open(actual)) return false;
  if (actual == type) return true;
  return mismatch(expected, fmt::format("type {}", wire_name(actual)));
}

bool decode_context::malformed(const char* expected) {
  mismatch_ = missing_ = false;
  expected_ = expected;
  found_.clear();
  path_.clear();
  return false;
}

bool decode_context::mismatch(const char* expected, std::string found) {
  mismatch_ = true;
  missing_ = false;
  expected_ = expected;
  found_ = std::move(found);
  path_.clear();
  return false;
}

bool decode_context::missing(std::string_view name, const char* expected) {
  mismatch_ = missing_ = true;
  expected_ = expected;
  path_ = name;
  return false;
}

bool decode_context::within(std::string_view name) {
  const std::string_view separator = path_.empty() || path_.front() == '[' ? "" : ".";
  path_ = fmt::format("{}{}{}", name, separator, path_);
  return false;
}

bool decode_context::within(std::size_t index) {
  return within(fmt::format("[{}]", index));
}

error decode_context::take_error(std::string_view table) {
  depth_ = 0;
  error failure;
  failure.table = table;
  failure.kind = mismatch_ ? errc::invalid_value : errc::invalid_response;
  const std::string where = path_.empty() ? "the value" : fmt::format("attribute '{}'", path_);
  if (missing_) {
    failure.message = fmt::format("{} is missing: expected {}", where, expected_);
  } else if (mismatch_) {
    failure.message =
        fmt::format("{} does not fit: expected {}, found {}", where, expected_, found_);
  } else {
    failure.message = fmt::format("the JSON is malformed: expected {}{}", expected_,
                                  path_.empty() ? "" : " in " + where);
  }
  mismatch_ = missing_ = false;
  return failure;
}

}  // namespace dynamo::detail
