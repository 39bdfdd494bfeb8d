// The actions of an update expression, ready to be carried out.
#pragma once

#include "engine/expression/path_tree.hpp"
#include "engine/expression/substitutes.hpp"
#include "engine/expression/syntax.hpp"

#include <dynamo/value/attribute.hpp>
#include <dynamo/value/item.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace dynamo::engine {

enum class update_value_kind : std::uint8_t {
  path,
  value,
  if_not_exists,  ///< a path, and what stands for it if there is nothing
  list_append,
  plus,
  minus,
};

/// What an action sets, adds or deletes.
struct update_value {
  update_value_kind kind{};
  document_path path{};
  const value_view* value = nullptr;  ///< of the request
  std::vector<update_value> operands{};
};

struct update_action {
  action_kind what{};
  update_value operand{};  ///< none for `remove`
};

/// As `update`: the paths, and for each, under its number, what is done there.
struct update_actions {
  path_tree paths{};
  std::vector<update_action> actions{};
};

/// Parses an update, and refuses what `update::parse` does.
[[nodiscard]] update_actions build_update(std::string_view text, substitutes& with);

/// What `what` gives for an item. Refuses what is not there, or of another type than an operator or
/// function takes, and numbers that DynamoDB cannot store.
[[nodiscard]] attribute evaluate(const update_value& what, const item& in);

/// What ADD makes of a number or set that is there.
[[nodiscard]] attribute added(const value_view& to, const value_view& operand);
/// What DELETE leaves of a set; NULL if that is nothing.
[[nodiscard]] attribute without(const value_view& set, const value_view& operand);

}  // namespace dynamo::engine
