// Writing JSON: by appending to a string of the caller's.
#pragma once

#include <dynamo/value/attribute.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace dynamo {

/// Appends the item in DynamoDB JSON: {"id":{"S":"a"},"age":{"N":"36"}}.
void append_json(std::string& out, const owned_item& item);
/// Appends the value in DynamoDB JSON: {"S":"a"}.
void append_json(std::string& out, const attribute& value);
/// The item in DynamoDB JSON.
[[nodiscard]] std::string to_json(const owned_item& item);

namespace detail {

/// Appends `text` in quotes, escaped as JSON wants it. `text` is UTF-8.
void append_json_string(std::string& out, std::string_view text);

/// Appends `"key":`, after a comma unless an object has just been opened.
void append_json_key(std::string& out, std::string_view key);

/// Appends a whole member: `"key":"value"`, `"key":5`.
void append_json_text(std::string& out, std::string_view key, std::string_view value);
void append_json_number(std::string& out, std::string_view key, std::uint64_t value);

}  // namespace detail
}  // namespace dynamo
