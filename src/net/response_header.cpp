#include "net/response_header.hpp"

#include "core/ascii.hpp"

#include <cstddef>

namespace dynamo::net {
bool same_header(std::string_view left, std::string_view right) noexcept {
  return ascii::equal_ignoring_case(left, right);
}

void read_header_line(std::string_view line, http_response& response) {
  if (line.starts_with("HTTP/")) {
    response.request_id.clear();
    response.date.clear();
    response.crc32.reset();
    response.retry_after.reset();
    return;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const auto name = line.substr(0, colon);
  const auto value = ascii::trimmed(line.substr(colon + 1));
  if (same_header(name, "x-amzn-requestid")) {
    // It appears in messages: it must not disturb a terminal or a log. DynamoDB's ids have 52
    // characters.
    constexpr std::size_t longest = 256;
    const bool fits = value.size() <= longest && ascii::is_visible(value);
    response.request_id = fits ? value : std::string_view();
  } else if (same_header(name, "date")) {
    response.date = value;
  } else if (same_header(name, "x-amz-crc32")) {
    response.crc32 = ascii::number_in<std::uint32_t>(value);
  } else if (same_header(name, "x-amz-retry-after")) {
    const auto wait = ascii::number_in<std::uint32_t>(value);
    response.retry_after = wait ? std::optional(std::chrono::milliseconds(*wait)) : std::nullopt;
  }
}

}  // namespace dynamo::net
