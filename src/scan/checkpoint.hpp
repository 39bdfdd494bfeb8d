// A checkpoint as a value, and as the text that stores keep: docs/format/checkpoint.md.
#pragma once

#include <dynamo/core/result.hpp>
#include <dynamo/model/table_description.hpp>
#include <dynamo/scan/scan_options.hpp>
#include <dynamo/scan/segment_position.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::scan {

/// The properties that must be equal for a scan to resume from the checkpoint of another. The names
/// and values of expressions are stored as digests, since values are contents of items.
struct scan_identity {
  std::string table{};
  std::string arn{};
  std::int64_t created = 0;  ///< milliseconds since 1970: a table of the same name is another one
  std::string index{};
  std::string filter{};
  std::string projection{};
  std::string names{};   ///< SHA-256 in hexadecimal; empty: none
  std::string values{};  ///< the same
  std::string select{};  ///< the name of the enumerator
  bool consistent = false;
  std::uint64_t limit = 0;  ///< 0: none
  std::uint32_t segments = 1;

  friend bool operator==(const scan_identity&, const scan_identity&) = default;
};

/// The identity of a scan of the table that `description` is of. `options.segments` is set.
[[nodiscard]] scan_identity identity_of(const table_description& description,
                                        const scan_options& options);

/// Returns the first difference as text, "its filter is 'a', not 'b'"; nothing if there is none.
[[nodiscard]] std::optional<std::string> difference(const scan_identity& kept,
                                                    const scan_identity& wanted);

struct checkpoint_segment {
  segment_position position{};
  std::uint64_t items = 0;  ///< in the pages before the position
  std::uint64_t pages = 0;

  friend bool operator==(const checkpoint_segment&, const checkpoint_segment&) = default;
};

struct checkpoint {
  scan_identity of{};
  std::vector<checkpoint_segment> segments{};  ///< as many as `of.segments`
  std::string note{};                          ///< of the program

  [[nodiscard]] std::uint64_t items() const;
  [[nodiscard]] std::uint64_t pages() const;
  /// Every segment is complete, or the scan's limit was reached.
  [[nodiscard]] bool is_complete() const;

  friend bool operator==(const checkpoint&, const checkpoint&) = default;
};

/// Longer texts are not read.
inline constexpr std::size_t max_checkpoint_bytes = std::size_t{256} << 20;

/// The text of a checkpoint. Its strings are UTF-8.
[[nodiscard]] std::string to_text(const checkpoint& value);
/// Returns errc::checkpoint if `text` is not a checkpoint, has a newer version, or is damaged.
/// `name` is used in the error.
[[nodiscard]] result<checkpoint> parse_checkpoint(std::string_view text, std::string_view name);

}  // namespace dynamo::scan
