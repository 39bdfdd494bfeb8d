// The small JSON documents that hand out credentials: one object of texts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// One member of an object.
struct json_member {
  std::string text{};      ///< a string's text, or any other value as it stands
  bool is_string = false;  ///< a number's or an object's text is told from a string by this
};

using json_members = std::map<std::string, json_member, std::less<>>;

/// The members of the one object that `text` is; nothing if it is anything else, or longer than
/// 1 MiB. A name given twice counts as malformed: two readers could understand it differently.
[[nodiscard]] std::optional<json_members> read_json_members(std::string_view text);

/// The text of a member that is a string and not empty; else nothing.
[[nodiscard]] std::optional<std::string> string_member(const json_members& members,
                                                       std::string_view name);

/// A member that is a whole number, not negative, not in quotes; else nothing.
[[nodiscard]] std::optional<std::uint64_t> integer_member(const json_members& members,
                                                          std::string_view name);

}  // namespace dynamo::auth
