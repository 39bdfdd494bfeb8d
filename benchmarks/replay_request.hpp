// Reading what a client asks of the replay server, no more than the answer depends on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dynamo::bench {

/// One HTTP request. The views point into the text it was read from.
struct http_request {
  /// The last part of X-Amz-Target, as `Scan`.
  std::string_view operation;
  std::string_view body;
  /// Bytes of the whole request in the text.
  std::size_t size = 0;
};

enum class request_state { complete, incomplete, malformed };

/// Reads the request at the start of `text`. Knows bodies with Content-Length only.
[[nodiscard]] request_state read_request(std::string_view text, http_request& request);

/// The raw value of a member of a JSON object, with quotes or brackets as it stands there; empty
/// if there is no such member or `object` is no object. White space is as the client likes it.
/// Names with escapes are not recognised. Valid JSON is assumed; the worst that other text can do
/// is a wrong answer.
[[nodiscard]] std::string_view json_member(std::string_view object, std::string_view name);

/// What a Scan depends on.
struct scan_query {
  std::uint32_t segment = 0;
  std::uint32_t total_segments = 1;
  /// Partition key in ExclusiveStartKey.
  std::optional<std::string_view> after;
  /// A parameter that would need a real table; empty if there is none.
  std::string_view unsupported;
};

/// Views in the result point into `body`.
[[nodiscard]] scan_query read_scan(std::string_view body);

}  // namespace dynamo::bench
