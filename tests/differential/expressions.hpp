// Expressions grown from their grammar, with the substitutes that they use.
#pragma once

#include "differential/json.hpp"
#include "differential/random_choices.hpp"
#include "differential/shape.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace dynamo::differential {

/// Writes the expressions of one request, which share their substitutes.
class expression_writer {
 public:
  /// `table` is null where there is none of that name. Both outlive this object.
  expression_writer(const table_shape* table, random_choices& random)
      : table_(table), random_(random) {}

  [[nodiscard]] std::string condition();
  [[nodiscard]] std::string projection();
  [[nodiscard]] std::string update();
  /// Of the table, or of its index.
  [[nodiscard]] std::string key_condition(const index_shape* index);

  /// Puts the substitutes into the request; once in a while one too many, too few, or a broken one.
  void add_substitutes(json& request);

 private:
  std::string condition(int depth);
  std::string comparison();
  std::string operand(std::string_view type);
  std::string target_path(std::string_view type);
  std::string size_of_path();
  std::string path(std::string_view type = {});
  std::string one_path(std::string_view type);
  std::string element();
  std::string name(const std::string& of);
  std::string value(json of);
  std::string value_like(std::string_view type);
  std::string set_action();
  std::string sum(std::string_view type);
  std::string word(std::string_view keyword);
  std::string space();
  /// Once in a while without, or with another, or with one token twice.
  std::string maybe_broken(std::string text);

  const table_shape* table_;
  random_choices& random_;
  json names_;
  json values_;
  std::size_t made_ = 0;
  std::set<std::string> used_;  ///< paths of the expression
};

}  // namespace dynamo::differential
