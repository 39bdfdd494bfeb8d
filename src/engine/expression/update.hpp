// Parses and applies an update expression.
#pragma once

#include "engine/expression/substitutes.hpp"

#include <memory>
#include <string_view>

namespace dynamo::engine {

struct update_actions;

/// Must not outlive its `substitutes`. Reading is thread-safe.
class update {
 public:
  /// Refuses invalid updates (SET, REMOVE, ADD, DELETE are allowed, each at most once) and
  /// overlapping paths.
  static update parse(std::string_view text, substitutes& with);
  update(update&&) noexcept;
  update& operator=(update&&) noexcept;
  ~update();

  /// Refuses paths that begin with an attribute of `key`.
  void check_key(const key_schema& key) const;
  /// The updated item; every operand is read from `before`, which is empty for a missing item and
  /// otherwise in canonical form. Refuses operands of types that an action does not accept, paths
  /// that do not exist, and values nested deeper than 32 levels; and an item of more than 400 KB,
  /// before anything larger is built: time and memory are linear in the larger of `before` and the
  /// largest item.
  [[nodiscard]] owned_item apply(const item& before) const;
  /// The values at the update's paths in an item before or after the update: UPDATED_OLD and
  /// UPDATED_NEW.
  [[nodiscard]] owned_item touched(const item& of) const;

 private:
  explicit update(std::unique_ptr<update_actions> actions);
  std::unique_ptr<update_actions> actions_;
};

}  // namespace dynamo::engine
