#include "engine/expression/condition.hpp"

#include "engine/expression/condition_tree.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace dynamo::engine {
namespace {

// An operand's value in one item. Not copied: it may refer to itself.
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

bool is_between(const condition_node& node, const item& of) {
  const evaluated value(node.operands[0], of);
  const evaluated low(node.operands[1], of);
  const evaluated high(node.operands[2], of);
  return compare(comparator::greater_or_equal, value.value(), low.value()) &&
         compare(comparator::less_or_equal, value.value(), high.value());
}

bool is_among(const condition_node& node, const item& of) {
  const evaluated value(node.operands[0], of);
  return std::any_of(node.operands.begin() + 1, node.operands.end(),
                     [&](const condition_operand& choice) {
                       return equal(value.value(), evaluated(choice, of).value());
                     });
}

bool holds_for_two(const condition_node& node, const item& of) {
  const evaluated left(node.operands[0], of);
  const evaluated right(node.operands[1], of);
  switch (node.kind) {
    case condition_kind::begins_with:
      return begins_with(left.value(), right.value());
    case condition_kind::contains:
      return contains(left.value(), right.value());
    case condition_kind::attribute_type:
      return left.value().is_present() && left.value().type() == node.type;
    default:
      return compare(node.how, left.value(), right.value());
  }
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the parser's limit at most
bool holds_in(const condition_node& node, const item& of) {
  // NOLINTNEXTLINE(misc-no-recursion): as above
  const auto holds = [&](const condition_node& child) { return holds_in(child, of); };
  switch (node.kind) {
    case condition_kind::all_of:
      return std::ranges::all_of(node.children, holds);
    case condition_kind::any_of:
      return std::ranges::any_of(node.children, holds);
    case condition_kind::negation:
      return !holds(node.children[0]);
    case condition_kind::attribute_exists:
      return find(of, node.operands[0].path) != nullptr;
    case condition_kind::attribute_not_exists:
      return find(of, node.operands[0].path) == nullptr;
    case condition_kind::between:
      return is_between(node, of);
    case condition_kind::in:
      return is_among(node, of);
    default:
      return holds_for_two(node, of);
  }
}

// NOLINTNEXTLINE(misc-no-recursion): as above
void append_names(const condition_node& node, std::vector<std::string_view>& out) {
  for (const condition_operand& operand : node.operands) {
    if (operand.value != nullptr) continue;
    const std::string_view name = operand.path.front().name;
    if (std::ranges::find(out, name) == out.end()) out.push_back(name);
  }
  for (const condition_node& child : node.children) append_names(child, out);
}

}  // namespace

condition::condition(std::unique_ptr<condition_node> root) : root_(std::move(root)) {}
condition::condition(condition&&) noexcept = default;
condition& condition::operator=(condition&&) noexcept = default;
condition::~condition() = default;

condition condition::parse(std::string_view text, std::string_view role, substitutes& with) {
  return condition(std::make_unique<condition_node>(build_condition(text, role, with)));
}

bool condition::holds(const item& of) const {
  return holds_in(*root_, of);
}

std::vector<std::string_view> condition::top_level_names() const {
  std::vector<std::string_view> names;
  append_names(*root_, names);
  return names;
}

}  // namespace dynamo::engine
