// Resolves "#name" and ":value" in the expressions of one request.
#pragma once

#include "engine/request/requests.hpp"
#include "engine/stored_item.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// Shared by all expressions of a request. Records which substitutes were used: an unused one is an
/// error. Returned views live as long as this object. Not thread-safe.
class substitutes {
 public:
  /// Refuses keys that are not placeholders, and empty maps.
  explicit substitutes(const substitutions& of);

  /// The name of "#n". Refuses an undefined one; `role` is the expression's parameter.
  [[nodiscard]] const std::string& name(std::string_view placeholder, std::string_view role);
  /// The value of ":v". Refuses an undefined one.
  [[nodiscard]] const value_view& value(std::string_view placeholder, std::string_view role);
  /// Call after all expressions were parsed: refuses unused substitutes, and substitutes of a
  /// request without an expression (`any_expression` false).
  void check_all_used(bool any_expression) const;

  /// Stores a name that an expression spells out, as long as this object.
  [[nodiscard]] std::string_view kept(std::string_view name) { return *kept_.emplace(name).first; }

  /// Attributes that a path goes into: key attributes must not be among them.
  [[nodiscard]] const std::set<std::string, std::less<>>& nested_names() const noexcept {
    return nested_;
  }
  void note_nested(std::string_view name) { nested_.emplace(name); }

  /// Bytes of the names and values that the expressions used, counted at each use.
  [[nodiscard]] std::uint64_t bytes_used() const noexcept { return bytes_used_; }

 private:
  std::optional<attribute_names> names_;
  std::optional<stored_item> values_;
  std::set<std::string, std::less<>> used_;
  std::uint64_t bytes_used_ = 0;
  std::set<std::string, std::less<>> nested_;
  std::set<std::string, std::less<>> kept_;
};

}  // namespace dynamo::engine
