// DynamoDB JSON of views, and in the one spelling in which items are kept.
#pragma once

#include <dynamo/value/attribute.hpp>
#include <dynamo/value/item.hpp>

#include <string>

namespace dynamo::detail {

/// Appends the value in DynamoDB JSON. Numbers and base64 stay as they are spelt in the page.
void append_json(std::string& out, const value_view& value);

/// As `dynamo::append_json`, but numbers as `canonical_number` spells them.
void append_canonical_json(std::string& out, const owned_item& item);

}  // namespace dynamo::detail
