#include "engine/expression/document_path.hpp"

#include "core/ascii.hpp"
#include "engine/expression/parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace dynamo::engine {
namespace {

constexpr std::size_t max_path_steps = 32;

// Stored items have their members in name order, so this is a binary search: an expression may look
// up thousands among thousands.
const value_view* find_member(std::span<const named_value> members, std::string_view name) {
  const auto found = std::ranges::lower_bound(members, name, {}, &named_value::name);
  return found != members.end() && found->name == name ? &found->value : nullptr;
}

const value_view* find_step(const value_view& in, const path_step& step) {
  if (!step.is_index) {
    return in.type() == value_type::map ? find_member(in.members(), step.name) : nullptr;
  }
  if (in.type() != value_type::list) return nullptr;
  const auto elements = in.elements();
  return step.index < elements.size() ? &elements[step.index] : nullptr;
}

}  // namespace

document_path resolve_path(const std::vector<written_step>& written, std::string_view role,
                           substitutes& with) {
  if (written.size() > max_path_steps) {
    refuse_expression(
        role, fmt::format("The document path has too many nesting levels; nesting levels: {}",
                          written.size()));
  }
  document_path path;
  path.reserve(written.size());
  for (const written_step& step : written) {
    switch (step.how) {
      case written_step::kind::bare:
        path.push_back({.name = with.kept(step.text)});
        break;
      case written_step::kind::placeholder:
        path.push_back({.name = with.name(step.text, role)});
        break;
      case written_step::kind::index:
        path.push_back(
            {.index = ascii::number_in<std::uint32_t>(step.text).value(), .is_index = true});
        break;
    }
  }
  if (path.size() > 1) with.note_nested(path.front().name);
  return path;
}

const value_view* find(const item& in, const document_path& path) {
  return find(in, path, path.size());
}

const value_view* find(const item& in, const document_path& path, std::size_t steps) {
  const value_view* found = find_member({in.begin(), in.end()}, path.front().name);
  for (std::size_t i = 1; i < steps && found != nullptr; ++i) {
    found = find_step(*found, path[i]);
  }
  return found;
}

std::string to_text(const document_path& path) {
  std::string out = "[";
  for (const path_step& step : path) {
    if (out.size() > 1) out += ", ";
    if (step.is_index) {
      out += fmt::format("[{}]", step.index);
    } else {
      out += step.name;
    }
  }
  return out += ']';
}

}  // namespace dynamo::engine
