// Scans of sample users, stored as the bytes of HTTP responses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace dynamo::bench {

/// The users of a replay server.
struct data_set {
  std::uint64_t seed = 1;
  std::uint64_t items = 0;
};

/// The result that a client must find in a data set.
struct expectation {
  std::uint64_t items = 0;
  std::int64_t age_sum = 0;
  /// Size of the DynamoDB JSON of the items alone, in bytes.
  std::uint64_t item_bytes = 0;
};

[[nodiscard]] expectation expected(const data_set& users);

/// Returns a complete HTTP/1.1 response with the headers of DynamoDB, including x-amz-crc32. The
/// request id is derived from `serial`. Thread-safe.
[[nodiscard]] std::string http_response(std::string_view status, std::string_view body,
                                        std::uint64_t serial);

/// The pages of one scan with a fixed number of segments. Every user is in exactly one segment,
/// chosen by a hash of its partition key; pages hold as many users as fit into 1 MiB of JSON.
/// Immutable once built.
class scan_pages {
 public:
  /// Builds all pages; `total_segments` must not be 0.
  scan_pages(const data_set& users, std::uint32_t total_segments);

  /// Returns the first response of a segment, or the one after the page whose last item has the
  /// partition key `after`; nothing if the segment does not exist or no page of this segment ends
  /// there. Lifetime: the view is valid as long as this object.
  [[nodiscard]] std::optional<std::string_view> page(
      std::uint32_t segment, std::optional<std::string_view> after = std::nullopt) const;

  [[nodiscard]] std::size_t size() const { return responses_.size(); }

 private:
  struct key_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const {
      return std::hash<std::string_view>()(key);
    }
  };

  void build_segment(const data_set& users, const std::vector<std::uint64_t>& members);

  /// The responses of all segments in order.
  std::vector<std::string> responses_;
  /// Index of each segment's first response; the last element is the number of responses.
  std::vector<std::size_t> first_;
  /// Last partition key of a page -> the next response.
  std::unordered_map<std::string, std::size_t, key_hash, std::equal_to<>> next_;
};

}  // namespace dynamo::bench
