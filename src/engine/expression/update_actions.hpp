// The actions of an update expression, ready to run.
#pragma once

#include "engine/expression/path_tree.hpp"
#include "engine/expression/set_order.hpp"
#include "engine/expression/substitutes.hpp"
#include "engine/expression/syntax.hpp"

#include <dynamo/value/attribute.hpp>
#include <dynamo/value/item.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace dynamo::engine {

enum class update_value_kind : std::uint8_t {
  path,
  value,
  if_not_exists,  ///< a path, and the value to use if it does not exist
  list_append,
  plus,
  minus,
};

/// The operand of an action.
struct update_value {
  update_value_kind kind{};
  document_path path{};
  const value_view* value = nullptr;  ///< from the request
  std::vector<update_value> operands{};
};

struct update_action {
  action_kind what{};
  update_value operand{};  ///< empty for `remove`
};

/// As `update`: the paths, and the action for each, by its number.
struct update_actions {
  path_tree paths{};
  std::vector<update_action> actions{};
  set_orders deleted{};  ///< the sets of elements that DELETE removes
};

/// The remaining size of an item for the results of an update. All results are part of the new
/// item, since no path is within another one, so the item is too large as soon as the results are.
class item_room {
 public:
  /// Refuses the update if there is not enough room. Called before a value of this size is built.
  void take(std::uint64_t bytes);

 private:
  std::uint64_t left_ = largest_item;
};

/// Refuses an item that an update makes too large.
[[noreturn]] void refuse_large_update();

/// Parses an update, and refuses what `update::parse` does.
[[nodiscard]] update_actions build_update(std::string_view text, substitutes& with);

/// Refuses everything that `evaluate` refuses, except for its size. Copies nothing.
void check(const update_value& what, const item& in);
/// The value of `what` for an item. Refuses missing values, types that an operator or function does
/// not accept, numbers that DynamoDB cannot store, and results without room.
[[nodiscard]] attribute evaluate(const update_value& what, const item& in, item_room& room);

/// Refuses an operand of ADD or DELETE whose type differs from the existing value's.
void check_same_type(const value_view& there, const value_view& operand);
/// The result of ADD of `operand` to `to`, a number or set of the same type; `to` is null if there
/// is no value yet.
[[nodiscard]] attribute added(const value_view* to, const value_view& operand, item_room& room);
/// The rest of a set after DELETE; NULL if it is empty. `operand` must be sorted.
[[nodiscard]] attribute without(const value_view& set, std::span<const std::string_view> operand);

}  // namespace dynamo::engine
