#include "differential/expressions.hpp"

#include "core/ascii.hpp"
#include "differential/values.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace dynamo::differential {
namespace {

bool of_word(char c) {
  return ascii::is_alphanumeric(c) || c == '_' || c == '#' || c == ':' || c == '-';
}

std::vector<std::string> tokens_of(const std::string& text) {
  std::vector<std::string> tokens;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (of_word(text[at])) {
      while (end < text.size() && of_word(text[end])) ++end;
    }
    tokens.push_back(text.substr(at, end - at));
    at = end;
  }
  return tokens;
}

}  // namespace

std::string expression_writer::space() {
  return random_.once_in(30) ? "  " : " ";
}

std::string expression_writer::word(std::string_view keyword) {
  std::string made(keyword);
  if (random_.once_in(5)) std::ranges::transform(made, made.begin(), ascii::lower);
  return space() + made + space();
}

std::string expression_writer::maybe_broken(std::string text) {
  if (!random_.once_in(14)) return text;
  std::vector<std::string> tokens = tokens_of(text);
  if (tokens.empty()) return text;
  const std::size_t at = random_.below(tokens.size());
  const auto position = tokens.begin() + static_cast<std::ptrdiff_t>(at);
  switch (random_.below(4)) {
    case 0:
      tokens.erase(position);
      break;
    case 1:
      tokens.insert(position, tokens[at]);
      break;
    case 2:
      std::swap(tokens[at], tokens[random_.below(tokens.size())]);
      break;
    default:
      tokens[at] = random_.of({"(",
                               ")",
                               ",",
                               ".",
                               "[",
                               "]",
                               "[0]",
                               "=",
                               "<>",
                               "<",
                               "AND",
                               "OR",
                               "NOT",
                               "IN",
                               "BETWEEN",
                               "SET",
                               "REMOVE",
                               "ADD",
                               "DELETE",
                               "size",
                               "SIZE",
                               "contains",
                               "attribute_exists",
                               "if_not_exists",
                               "list_append",
                               "begins_with",
                               "attribute_type",
                               "unknown_function",
                               "#undefined",
                               ":undefined",
                               "#",
                               ":",
                               "name",
                               "5",
                               "-",
                               "+",
                               "\"",
                               "$",
                               "\xC3\xBC",
                               "_a",
                               "[99999999999]",
                               "[-1]",
                               "!=",
                               "=="});
  }
  std::string joined;
  for (const std::string& each : tokens) joined += each;
  return joined;
}

// Names that cannot stand for themselves get a substitute, others sometimes.
std::string expression_writer::name(const std::string& of) {
  const bool plain = std::ranges::all_of(of, [](char c) { return ascii::is_alphanumeric(c); }) &&
                     of != "name" && of != "Status";
  if (plain ? !random_.once_in(5) : random_.once_in(60)) return of;
  if (const auto* known = names_.as<json::object>()) {
    for (const auto& [placeholder, stands_for] : *known) {
      if (stands_for == json(of)) return placeholder;
    }
  }
  std::string placeholder = "#n" + std::to_string(made_++);
  names_.set(placeholder, of);
  return placeholder;
}

std::string expression_writer::value(json of) {
  std::string placeholder = ":v" + std::to_string(made_++);
  values_.set(placeholder, std::move(of));
  return placeholder;
}

std::string expression_writer::value_like(std::string_view type) {
  return value(type.empty() || random_.once_in(20) ? any_value(random_) : value_of(type, random_));
}

// To an attribute that mostly has the type; empty: of any.
std::string expression_writer::path(std::string_view type) {
  // Twice the same is mostly refused.
  std::string made = one_path(type);
  for (int tries = 0; tries < 9 && used_.contains(made) && !random_.once_in(9); ++tries) {
    made = one_path(type);
  }
  used_.insert(made);
  return made;
}

std::string expression_writer::one_path(std::string_view type) {
  std::string made;
  if (table_ != nullptr && random_.once_in(type == "S" || type == "N" || type == "B" ? 4 : 16)) {
    const std::vector<key_shape> keys = table_->keys();
    const key_shape& key = random_.of(keys);
    if (!type.empty() && key.type != type && !random_.once_in(8)) return one_path({});
    made = name(key.name);
  } else {
    std::string attribute = plain_name(random_);
    for (int tries = 0; tries < 30 && !type.empty() && usual_type(attribute) != type; ++tries) {
      attribute = plain_name(random_);
    }
    made = name(attribute);
  }
  while (random_.once_in(9)) {
    if (random_.once_in(2)) {
      made += "[" + std::to_string(random_.once_in(10) ? 10 : random_.below(3)) + "]";
    } else {
      made += "." + name(plain_name(random_));
    }
  }
  return made;
}

// Mostly not of the primary key, which cannot be updated.
std::string expression_writer::target_path(std::string_view type) {
  std::string made = path(type);
  const auto is_primary = [&] {
    if (table_ == nullptr) return false;
    const json* const stands_for = names_.find(made);
    const json named = stands_for != nullptr ? *stands_for : json(made);
    return named == json(table_->partition.name) ||
           (table_->sort && named == json(table_->sort->name));
  };
  for (int tries = 0; tries < 9 && is_primary() && !random_.once_in(12); ++tries) made = path(type);
  return made;
}

std::string expression_writer::size_of_path() {
  return "size(" + path() + ")";
}

std::string expression_writer::operand(std::string_view type) {
  switch (random_.below(type == "N" ? 6 : 5)) {
    case 0:
    case 1:
      return value_like(type);
    case 5:
      return size_of_path();
    default:
      return path(type);
  }
}

std::string expression_writer::comparison() {
  const std::string_view type =
      random_.of({"N", "N", "S", "S", "B", "SS", "NS", "L", "M", "BOOL", "NULL"});
  switch (random_.below(10)) {
    case 0:
      return operand(type) + word("BETWEEN") + operand(type) + word("AND") + operand(type);
    case 1: {
      std::string list = operand(type) + word("IN") + "(" + operand(type);
      for (std::size_t more = random_.once_in(40) ? 110 : random_.below(3); more > 0; --more) {
        list += ", " + operand(type);
      }
      return list + ")";
    }
    case 2:
      return "attribute_exists(" + path() + ")";
    case 3:
      return "attribute_not_exists(" + path() + ")";
    case 4:
      return "attribute_type(" + path(type) + ", " +
             value(random_.once_in(12) ? any_value(random_)
                                       : typed("S", random_.of({"S", "N", "B", "SS", "NS", "BS",
                                                                "L", "M", "BOOL", "NULL", "X"}))) +
             ")";
    case 5:
      return "begins_with(" + operand(random_.once_in(2) ? "S" : "B") + "," +
             operand(random_.once_in(2) ? "S" : "B") + ")";
    case 6:
      return "contains(" + operand(random_.of({"S", "SS", "NS", "BS", "L", "B"})) + ", " +
             operand(random_.of({"S", "N", "B"})) + ")";
    default:
      return operand(type) + space() + random_.of({"=", "<>", "<", "<=", ">", ">="}) + space() +
             operand(type);
  }
}

std::string expression_writer::condition(int depth) {
  if (depth <= 0) return comparison();
  switch (random_.below(7)) {
    case 0:
      return word("NOT") + condition(depth - 1);
    case 1:
      return "(" + condition(depth - 1) + ")";
    case 2:
      return condition(depth - 1) + word("AND") + condition(depth - 1);
    case 3:
      return condition(depth - 1) + word("OR") + condition(depth - 1);
    default:
      return comparison();
  }
}

std::string expression_writer::condition() {
  if (random_.once_in(400)) {
    // At and beyond the limits of operators and of levels.
    std::string made;
    if (random_.once_in(2)) {
      for (std::size_t more = random_.between(298, 303); more > 0; --more) made += "a=b OR ";
      return made + "a=b";
    }
    const std::size_t levels = random_.between(20, 80);
    return std::string(levels, '(') + "a=b" + std::string(levels, ')');
  }
  used_.clear();
  if (random_.once_in(100)) return random_.of({"", " ", "a", "()", "(a)", "NOT a"});
  return maybe_broken(condition(random_.once_in(4) ? 3 : 1));
}

std::string expression_writer::projection() {
  used_.clear();
  if (random_.once_in(60)) return random_.of({"", " ", "a,", "*", "a a"});
  std::string made = path();
  for (std::size_t more = random_.below(4); more > 0; --more) made += ", " + path();
  return maybe_broken(std::move(made));
}

std::string expression_writer::sum(std::string_view type) {
  const auto part = [&](std::string_view of) -> std::string {
    switch (random_.below(8)) {
      case 0:
        return "if_not_exists(" + path(of) + ", " + operand(of) + ")";
      case 1:
        if (of != "L") break;
        return "list_append(" + operand(of) + ", " + operand(of) + ")";
      case 2:
        return path(of);
      default:
        break;
    }
    return value_like(of);
  };
  std::string made = part(type);
  if (type == "N" ? random_.once_in(2) : random_.once_in(25)) {
    made += space() + random_.of({"+", "-"}) + space() + part(type);
  }
  return made;
}

std::string expression_writer::set_action() {
  const std::string_view type =
      random_.of({"N", "N", "S", "L", "L", "M", "SS", "NS", "B", "BOOL", "NULL"});
  std::string target = target_path(type);
  return target + space() + "=" + space() + (random_.once_in(6) ? sum({}) : sum(type));
}

std::string expression_writer::update() {
  used_.clear();
  if (random_.once_in(100)) return random_.of({"", " ", "SET", "REMOVE a SET b = a REMOVE c", "a"});
  std::vector<std::string> clauses;
  const auto list = [&](std::string_view keyword, auto&& action) {
    std::string clause = word(keyword) + action();
    while (random_.once_in(3)) clause += ", " + action();
    clauses.push_back(std::move(clause));
  };
  const std::size_t which = random_.below(10);
  if (which < 6) list("SET", [&] { return set_action(); });
  if (which == 6 || random_.once_in(6)) list("REMOVE", [&] { return target_path({}); });
  if (which == 7 || which == 9 || random_.once_in(10)) {
    list("ADD", [&] {
      const std::string_view type =
          random_.once_in(12) ? "L" : random_.of({"N", "N", "SS", "NS", "BS"});
      const std::string target = target_path(type);
      return target + " " + value_like(type);
    });
  }
  if (which == 8 || random_.once_in(14)) {
    list("DELETE", [&] {
      const std::string_view type = random_.once_in(12) ? "N" : random_.of({"SS", "NS", "BS"});
      const std::string target = target_path(type);
      return target + " " + value_like(type);
    });
  }
  std::string made;
  if (random_.once_in(2)) std::ranges::reverse(clauses);
  for (const std::string& clause : clauses) made += clause;
  return maybe_broken(std::move(made));
}

std::string expression_writer::key_condition(const index_shape* index) {
  if (table_ == nullptr || random_.once_in(60)) return comparison();
  const key_shape& partition = index != nullptr ? index->partition : table_->partition;
  const std::optional<key_shape>& sort = index != nullptr ? index->sort : table_->sort;
  std::string first = name(partition.name) + space() + (random_.once_in(60) ? "<" : "=") + space() +
                      value(key_value(partition.type, random_));
  if (random_.once_in(60))
    first = value(key_value(partition.type, random_)) + " = " + name(partition.name);
  if (!sort && !random_.once_in(30)) return maybe_broken(std::move(first));
  if (random_.once_in(3)) return maybe_broken(std::move(first));
  const key_shape by = sort ? *sort : key_shape{"a", "N"};
  const auto bound = [&] { return value(key_value(by.type, random_)); };
  std::string second;
  switch (random_.below(by.type == "N" && !random_.once_in(12) ? 4 : 5)) {
    case 0:
      second = name(by.name) + word("BETWEEN") + bound() + word("AND") + bound();
      break;
    case 4:
      second = "begins_with(" + name(by.name) + ", " +
               (by.type == "S" && random_.once_in(4) ? value(typed("S", "")) : bound()) + ")";
      break;
    default:
      second = name(by.name) + space() +
               random_.of({"=", "<", "<=", ">", ">=", "=", "<", ">", "<>"}) + space() + bound();
  }
  if (random_.once_in(5)) std::swap(first, second);
  if (random_.once_in(20)) first = "(" + first + ")";
  std::string made = first + word(random_.once_in(60) ? "OR" : "AND") + second;
  if (random_.once_in(60)) made += word("AND") + comparison();
  if (random_.once_in(20)) made = "(" + made + ")";
  return maybe_broken(std::move(made));
}

void expression_writer::add_substitutes(json& request) {
  if (random_.once_in(80)) names_.set(random_.of({"#more", "more", "#", "#n-1"}), "a");
  if (random_.once_in(80)) values_.set(random_.of({":more", "more", ":", ":v-1"}), typed("S", "a"));
  const auto lose_one = [&](json& of) {
    auto* const members = of.as<json::object>();
    if (members == nullptr || members->empty() || !random_.once_in(60)) return;
    members->erase(members->begin() + static_cast<std::ptrdiff_t>(random_.below(members->size())));
  };
  lose_one(names_);
  lose_one(values_);
  if (!names_.is_null() || random_.once_in(200)) {
    request.set("ExpressionAttributeNames", names_.is_null() ? json::object{} : names_);
  }
  if (!values_.is_null() || random_.once_in(200)) {
    request.set("ExpressionAttributeValues", values_.is_null() ? json::object{} : values_);
  }
}

}  // namespace dynamo::differential
