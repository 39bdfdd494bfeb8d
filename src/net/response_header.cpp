#include "net/response_header.hpp"

#include <algorithm>
#include <charconv>

namespace dynamo::net {
namespace {

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

template <class T>
std::optional<T> number_in(std::string_view text) noexcept {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc{} || rest != end) return std::nullopt;
  return value;
}

}  // namespace

bool same_header(std::string_view left, std::string_view right) noexcept {
  // Header names are ASCII; tolower() would ask the locale.
  constexpr auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  };
  return std::ranges::equal(left, right, {}, lower, lower);
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
  const auto value = trimmed(line.substr(colon + 1));
  if (same_header(name, "x-amzn-requestid")) {
    // It goes into messages: nothing in it may disturb a terminal or a log.
    const bool is_word = std::ranges::all_of(value, [](char c) { return c > ' ' && c <= '~'; });
    response.request_id = is_word ? value : std::string_view();
  } else if (same_header(name, "date")) {
    response.date = value;
  } else if (same_header(name, "x-amz-crc32")) {
    response.crc32 = number_in<std::uint32_t>(value);
  } else if (same_header(name, "x-amz-retry-after")) {
    const auto wait = number_in<std::uint32_t>(value);
    response.retry_after = wait ? std::optional(std::chrono::milliseconds(*wait)) : std::nullopt;
  }
}

}  // namespace dynamo::net
