#include "engine/expression/update.hpp"

#include "engine/expression/update_actions.hpp"
#include "engine/refusal.hpp"

#include <dynamo/value/item_parser.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace dynamo::engine {
namespace {

// Levels of lists and maps; the item itself is the first of 32.
constexpr unsigned max_levels = 31;

// The number of levels of lists and maps in the value.
// NOLINTNEXTLINE(misc-no-recursion): values are as deep as the parser allows
unsigned levels_of(const attribute& value) {
  unsigned deepest = 0;
  if (value.type() == value_type::list) {
    for (const attribute& element : value.as_list()) {
      deepest = std::max(deepest, levels_of(element));
    }
  } else if (value.type() == value_type::map) {
    for (const auto& [name, member] : value.as_map()) {
      deepest = std::max(deepest, levels_of(member));
    }
  } else {
    return 0;
  }
  return deepest + 1;
}

// Refuses a path whose last step is not in an existing map or list.
void check_path(const document_path& path, const item& before) {
  if (path.size() == 1) return;
  const value_view* const parent = find(before, path, path.size() - 1);
  const value_type wanted = path.back().is_index ? value_type::list : value_type::map;
  if (parent == nullptr || parent->type() != wanted) {
    refuse_invalid("The document path provided in the update expression is invalid for update");
  }
}

// Builds the updated item from the item before the update, in one pass.
class rebuilder {
 public:
  rebuilder(const update_actions& actions, const item& before);

  owned_item item() { return members_of(before_, actions_.paths.root(), 0); }

 private:
  template <class Members>
  attribute_map members_of(const Members& before, const path_branch& branch, unsigned level);
  attribute_list elements_of(std::span<const value_view> before, const path_branch& branch,
                             unsigned level);
  std::optional<attribute> value_of(const value_view* before, const path_branch& branch,
                                    unsigned level);
  std::optional<attribute> act(const value_view* before, std::size_t action, unsigned level);
  void check_action(std::size_t action) const;

  const update_actions& actions_;
  const dynamo::item& before_;
  set_orders deleted_;
  item_room room_;
  std::vector<attribute> set_;  // the results of SET, by action
};

rebuilder::rebuilder(const update_actions& actions, const dynamo::item& before)
    : actions_(actions), before_(before), deleted_(&actions.deleted), set_(actions.actions.size()) {
  for (const document_path& path : actions.paths.paths()) check_path(path, before);
  // All operands are checked before anything is copied: an operand of a wrong type is reported
  // rather than the size, as DynamoDB Local does.
  for (std::size_t i = 0; i < set_.size(); ++i) check_action(i);
  for (std::size_t i = 0; i < set_.size(); ++i) {
    const update_action& each = actions.actions[i];
    if (each.what != action_kind::set) continue;
    const path_step& last = actions.paths.paths()[i].back();
    if (!last.is_index) room_.take(last.name.size());
    set_[i] = evaluate(each.operand, before, room_);
  }
}

void rebuilder::check_action(std::size_t action) const {
  const update_action& what = actions_.actions[action];
  if (what.what == action_kind::set) return check(what.operand, before_);
  if (what.what == action_kind::remove) return;
  const value_view* const there = find(before_, actions_.paths.paths()[action]);
  if (there != nullptr) check_same_type(*there, *what.operand.value);
}

// NOLINTBEGIN(misc-no-recursion): a path has at most 32 steps
template <class Members>
attribute_map rebuilder::members_of(const Members& before, const path_branch& branch,
                                    unsigned level) {
  attribute_map out;
  std::vector<bool> met(branch.children.size());
  for (const auto& [name, value] : before) {
    const path_branch* const child = branch.find(name);
    if (child == nullptr) {
      out.emplace(name, value.to_owned());
      continue;
    }
    met[static_cast<std::size_t>(child - branch.children.data())] = true;
    if (auto changed = value_of(&value, *child, level)) out.emplace(name, *std::move(changed));
  }
  for (std::size_t i = 0; i < met.size(); ++i) {
    if (met[i]) continue;
    const path_branch& child = branch.children[i];
    if (auto made = value_of(nullptr, child, level)) {
      out.emplace(child.step.name, *std::move(made));
    }
  }
  return out;
}

// Indexes refer to the list before the update: elements beyond its end are appended, in order.
attribute_list rebuilder::elements_of(std::span<const value_view> before, const path_branch& branch,
                                      unsigned level) {
  attribute_list out;
  out.reserve(before.size() + branch.children.size());
  auto child = branch.children.begin();
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (child == branch.children.end() || child->step.index != i) {
      out.push_back(before[i].to_owned());
    } else if (auto changed = value_of(&before[i], *child++, level)) {
      out.push_back(*std::move(changed));
    }
  }
  for (; child != branch.children.end(); ++child) {
    if (auto made = value_of(nullptr, *child, level)) out.push_back(*std::move(made));
  }
  return out;
}

std::optional<attribute> rebuilder::value_of(const value_view* before, const path_branch& branch,
                                             unsigned level) {
  if (branch.is_end()) return act(before, branch.end, level);
  // A list or map: paths that do not exist were refused.
  if (branch.is_list()) return elements_of(before->elements(), branch, level + 1);
  return members_of(before->members(), branch, level + 1);
}
// NOLINTEND(misc-no-recursion)

std::optional<attribute> rebuilder::act(const value_view* before, std::size_t action,
                                        unsigned level) {
  const update_action& what = actions_.actions[action];
  switch (what.what) {
    case action_kind::set:
      if (level + levels_of(set_[action]) > max_levels) {
        refuse_invalid("Nesting Levels have exceeded supported limits");
      }
      return std::move(set_[action]);
    case action_kind::remove:
      return std::nullopt;
    case action_kind::add:
      return added(before, *what.operand.value, room_);
    case action_kind::erase: {
      if (before == nullptr) return std::nullopt;
      attribute left = without(*before, deleted_.of(what.operand.value->elements()));
      if (left.is_null()) return std::nullopt;
      return left;
    }
  }
  return std::nullopt;
}

}  // namespace

update::update(std::unique_ptr<update_actions> actions) : actions_(std::move(actions)) {}
update::update(update&&) noexcept = default;
update& update::operator=(update&&) noexcept = default;
update::~update() = default;

update update::parse(std::string_view text, substitutes& with) {
  return update(std::make_unique<update_actions>(build_update(text, with)));
}

void update::check_key(const key_schema& key) const {
  for (const std::string_view name : actions_->paths.top_level_names()) {
    if (!has_attribute(key, name)) continue;
    refuse_invalid(
        fmt::format("One or more parameter values were invalid: Cannot update attribute {}. This "
                    "attribute is part of the key",
                    name));
  }
}

owned_item update::apply(const item& before) const {
  return rebuilder(*actions_, before).item();
}

owned_item update::touched(const item& of) const {
  std::string json;
  actions_->paths.append_selection(json, of);
  return parse_json(json);
}

}  // namespace dynamo::engine
