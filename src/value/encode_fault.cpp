#include <dynamo/value/encode_fault.hpp>

#include <fmt/format.h>

#include <new>
#include <utility>

namespace dynamo::detail {
namespace {

thread_local unsigned levels = 0;

// The error about what is being handled.
error encode_error(const std::string& path) {
  error caught = caught_error();
  error failure;
  failure.kind = errc::invalid_value;
  failure.message = fmt::format("cannot encode attribute '{}': {}", path, caught.message);
  failure.cause = std::current_exception();
  return failure;
}

}  // namespace

encode_failure::encode_failure(std::string path)
    : exception(encode_error(path)), path_(std::move(path)) {}

void rethrow_within(std::string_view name) {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const encode_failure& inner) {
    const std::string path =
        fmt::format("{}{}{}", name, inner.path().front() == '[' ? "" : ".", inner.path());
    try {
      inner.rethrow_nested();
    } catch (...) {
      throw encode_failure(path);
    }
  } catch (...) {
    throw encode_failure(std::string(name));
  }
}

void rethrow_within(std::size_t index) {
  rethrow_within(fmt::format("[{}]", index));
}

encode_level::encode_level() {
  if (levels == max_stored_nesting) {
    throw exception({.kind = errc::invalid_value,
                     .message = "lists and maps are nested deeper than 32 levels, the most that "
                                "DynamoDB stores; store the inner ones as separate items"});
  }
  ++levels;
}

encode_level::~encode_level() {
  --levels;
}

}  // namespace dynamo::detail
