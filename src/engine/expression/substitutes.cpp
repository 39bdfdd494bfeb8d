#include "engine/expression/substitutes.hpp"

#include "engine/expression/lexer.hpp"
#include "engine/expression/parser.hpp"
#include "engine/refusal.hpp"

#include <fmt/format.h>

namespace dynamo::engine {
namespace {

constexpr std::string_view names_role = "ExpressionAttributeNames";
constexpr std::string_view values_role = "ExpressionAttributeValues";
constexpr std::size_t longest_placeholder = 255;  // bytes, with the sigil
constexpr std::size_t longest_name = 65535;

template <class Map>
void check_keys(const Map& map, std::string_view role, char sigil) {
  if (map.empty()) refuse_invalid(fmt::format("{} must not be empty", role));
  for (const auto& [key, behind] : map) {
    if (key.empty()) {
      refuse_invalid(fmt::format(
          "{} contains invalid key: The expression attribute map contains an empty key;", role));
    }
    if (key.size() > longest_placeholder) {
      refuse_invalid(
          fmt::format("{} contains invalid key: The expression attribute map contains a "
                      "key that is too long; size of key: {}",
                      role, key.size()));
    }
    if (!is_placeholder(key, sigil)) {
      refuse_invalid(fmt::format("{} contains invalid key: Syntax error; key: \"{}\"", role, key));
    }
  }
}

void check_names(const attribute_names& names) {
  check_keys(names, names_role, '#');
  for (const auto& [key, name] : names) {
    if (name.empty()) {
      refuse_invalid(fmt::format("{} contains invalid value: Empty attribute name for key {}",
                                 names_role, key));
    }
    if (name.size() > longest_name) {
      refuse_invalid(
          fmt::format("{} contains invalid value: Attribute name is too large, must be "
                      "less than 65536 bytes for key {}",
                      names_role, key));
    }
  }
}

}  // namespace

substitutes::substitutes(const substitutions& of) : names_(of.names) {
  if (names_) check_names(*names_);
  if (!of.values) return;
  check_keys(*of.values, values_role, ':');
  values_.emplace(*of.values);
}

const std::string& substitutes::name(std::string_view placeholder, std::string_view role) {
  if (names_) {
    const auto found = names_->find(std::string(placeholder));
    if (found != names_->end()) {
      used_.emplace(placeholder);
      bytes_used_ += found->second.size();
      return found->second;
    }
  }
  refuse_expression(role, fmt::format("An expression attribute name used in the document path is "
                                      "not defined; attribute name: {}",
                                      placeholder));
}

const value_view& substitutes::value(std::string_view placeholder, std::string_view role) {
  const value_view* const found = values_ ? values_->view().find(placeholder) : nullptr;
  if (found == nullptr) {
    refuse_expression(role, fmt::format("An expression attribute value used in expression is not "
                                        "defined; attribute value: {}",
                                        placeholder));
  }
  used_.emplace(placeholder);
  bytes_used_ += size_of(*found);
  return *found;
}

void substitutes::check_all_used(bool any_expression) const {
  const auto check = [&](const auto& all, std::string_view role) {
    if (!any_expression) {
      refuse_invalid(fmt::format("{} can only be specified when using expressions", role));
    }
    std::string unused;
    for (const auto& [key, behind] : all) {
      if (used_.contains(key)) continue;
      unused += unused.empty() ? "" : ", ";
      unused += key;
    }
    if (!unused.empty()) {
      refuse_invalid(
          fmt::format("Value provided in {} unused in expressions: keys: {{{}}}", role, unused));
    }
  };
  if (names_) check(*names_, names_role);
  if (values_) check(values_->view(), values_role);
}

}  // namespace dynamo::engine
