// Parses requests to the replay server, only as far as the response depends on them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dynamo::bench {

/// One HTTP request. The views point into the text it was read from.
struct http_request {
  /// The last part of X-Amz-Target, such as `Scan`.
  std::string_view operation;
  std::string_view body;
  /// Size of the whole request in the text, in bytes.
  std::size_t size = 0;
};

enum class request_state { complete, incomplete, malformed };

/// Reads the request at the start of `text`. Supports only bodies with Content-Length.
[[nodiscard]] request_state read_request(std::string_view text, http_request& request);

/// Returns the raw value of a member of a JSON object, including quotes or brackets; empty if the
/// member does not exist or `object` is not an object. White space may be anywhere. Names with
/// escapes are not recognised. Requires valid JSON; for other text the result is unspecified.
[[nodiscard]] std::string_view json_member(std::string_view object, std::string_view name);

/// The parameters of a Scan.
struct scan_query {
  std::uint32_t segment = 0;
  std::uint32_t total_segments = 1;
  /// Partition key of ExclusiveStartKey.
  std::optional<std::string_view> after;
  /// A parameter that would need a real table; empty if there is none.
  std::string_view unsupported;
};

/// Reads the parameters of a Scan. Views in the result point into `body`.
[[nodiscard]] scan_query read_scan(std::string_view body);

}  // namespace dynamo::bench
