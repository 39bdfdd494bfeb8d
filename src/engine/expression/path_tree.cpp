#include "engine/expression/path_tree.hpp"

#include "engine/expression/parser.hpp"
#include "value/view_json.hpp"

#include <dynamo/value/json_writer.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace dynamo::engine {
namespace {

// The number of the path through `branch` that was added first.
// NOLINTNEXTLINE(misc-no-recursion): a path has at most 32 steps
std::size_t first_end(const path_branch& branch) {
  if (branch.is_end()) return branch.end;
  std::size_t first = first_end(branch.children.front());
  for (const path_branch& child : branch.children) first = std::min(first, first_end(child));
  return first;
}

// The position of this step's branch among its siblings, or where to insert it.
auto place_of(std::vector<path_branch>& siblings, const path_step& step) {
  return std::ranges::lower_bound(
      siblings, step,
      [](const path_step& a, const path_step& b) {
        return a.is_index ? a.index < b.index : a.name < b.name;
      },
      &path_branch::step);
}

// NOLINTNEXTLINE(misc-no-recursion): as above
bool append_value(std::string& out, const value_view& value, const path_branch& branch);

// NOLINTNEXTLINE(misc-no-recursion): as above
bool append_member(std::string& out, const named_value& member, const path_branch& parent) {
  const path_branch* const branch = parent.find(member.name);
  if (branch == nullptr) return false;
  const std::size_t begin = out.size();
  detail::append_json_key(out, member.name);
  if (append_value(out, member.value, *branch)) return true;
  out.resize(begin);
  return false;
}

// NOLINTNEXTLINE(misc-no-recursion): as above
bool append_elements(std::string& out, const value_view& list, const path_branch& branch) {
  const auto elements = list.elements();
  bool any = false;
  for (const path_branch& child : branch.children) {
    if (child.step.index >= elements.size()) break;
    const std::size_t begin = out.size();
    if (any) out += ',';
    if (append_value(out, elements[child.step.index], child)) {
      any = true;
    } else {
      out.resize(begin);
    }
  }
  return any;
}

// False if the value has nothing that the branch selects; the appended text must then be discarded.
// NOLINTNEXTLINE(misc-no-recursion): as above
bool append_value(std::string& out, const value_view& value, const path_branch& branch) {
  if (branch.is_end()) {
    detail::append_json(out, value);
    return true;
  }
  bool any = false;
  if (branch.is_list()) {
    if (value.type() != value_type::list) return false;
    out += "{\"L\":[";
    any = append_elements(out, value, branch);
    out += "]}";
  } else {
    if (value.type() != value_type::map) return false;
    out += "{\"M\":{";
    for (const named_value& member : value.members()) any |= append_member(out, member, branch);
    out += "}}";
  }
  return any;
}

}  // namespace

const path_branch* path_branch::find(std::string_view name) const noexcept {
  const auto found = std::ranges::lower_bound(
      children, name, {},
      [](const path_branch& each) -> std::string_view { return each.step.name; });
  return found == children.end() || found->step.name != name ? nullptr : &*found;
}

void path_tree::add(document_path path, std::string_view role) {
  const auto refuse = [&](std::string_view how, std::size_t other) {
    refuse_expression(role, fmt::format("Two document paths {} with each other; must remove or "
                                        "rewrite one of these paths; path one: {}, path two: {}",
                                        how, to_text(paths_[other]), to_text(path)));
  };
  path_branch* at = &root_;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const path_step& step = path[i];
    if (at != &root_ && i != 0 && !at->is_end() && at->is_list() != step.is_index) {
      refuse("conflict", first_end(*at));
    }
    auto found = place_of(at->children, step);
    const bool known = found != at->children.end() && found->step == step;
    if (known && (found->is_end() || i + 1 == path.size())) refuse("overlap", first_end(*found));
    if (!known) {
      found = at->children.insert(found, path_branch{.step = step, .end = paths_.size()});
      // A new branch stays an end only after its path's last step.
      at = &*found;
      for (++i; i < path.size(); ++i) {
        at->children.push_back({.step = path[i], .end = paths_.size()});
        at = &at->children.front();
      }
      break;
    }
    at = &*found;
  }
  paths_.push_back(std::move(path));
}

std::vector<std::string_view> path_tree::top_level_names() const {
  std::vector<std::string_view> names;
  names.reserve(root_.children.size());
  for (const path_branch& branch : root_.children) names.emplace_back(branch.step.name);
  return names;
}

void path_tree::append_selection(std::string& out, const item& of) const {
  out += '{';
  for (const named_value& attribute : of) append_member(out, attribute, root_);
  out += '}';
}

}  // namespace dynamo::engine
