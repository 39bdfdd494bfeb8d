#include "auth/json_members.hpp"

#include "core/ascii.hpp"

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/value/json_cursor.hpp>

#include <cstddef>
#include <utility>

namespace dynamo::auth {
namespace {

constexpr std::size_t longest_document = std::size_t{1} << 20;

bool read_value(detail::json_cursor& cursor, json_member& out) {
  out.is_string = cursor.peek() == '"';
  if (out.is_string) {
    detail::raw_string raw;
    return cursor.string(raw) && detail::text_of(raw, out.text);
  }
  const char* const begin = cursor.position();
  if (!cursor.skip_value()) return false;
  out.text.assign(begin, cursor.position());
  return true;
}

}  // namespace

std::optional<json_members> read_json_members(std::string_view text) {
  if (text.size() > longest_document) return std::nullopt;
  const body_buffer padded(text);
  detail::json_cursor cursor(padded.data());
  json_members members;
  const bool read = cursor.object([&](const detail::raw_string& raw_name) {
    std::string name;
    json_member member;
    return detail::text_of(raw_name, name) && read_value(cursor, member) &&
           members.emplace(std::move(name), std::move(member)).second;
  });
  cursor.skip_space();
  if (!read || cursor.position() != padded.data() + text.size()) return std::nullopt;
  return members;
}

std::optional<std::string> string_member(const json_members& members, std::string_view name) {
  const auto found = members.find(name);
  if (found == members.end() || !found->second.is_string || found->second.text.empty())
    return std::nullopt;
  return found->second.text;
}

std::optional<std::uint64_t> integer_member(const json_members& members, std::string_view name) {
  const auto found = members.find(name);
  if (found == members.end() || found->second.is_string) return std::nullopt;
  return ascii::number_in<std::uint64_t>(found->second.text);
}

}  // namespace dynamo::auth
