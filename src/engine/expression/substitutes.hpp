// What stands behind "#name" and ":value" in the expressions of one request.
#pragma once

#include "engine/request/requests.hpp"
#include "engine/stored_item.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// Shared by all expressions of a request. Remembers what was used: a substitute that no expression
/// uses is an error. The views it hands out live as long as it. Not thread-safe.
class substitutes {
 public:
  /// Refuses keys that are no placeholders, and empty maps.
  explicit substitutes(const substitutions& of);

  /// The name behind "#n". Refuses what is not defined; `role` is the expression's parameter.
  [[nodiscard]] const std::string& name(std::string_view placeholder, std::string_view role);
  /// The value behind ":v". Refuses what is not defined.
  [[nodiscard]] const value_view& value(std::string_view placeholder, std::string_view role);
  /// Behind the parsing of all expressions: refuses what none of them used, and what was given to a
  /// request that has no expression (`any_expression` false).
  void check_all_used(bool any_expression) const;

  /// A name as it stands in an expression, kept as long as this object.
  [[nodiscard]] std::string_view kept(std::string_view name) { return *kept_.emplace(name).first; }

  /// Attributes that a path goes into: those of keys have nothing inside.
  [[nodiscard]] const std::set<std::string, std::less<>>& nested_names() const noexcept {
    return nested_;
  }
  void note_nested(std::string_view name) { nested_.emplace(name); }

  /// Bytes of the names and values that the expressions used, each as often as it was.
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
