// JSON as people write it, without DynamoDB's types.
#pragma once

#include <dynamo/value/item.hpp>

#include <string>

namespace dynamo {

/// Appends the value as plain JSON: numbers as JSON numbers with all their digits, sets as arrays,
/// binary values as base64 strings, NULL as null. What told sets from lists and binary values from
/// strings is lost. A number that JSON could not write (no server sends one) becomes a string.
void append_plain_json(std::string& out, const value_view& value);
/// Appends the item as one object: {"id":"a","age":36}.
void append_plain_json(std::string& out, const item& value);

}  // namespace dynamo
