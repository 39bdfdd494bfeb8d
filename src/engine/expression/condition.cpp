#include "engine/expression/condition.hpp"

#include "engine/expression/condition_tree.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <unordered_set>
#include <utility>

namespace dynamo::engine {
namespace {

// An operand's value in one item. Not copyable: it may refer to itself.
class evaluated {
 public:
  evaluated(const condition_operand& operand, const item& in) {
    const value_view* const value =
        operand.value != nullptr ? operand.value : find(in, operand.path);
    if (!operand.size) {
      result_ = comparable(value);
    } else if (value != nullptr) {
      if (const std::optional<std::uint64_t> size = size_in_conditions(*value)) {
        const auto end = std::to_chars(digits_.data(), digits_.data() + digits_.size(), *size);
        result_ = comparable(std::string_view(digits_.data(), end.ptr));
      }
    }
  }
  evaluated(const evaluated&) = delete;
  evaluated& operator=(const evaluated&) = delete;
  ~evaluated() = default;

  [[nodiscard]] const comparable& value() const noexcept { return result_; }

 private:
  std::array<char, 20> digits_{};
  comparable result_;
};

// The item being tested, and its sorted sets.
struct subject {
  const item& of;
  set_orders sets;
};

bool is_between(const condition_node& node, subject& in) {
  const evaluated value(node.operands[0], in.of);
  const evaluated low(node.operands[1], in.of);
  const evaluated high(node.operands[2], in.of);
  return compare(comparator::greater_or_equal, value.value(), low.value(), in.sets) &&
         compare(comparator::less_or_equal, value.value(), high.value(), in.sets);
}

bool is_among(const condition_node& node, subject& in) {
  const evaluated value(node.operands[0], in.of);
  return std::any_of(node.operands.begin() + 1, node.operands.end(),
                     [&](const condition_operand& choice) {
                       return equal(value.value(), evaluated(choice, in.of).value(), in.sets);
                     });
}

bool holds_for_two(const condition_node& node, subject& in) {
  const evaluated left(node.operands[0], in.of);
  const evaluated right(node.operands[1], in.of);
  switch (node.kind) {
    case condition_kind::begins_with:
      return begins_with(left.value(), right.value());
    case condition_kind::contains:
      return contains(left.value(), right.value(), in.sets);
    case condition_kind::attribute_type:
      return left.value().is_present() && left.value().type() == node.type;
    default:
      return compare(node.how, left.value(), right.value(), in.sets);
  }
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the parser's limit at most
bool holds_in(const condition_node& node, subject& in) {
  // NOLINTNEXTLINE(misc-no-recursion): as above
  const auto holds = [&](const condition_node& child) { return holds_in(child, in); };
  switch (node.kind) {
    case condition_kind::all_of:
      return std::ranges::all_of(node.children, holds);
    case condition_kind::any_of:
      return std::ranges::any_of(node.children, holds);
    case condition_kind::negation:
      return !holds(node.children[0]);
    case condition_kind::attribute_exists:
      return find(in.of, node.operands[0].path) != nullptr;
    case condition_kind::attribute_not_exists:
      return find(in.of, node.operands[0].path) == nullptr;
    case condition_kind::between:
      return is_between(node, in);
    case condition_kind::in:
      return is_among(node, in);
    default:
      return holds_for_two(node, in);
  }
}

// In order of appearance; `seen` avoids duplicates, since there may be thousands.
// NOLINTNEXTLINE(misc-no-recursion): as above
void append_names(const condition_node& node, std::unordered_set<std::string_view>& seen,
                  std::vector<std::string_view>& out) {
  for (const condition_operand& operand : node.operands) {
    if (operand.value != nullptr) continue;
    const std::string_view name = operand.path.front().name;
    if (seen.insert(name).second) out.push_back(name);
  }
  for (const condition_node& child : node.children) append_names(child, seen, out);
}

bool tests_equality(const condition_node& node) {
  return node.kind == condition_kind::in || node.kind == condition_kind::contains ||
         (node.kind == condition_kind::compare &&
          (node.how == comparator::equal || node.how == comparator::not_equal));
}

// Sorts the request's sets that are tested for equality.
// NOLINTNEXTLINE(misc-no-recursion): as above
void add_sets(const condition_node& node, set_orders& out) {
  if (tests_equality(node)) {
    for (const condition_operand& operand : node.operands) {
      if (operand.value != nullptr && !operand.size) out.add(*operand.value);
    }
  }
  for (const condition_node& child : node.children) add_sets(child, out);
}

}  // namespace

struct condition::tree {
  condition_node root{};
  set_orders sets{};  // of the request
};

condition::condition(std::unique_ptr<tree> parsed) : tree_(std::move(parsed)) {}
condition::condition(condition&&) noexcept = default;
condition& condition::operator=(condition&&) noexcept = default;
condition::~condition() = default;

condition condition::parse(std::string_view text, std::string_view role, substitutes& with) {
  auto parsed = std::make_unique<tree>();
  parsed->root = build_condition(text, role, with);
  add_sets(parsed->root, parsed->sets);
  return condition(std::move(parsed));
}

bool condition::holds(const item& of) const {
  subject in{of, set_orders(&tree_->sets)};
  return holds_in(tree_->root, in);
}

std::vector<std::string_view> condition::top_level_names() const {
  std::vector<std::string_view> names;
  std::unordered_set<std::string_view> seen;
  append_names(tree_->root, seen, names);
  return names;
}

}  // namespace dynamo::engine
