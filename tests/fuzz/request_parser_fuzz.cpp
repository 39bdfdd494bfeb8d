// Requests from bytes: the outcome does not depend on how the bytes are split, what is complete has
// what it must have, and a request written again from what was read is read the same.
#include "net/request_parser.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace dynamo::net;

constexpr request_limits limits{.head_bytes = 2000, .header_count = 20, .body_bytes = 500};

void require(bool holds) {
  if (!holds) std::abort();
}

std::size_t feed(request_parser& to, std::string_view bytes, std::size_t piece) {
  std::size_t taken = 0;
  while (taken < bytes.size()) {
    const std::string_view next = bytes.substr(taken, piece);
    const std::size_t count = to.take(next);
    taken += count;
    if (count != next.size()) break;
  }
  return taken;
}

std::string written(const server_request& asked) {
  std::string text = std::string(asked.method) + " " + std::string(asked.path);
  if (!asked.query.empty()) text.append("?").append(asked.query);
  text += " HTTP/1.1\r\n";
  bool has_host = false;
  for (const auto& [name, value] : asked.headers) {
    has_host |= dynamo::ascii::equal_ignoring_case(name, "Host");
    if (dynamo::ascii::equal_ignoring_case(name, "Content-Length") ||
        dynamo::ascii::equal_ignoring_case(name, "Transfer-Encoding"))
      continue;
    text.append(name).append(":").append(value).append("\r\n");
  }
  if (!has_host) text += "Host:\r\n";
  return text + "Content-Length:" + std::to_string(asked.body.size()) + "\r\n\r\n" +
         std::string(asked.body.text());
}

void compare(const request_parser& left, const request_parser& right) {
  require(left.is_complete() == right.is_complete());
  require(left.fault().has_value() == right.fault().has_value());
  if (left.fault()) require(left.fault()->status == right.fault()->status);
  if (!left.is_complete()) return;
  const server_request a = left.request();
  const server_request b = right.request();
  require(a.method == b.method && a.path == b.path && a.query == b.query);
  require(a.body.text() == b.body.text());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  request_parser whole(limits);
  const std::size_t taken = feed(whole, bytes, std::string_view::npos);
  for (const std::size_t piece : {1U, 3U, 64U}) {
    request_parser split(limits);
    const std::size_t taken_split = feed(split, bytes, piece);
    compare(whole, split);
    if (whole.is_complete()) require(taken == taken_split);
  }
  require(whole.memory() < 20'000);
  if (!whole.is_complete() || whole.fault()) return 0;
  const server_request asked = whole.request();
  require(asked.body.size() <= limits.body_bytes);
  require(asked.path.starts_with('/') || asked.path == "*");
  for (const auto& [name, value] : asked.headers) {
    require(!name.empty() && value.find_first_of(std::string_view("\r\n\0", 3)) == value.npos);
  }
  const std::string again_text = written(asked);
  // It may have become longer than the bound.
  if (again_text.size() > limits.head_bytes || asked.headers.size() + 2 > limits.header_count)
    return 0;
  request_parser again(limits);
  require(feed(again, again_text, std::string_view::npos) == again_text.size());
  compare(whole, again);
  return 0;
}
