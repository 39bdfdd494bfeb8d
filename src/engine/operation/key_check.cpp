#include "engine/operation/key_check.hpp"

#include "engine/refusal.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {
namespace {

constexpr std::size_t longest_partition_key = 2048;
constexpr std::size_t longest_sort_key = 1024;

constexpr const char* mismatch = "The provided key element does not match the schema";

value_type type_of(const key_attribute& attribute) {
  switch (attribute.type) {
    case key_type::string:
      return value_type::string;
    case key_type::number:
      return value_type::number;
    case key_type::binary:
      break;
  }
  return value_type::binary;
}

// Bytes of a string or binary value; nothing for a number, which is never too long.
std::optional<std::size_t> length_of(const value_view& value) {
  if (value.type() == value_type::string) return value.as_string().size();
  if (value.type() != value_type::binary) return std::nullopt;
  const std::string_view text = value.base64();
  const auto fill = static_cast<std::size_t>(std::ranges::count(text, '='));
  return text.size() / 4 * 3 - fill;
}

std::string empty_value(const value_view& value) {
  return std::string("The AttributeValue for a key attribute cannot contain an empty ") +
         (value.type() == value_type::binary ? "binary" : "string") + " value.";
}

void check_length(std::size_t length, bool partition) {
  if (partition && length > longest_partition_key) {
    refuse_invalid(
        "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size "
        "limit of2048 bytes");
  }
  if (!partition && length > longest_sort_key) {
    refuse_invalid(
        "One or more parameter values were invalid: Aggregated size of all range keys has exceeded "
        "the size limit of 1024 bytes");
  }
}

// The type was checked before.
void check_content(const key_attribute& attribute, const value_view& value, bool partition) {
  const auto length = length_of(value);
  if (!length) return;
  if (*length == 0) {
    refuse_invalid("One or more parameter values are not valid. " + empty_value(value) +
                   " Key: " + attribute.name);
  }
  check_length(*length, partition);
}

template <class Visit>
void each_attribute(const key_schema& key, Visit&& visit) {
  visit(key.partition_key, true);
  if (key.sort_key) visit(*key.sort_key, false);
}

void check_index_keys(const table_definition& table, const item& what,
                      const std::string& empty_refused) {
  for (const table_index& index : table.indexes) {
    each_attribute(index.key, [&](const key_attribute& attribute, bool partition) {
      const value_view* const value = what.find(attribute.name);
      if (value == nullptr) return;
      const value_type wanted = type_of(attribute);
      if (value->type() != wanted) {
        refuse_invalid("One or more parameter values were invalid: Type mismatch for Index Key " +
                       attribute.name + " Expected: " + std::string(wire_name(wanted)) +
                       " Actual: " + std::string(wire_name(value->type())) +
                       " IndexName: " + index.name);
      }
      const auto length = length_of(*value);
      if (!length) return;
      if (*length == 0) {
        refuse_invalid("One or more parameter values are not valid. " + empty_refused + " " +
                       empty_value(*value) + " IndexName: " + index.name +
                       ", IndexKey: " + attribute.name);
      }
      check_length(*length, partition);
    });
  }
}

}  // namespace

void check_key(const table_definition& table, const item& key) {
  if (key.size() != (table.key.sort_key ? 2U : 1U)) refuse_invalid(mismatch);
  each_attribute(table.key, [&](const key_attribute& attribute, bool partition) {
    const value_view* const value = key.find(attribute.name);
    if (value == nullptr || value->type() != type_of(attribute)) refuse_invalid(mismatch);
    check_content(attribute, *value, partition);
  });
}

void check_item(const table_definition& table, const item& what) {
  each_attribute(table.key, [&](const key_attribute& attribute, bool partition) {
    const value_view* const value = what.find(attribute.name);
    if (value == nullptr) {
      refuse_invalid("One or more parameter values were invalid: Missing the key " +
                     attribute.name + " in the item");
    }
    const value_type wanted = type_of(attribute);
    if (value->type() != wanted) {
      refuse_invalid("One or more parameter values were invalid: Type mismatch for key " +
                     attribute.name + " expected: " + std::string(wire_name(wanted)) +
                     " actual: " + std::string(wire_name(value->type())));
    }
    check_content(attribute, *value, partition);
  });
  check_index_keys(table, what, "A value specified for a secondary index key is not supported.");
}

void check_updated_item(const table_definition& table, const item& what) {
  check_index_keys(table, what,
                   "The update expression attempted to update a secondary index key to a value "
                   "that is not supported.");
}

void check_condition_values(const key_condition& wanted) {
  check_length(length_of(wanted.partition).value_or(0), true);
  if (!wanted.sort) return;
  check_length(length_of(wanted.sort->low).value_or(0), false);
  if (wanted.sort->how == sort_condition::comparison::between) {
    check_length(length_of(wanted.sort->high).value_or(0), false);
  }
}

void check_scalar_keys(const table_definition& table,
                       const std::set<std::string, std::less<>>& nested) {
  if (nested.empty()) return;
  const auto check = [&](const key_schema& key, std::string_view which) {
    each_attribute(key, [&](const key_attribute& attribute, bool) {
      if (!nested.contains(attribute.name)) return;
      refuse_invalid(
          "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
          "allowed: " +
          std::string(which) + ": " + attribute.name);
    });
  };
  check(table.key, "Key");
  for (const table_index& index : table.indexes) check(index.key, "IndexKey");
}

void check_start_key(const table_definition& table, const table_index* index, const item& start) {
  std::vector<const key_attribute*> wanted;
  const auto want = [&](const key_attribute& attribute, bool) {
    const bool known = std::ranges::any_of(
        wanted, [&](const key_attribute* each) { return each->name == attribute.name; });
    if (!known) wanted.push_back(&attribute);
  };
  each_attribute(table.key, want);
  if (index != nullptr) each_attribute(index->key, want);
  const bool fits =
      start.size() == wanted.size() && std::ranges::all_of(wanted, [&](const key_attribute* each) {
        const value_view* const value = start.find(each->name);
        // An index that was added to a table may contain an item whose key is empty.
        return value != nullptr && value->type() == type_of(*each) &&
               (length_of(*value) != std::size_t{0} || !has_attribute(table.key, each->name));
      });
  if (!fits) refuse_invalid(std::string("The provided starting key is invalid: ") + mismatch);
}

}  // namespace dynamo::engine
