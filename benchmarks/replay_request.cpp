#include "replay_request.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace dynamo::bench {
namespace {

constexpr std::string_view space = " \t\r\n";

bool same_without_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
    const auto lower = [](char sign) {
      return sign >= 'A' && sign <= 'Z' ? static_cast<char>(sign - 'A' + 'a') : sign;
    };
    return lower(a) == lower(b);
  });
}

void skip_space(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
}

// Removes a string with its quotes from the front.
std::string_view take_string(std::string_view& text) {
  std::size_t end = 1;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  const std::string_view token = text.substr(0, std::min(end + 1, text.size()));
  text.remove_prefix(token.size());
  return token;
}

std::string_view take_value(std::string_view& text) {
  const std::string_view before = text;
  if (text.starts_with('"')) return take_string(text);
  if (!text.starts_with('{') && !text.starts_with('[')) {
    text.remove_prefix(std::min(text.find_first_of(" \t\r\n,]}"), text.size()));
  } else {
    int depth = 0;
    do {
      const char sign = text.front();
      if (sign == '"') {
        take_string(text);
        continue;
      }
      if (sign == '{' || sign == '[') ++depth;
      if (sign == '}' || sign == ']') --depth;
      text.remove_prefix(1);
    } while (depth > 0 && !text.empty());
  }
  return before.substr(0, before.size() - text.size());
}

std::string_view unquoted(std::string_view token) {
  if (token.size() < 2 || token.front() != '"') return {};
  return token.substr(1, token.size() - 2);
}

template <class Integer>
bool read_integer(std::string_view text, Integer& value) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failure == std::errc() && end == text.data() + text.size();
}

}  // namespace

request_state read_request(std::string_view text, http_request& request) {
  const std::size_t head_size = text.find("\r\n\r\n");
  if (head_size == std::string_view::npos) return request_state::incomplete;
  std::string_view head = text.substr(0, head_size + 2);
  std::size_t length = 0;
  request = {};
  head.remove_prefix(head.find("\r\n") + 2);
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 2);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return request_state::malformed;
    const std::string_view name = line.substr(0, colon);
    std::string_view value = line.substr(colon + 1);
    skip_space(value);
    if (same_without_case(name, "content-length")) {
      if (!read_integer(value, length)) return request_state::malformed;
    } else if (same_without_case(name, "transfer-encoding")) {
      return request_state::malformed;
    } else if (same_without_case(name, "x-amz-target")) {
      request.operation = value.substr(value.rfind('.') + 1);
    }
  }
  request.size = head_size + 4 + length;
  if (text.size() < request.size) return request_state::incomplete;
  request.body = text.substr(head_size + 4, length);
  return request_state::complete;
}

std::string_view json_member(std::string_view object, std::string_view name) {
  skip_space(object);
  if (!object.starts_with('{')) return {};
  do {
    object.remove_prefix(1);
    skip_space(object);
    if (!object.starts_with('"')) return {};
    const std::string_view key = unquoted(take_string(object));
    skip_space(object);
    if (!object.starts_with(':')) return {};
    object.remove_prefix(1);
    skip_space(object);
    const std::string_view value = take_value(object);
    if (key == name) return value;
    skip_space(object);
  } while (object.starts_with(','));
  return {};
}

scan_query read_scan(std::string_view body) {
  constexpr std::array needs_a_table = std::to_array<std::string_view>(
      {"Limit", "IndexName", "FilterExpression", "ProjectionExpression", "ScanFilter",
       "AttributesToGet", "Select"});
  scan_query query;
  for (const std::string_view name : needs_a_table) {
    if (!json_member(body, name).empty()) query.unsupported = name;
  }
  const auto number = [&](std::string_view name, std::uint32_t& value) {
    const std::string_view text = json_member(body, name);
    if (!text.empty() && !read_integer(text, value)) query.unsupported = name;
  };
  number("Segment", query.segment);
  number("TotalSegments", query.total_segments);
  const std::string_view start = json_member(body, "ExclusiveStartKey");
  if (start.starts_with('{')) query.after = unquoted(json_member(json_member(start, "id"), "S"));
  return query;
}

}  // namespace dynamo::bench
