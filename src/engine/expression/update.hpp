// What UpdateItem does to an item.
#pragma once

#include "engine/expression/substitutes.hpp"

#include <memory>
#include <string_view>

namespace dynamo::engine {

struct update_actions;

/// Must not outlive its `substitutes`. Reading is thread-safe.
class update {
 public:
  /// Refuses what is not an update (SET, REMOVE, ADD, DELETE, each at most once), paths that
  /// overlap.
  static update parse(std::string_view text, substitutes& with);
  update(update&&) noexcept;
  update& operator=(update&&) noexcept;
  ~update();

  /// Refuses paths that begin with an attribute of `key`.
  void check_key(const key_schema& key) const;
  /// The item behind it; every operand is read from `before`, which is empty if there is none and
  /// has its numbers in the one spelling of stored items. Refuses operands of types that an action
  /// does not take, paths that lead nowhere, and values nested deeper than 32 levels; and an item
  /// of more than 400 KB, before it makes anything that is larger: time and memory are linear in
  /// the larger one of `before` and the largest item.
  [[nodiscard]] owned_item apply(const item& before) const;
  /// Of an item, before or behind the update, what its paths name: UPDATED_OLD and UPDATED_NEW.
  [[nodiscard]] owned_item touched(const item& of) const;

 private:
  explicit update(std::unique_ptr<update_actions> actions);
  std::unique_ptr<update_actions> actions_;
};

}  // namespace dynamo::engine
