// Errors: their kinds, and what the caller should do about each.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo {

/// The kinds of failure. A program decides by kind; the message is for people and is not API.
enum class errc : std::uint8_t {
  /// An argument or option is outside its documented range. Fix the call; nothing was sent.
  invalid_argument,
  /// A setting outside the program is missing or malformed: region, endpoint, profile, a
  /// configuration file. Fix the setting named in the message.
  configuration,
  /// No credentials were found, or the service refused them as unknown or expired.
  credentials,
  /// The credentials are valid but may not do this. Change the IAM policy.
  access_denied,
  /// The table, index or other resource does not exist.
  not_found,
  /// The state at the service forbids the operation: a failed condition, a table in use.
  conflict,
  /// The service refused the request as invalid; the message is the service's own sentence.
  rejected,
  /// The service throttled until the retry budget ended. Slow down, or raise the capacity.
  throttled,
  /// The service could not be reached or kept failing until the retry budget ended.
  unavailable,
  /// A response was not what the protocol allows: truncated, corrupt, of the wrong shape.
  invalid_response,
  /// A value does not fit the mapped member. Fix the mapping or the item.
  invalid_value,
  /// A stop was requested.
  cancelled,
  /// The deadline passed.
  deadline_exceeded,
  /// Reading or writing a local file failed.
  io,
  /// A user-defined function threw. Its exception is nested in the exception that reports it.
  callback,
  /// A checkpoint belongs to another scan, is in use by another scan or process, or is damaged. Use
  /// another one, or delete it to start from the beginning.
  checkpoint,
  /// An allocation failed. Use fewer segments, smaller pages or batches, or more memory.
  out_of_memory,
};

/// Returns the enumerator's name, for logs: `to_string(errc::not_found)` is "not_found".
[[nodiscard]] std::string_view to_string(errc kind) noexcept;

/// A failure with its context. Members that do not apply are empty. Never contains secrets or
/// contents of items beyond attribute names.
struct error {
  errc kind = errc::unavailable;
  std::string message{};                   ///< one sentence
  std::string code{};                      ///< the service's error code, e.g. "ThrottlingException"
  std::string request_id{};                ///< the service's request id
  std::string table{};                     ///< table name or ARN
  std::optional<std::uint32_t> segment{};  ///< segment of a parallel scan
  unsigned attempts = 0;                   ///< requests sent; 0 when none was
  int http_status = 0;                     ///< 0 when there was no HTTP response
  /// For a cancelled transaction, a code for each of its actions, in their order: "None",
  /// "ConditionalCheckFailed", "TransactionConflict", ...
  std::vector<std::string> reasons{};
  /// The exception of a user-defined function, if that is the cause. It is nested in the exception
  /// thrown for this error (`std::rethrow_if_nested`).
  std::exception_ptr cause{};

  /// Returns message and context in one line.
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const error&, const error&) = default;
};

/// The exception of every function whose `try_` twin returns `result`.
class exception : public std::runtime_error {
 public:
  explicit exception(error details);

  [[nodiscard]] const error& details() const noexcept { return *details_; }
  [[nodiscard]] errc kind() const noexcept { return details_->kind; }

 private:
  std::shared_ptr<const error> details_;  // shared, so that copying cannot throw
};

namespace detail {
/// Returns the exception being handled as an error. Call it within a handler. A `dynamo::exception`
/// becomes its details, std::bad_alloc becomes errc::out_of_memory. Any other exception becomes
/// errc::callback with its message, and is the error's `cause`. Does not throw: details that do not
/// fit into memory are left out.
[[nodiscard]] error caught_error() noexcept;
}  // namespace detail

}  // namespace dynamo
