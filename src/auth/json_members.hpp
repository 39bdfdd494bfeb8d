// Parses small JSON documents with credentials: one object with strings.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// One member of an object.
struct json_member {
  std::string text{};      ///< text of a string, or the raw text of another value
  bool is_string = false;  ///< false: `text` is the raw text of another value
};

using json_members = std::map<std::string, json_member, std::less<>>;

/// Returns the members of the object in `text`; nothing if it is not one JSON object, or longer
/// than 1 MiB. A repeated name is malformed: readers could interpret it differently.
[[nodiscard]] std::optional<json_members> read_json_members(std::string_view text);

/// Returns the text of a member that is a string and not empty; else nothing.
[[nodiscard]] std::optional<std::string> string_member(const json_members& members,
                                                       std::string_view name);

/// Returns a member that is a whole number, not negative and not in quotes; else nothing.
[[nodiscard]] std::optional<std::uint64_t> integer_member(const json_members& members,
                                                          std::string_view name);

}  // namespace dynamo::auth
