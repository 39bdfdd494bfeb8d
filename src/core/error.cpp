#include <dynamo/core/error.hpp>
#include <dynamo/core/result.hpp>

#include <fmt/format.h>

#include <exception>
#include <new>
#include <utility>

namespace dynamo {

std::string_view to_string(errc kind) noexcept {
  switch (kind) {
    case errc::invalid_argument:
      return "invalid_argument";
    case errc::configuration:
      return "configuration";
    case errc::credentials:
      return "credentials";
    case errc::access_denied:
      return "access_denied";
    case errc::not_found:
      return "not_found";
    case errc::conflict:
      return "conflict";
    case errc::rejected:
      return "rejected";
    case errc::throttled:
      return "throttled";
    case errc::unavailable:
      return "unavailable";
    case errc::invalid_response:
      return "invalid_response";
    case errc::invalid_value:
      return "invalid_value";
    case errc::cancelled:
      return "cancelled";
    case errc::deadline_exceeded:
      return "deadline_exceeded";
    case errc::io:
      return "io";
    case errc::callback:
      return "callback";
    case errc::checkpoint:
      return "checkpoint";
    case errc::out_of_memory:
      return "out_of_memory";
  }
  return "unknown";
}

std::string error::to_string() const {
  std::string line;
  if (!table.empty()) line += fmt::format("table '{}'", table);
  if (segment) line += fmt::format("{}segment {}", line.empty() ? "" : ", ", *segment);
  if (!line.empty()) line += ": ";
  line += message;
  std::string context;
  auto add = [&](const std::string& part) {
    if (!context.empty()) context += ", ";
    context += part;
  };
  if (!code.empty()) add(code);
  if (http_status != 0) add(fmt::format("HTTP {}", http_status));
  if (attempts > 1) add(fmt::format("{} attempts", attempts));
  if (!request_id.empty()) add(fmt::format("request id {}", request_id));
  if (!context.empty()) line += " (" + context + ")";
  return line;
}

exception::exception(error details)
    : std::runtime_error(details.to_string()),
      details_(std::make_shared<const error>(std::move(details))) {}

namespace detail {

error caught_error() noexcept {
  error failure;
  failure.kind = errc::out_of_memory;
  failure.message = "out of memory";  // short enough to be kept without an allocation
  try {
    try {
      throw;
    } catch (const exception& thrown) {
      failure = error(thrown.details());
    } catch (const std::bad_alloc&) {
      return failure;
    } catch (const std::exception& thrown) {
      failure = {
          .kind = errc::callback, .message = thrown.what(), .cause = std::current_exception()};
    } catch (...) {
      failure = {.kind = errc::callback,
                 .message = "an exception without a message",
                 .cause = std::current_exception()};
    }
    // NOLINTNEXTLINE(bugprone-empty-catch): no memory for the details; `failure` is as it was
  } catch (...) {
  }
  return failure;
}

void throw_failure(const error& failure) {
  if (!failure.cause) throw exception(failure);
  try {
    std::rethrow_exception(failure.cause);
  } catch (...) {
    std::throw_with_nested(exception(failure));
  }
}

void throw_no_error() {
  throw std::logic_error("dynamo::result::error() was called on a result that holds a value");
}

}  // namespace detail

}  // namespace dynamo
