// A scan's options, checked, and the bodies of its requests.
#pragma once

#include "scan/segment_cursor.hpp"

#include <dynamo/model/page.hpp>
#include <dynamo/scan/scan_options.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace dynamo::scan {

/// Throws errc::invalid_argument if a value is outside its range.
[[nodiscard]] scan_options checked(scan_options options);

/// Throws errc::invalid_argument.
[[noreturn]] void reject(std::string message);

/// Writes the bodies of one scan's requests, which differ in few members.
class page_request {
 public:
  page_request(const std::string& table, const scan_options& options);

  /// `left`: items to deliver under the limit.
  [[nodiscard]] std::string body(const segment_cursor& of, std::uint32_t segment,
                                 std::size_t segments, std::optional<std::uint64_t> left) const;

  /// Read units of a page: what the service says, else as if its body were nothing but items.
  [[nodiscard]] double cost_of(const page& arrived) const;

 private:
  std::string fixed_;  // without its closing brace
  std::optional<std::uint32_t> page_size_;
  bool filters_;
  bool consistent_;
};

}  // namespace dynamo::scan
