// The actions of an update expression, ready to be carried out.
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
  set_orders deleted{};  ///< the sets that DELETE takes elements of
};

/// How much room an item has left for what an update makes. All of it is in the new item, since no
/// path is within another one, so the item is too large as soon as what was made is.
class item_room {
 public:
  /// Refuses the update if there is not so much room. Called before anything of this size is made.
  void take(std::uint64_t bytes);

 private:
  std::uint64_t left_ = largest_item;
};

/// Refuses an item that an update makes too large.
[[noreturn]] void refuse_large_update();

/// Parses an update, and refuses what `update::parse` does.
[[nodiscard]] update_actions build_update(std::string_view text, substitutes& with);

/// Refuses what `evaluate` refuses, but for its size. Copies nothing.
void check(const update_value& what, const item& in);
/// What `what` gives for an item. Refuses what is not there, or of another type than an operator or
/// function takes, numbers that DynamoDB cannot store, and what there is no room for.
[[nodiscard]] attribute evaluate(const update_value& what, const item& in, item_room& room);

/// Refuses an operand of ADD or DELETE that is of another type than what is there.
void check_same_type(const value_view& there, const value_view& operand);
/// What ADD makes of a number or set that is there, of the operand's type; null: nothing is there.
[[nodiscard]] attribute added(const value_view* to, const value_view& operand, item_room& room);
/// What DELETE leaves of a set; NULL if that is nothing. `operand` is in order.
[[nodiscard]] attribute without(const value_view& set, std::span<const std::string_view> operand);

}  // namespace dynamo::engine
