#include <dynamo/value/decode_context.hpp>

#include <fmt/format.h>

#include <utility>

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

// As far as there is memory for it.
error out_of_memory(std::string_view table) noexcept {
  error failure;
  failure.kind = errc::out_of_memory;
  failure.message = "out of memory";  // short enough to need no allocation
  try {
    failure.table = table;
    // NOLINTNEXTLINE(bugprone-empty-catch): without the table's name, then
  } catch (...) {
  }
  return failure;
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
  fault_ = fault::malformed;
  expected_ = expected;
  found_.clear();
  path_.clear();
  return false;
}

bool decode_context::mismatch(const char* expected, std::string found) {
  fault_ = fault::mismatch;
  expected_ = expected;
  found_ = std::move(found);
  path_.clear();
  return false;
}

bool decode_context::missing(std::string_view name, const char* expected) {
  fault_ = fault::missing;
  expected_ = expected;
  path_ = name;
  return false;
}

bool decode_context::thrown() noexcept {
  error caught = caught_error();
  path_.clear();
  if (caught.kind == errc::out_of_memory) {
    fault_ = fault::out_of_memory;
    return false;
  }
  fault_ = fault::thrown;
  found_ = std::move(caught.message);
  cause_ = std::current_exception();
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
  if (fault_ == fault::out_of_memory) return out_of_memory(table);
  error failure;
  failure.table = table;
  const std::string where = path_.empty() ? "the value" : fmt::format("attribute '{}'", path_);
  failure.kind = errc::invalid_value;
  switch (std::exchange(fault_, fault::malformed)) {
    case fault::missing:
      failure.message = fmt::format("{} is missing: expected {}", where, expected_);
      break;
    case fault::mismatch:
      failure.message =
          fmt::format("{} does not fit: expected {}, found {}", where, expected_, found_);
      break;
    case fault::thrown:
      failure.message = fmt::format("cannot decode {}: {}", where, found_);
      failure.cause = std::exchange(cause_, nullptr);
      break;
    case fault::out_of_memory:
    case fault::malformed:
      failure.kind = errc::invalid_response;
      failure.message = fmt::format("the JSON is malformed: expected {}{}", expected_,
                                    path_.empty() ? "" : " in " + where);
      break;
  }
  return failure;
}

error thrown_by_item(std::string_view table) noexcept {
  error failure = caught_error();
  try {
    if (failure.kind == errc::callback) {
      failure.kind = errc::invalid_value;
      failure.message.insert(0, "cannot keep an item: ");
    }
    if (failure.table.empty()) failure.table = table;
    // NOLINTNEXTLINE(bugprone-empty-catch): no memory for the name; the error is the same
  } catch (...) {
  }
  return failure;
}

}  // namespace dynamo::detail
