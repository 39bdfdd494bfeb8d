#include "engine/request/constraints.hpp"

#include "core/ascii.hpp"
#include "engine/refusal.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace dynamo::engine {
namespace {

constexpr std::size_t least_name = 3;
// The maximum number of violations that the service reports for one request.
constexpr std::size_t most_faults = 10;

bool has_name_characters(std::string_view name) {
  return std::ranges::all_of(
      name, [](char c) { return ascii::is_alphanumeric(c) || c == '_' || c == '-' || c == '.'; });
}

}  // namespace

void constraints::broken(std::optional<std::string_view> value, std::string_view member,
                         std::string_view rule) {
  if (faults_.size() == most_faults) return;
  faults_.push_back(fmt::format("Value {} at '{}{}' failed to satisfy constraint: {}",
                                value ? fmt::format("'{}'", *value) : std::string("null"), place_,
                                member, rule));
}

void constraints::at_least(std::optional<std::int64_t> value, std::string_view member,
                           std::int64_t least) {
  if (!value || *value >= least) return;
  broken(std::to_string(*value), member,
         fmt::format("Member must have value greater than or equal to {}", least));
}

void constraints::at_most(std::optional<std::int64_t> value, std::string_view member,
                          std::int64_t most) {
  if (!value || *value <= most) return;
  broken(std::to_string(*value), member,
         fmt::format("Member must have value less than or equal to {}", most));
}

void constraints::length(const std::optional<std::string>& value, std::string_view member,
                         std::size_t least, std::size_t most) {
  if (!value) return;
  if (value->size() < least) {
    broken(*value, member,
           fmt::format("Member must have length greater than or equal to {}", least));
  } else if (value->size() > most) {
    broken(*value, member, fmt::format("Member must have length less than or equal to {}", most));
  }
}

void constraints::table_name(const std::optional<std::string>& value, std::string_view member) {
  if (!value) return;
  if (!has_name_characters(*value)) {
    broken(*value, member, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  }
  length(value, member, least_name, max_table_name);
}

void constraints::no_choice(std::string_view value, std::string_view member,
                            std::span<const std::string_view> names) {
  broken(value, member,
         fmt::format("Member must satisfy enum value set: [{}]", fmt::join(names, ", ")));
}

void constraints::check() const {
  if (faults_.empty()) return;
  refuse_invalid(fmt::format("{} validation error{} detected: {}", faults_.size(),
                             faults_.size() == 1 ? "" : "s", fmt::join(faults_, "; ")));
}

[[noreturn]] void refuse_values(std::string_view what) {
  refuse_invalid(fmt::format("One or more parameter values were invalid: {}", what));
}

std::string bare_table_name(std::string name) {
  constexpr std::string_view before = ":table/";
  if (!name.starts_with("arn:")) return name;
  const std::size_t at = name.find(before);
  return at == std::string::npos ? name : name.substr(at + before.size());
}

}  // namespace dynamo::engine
