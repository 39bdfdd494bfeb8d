#include "engine/expression/parser.hpp"

#include "core/ascii.hpp"
#include "engine/expression/lexer.hpp"
#include "engine/expression/syntax_check.hpp"
#include "engine/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr std::size_t max_bytes = 4096;
constexpr std::size_t max_operators = 300;
// Deeper nesting means doubled parentheses or too many operators.
constexpr unsigned max_depth = 2 * max_operators + 8;

// A recursive descent parser. Reports only violations of the grammar: other rules are checked when
// the text is known to be an expression.
class grammar {
 public:
  grammar(std::string_view text, std::string_view role) : text_(text), role_(role) {
    if (text.empty()) refuse_expression(role, "The expression can not be empty;");
    if (text.size() > max_bytes) {
      refuse_expression(role, fmt::format("Expression size has exceeded the maximum allowed size; "
                                          "expression size: {}",
                                          text.size()));
    }
    tokens_ = tokens_of(text);
  }

  std::uint32_t condition();
  std::vector<written_action> update();
  std::vector<std::uint32_t> projection();

  syntax_tree take_nodes() { return std::move(nodes_); }

 private:
  // Counts the levels of recursion, which can equal the number of brackets in the text.
  class level {
   public:
    explicit level(grammar& of) : depth_(of.depth_) {
      if (++depth_ > max_depth) of.too_many_operators();
    }
    level(const level&) = delete;
    level& operator=(const level&) = delete;
    ~level() { --depth_; }

   private:
    unsigned& depth_;
  };

  [[nodiscard]] token_kind next() const { return tokens_[at_].kind; }
  std::string_view take() { return tokens_[at_++].text; }
  bool take_if(token_kind kind) {
    if (next() != kind) return false;
    ++at_;
    return true;
  }
  void expect(token_kind kind) {
    if (!take_if(kind)) syntax_error();
  }
  [[noreturn]] void syntax_error() const;
  [[noreturn]] void too_many_operators() const {
    refuse_expression(role_,
                      fmt::format("The expression contains too many operators; operator count: {}",
                                  max_operators + 1));
  }

  std::uint32_t add(syntax_node node) {
    nodes_.push_back(std::move(node));
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }
  std::uint32_t add_operator(syntax_kind kind, std::string_view text,
                             std::vector<std::uint32_t> operands) {
    ++operators_;
    return add({.kind = kind, .text = text, .operands = std::move(operands)});
  }
  [[nodiscard]] bool is_operand(std::uint32_t node) const {
    const syntax_kind kind = nodes_[node].kind;
    return kind == syntax_kind::path || kind == syntax_kind::value || kind == syntax_kind::function;
  }
  // A single path or value is not a condition; functions are checked later.
  void require_condition(std::uint32_t node) const {
    if (is_operand(node) && nodes_[node].kind != syntax_kind::function) syntax_error();
  }
  void mark_parenthesised(std::uint32_t node) {
    syntax_node& inner = nodes_[node];
    inner.redundantly = inner.redundantly || inner.parenthesised;
    inner.parenthesised = true;
  }
  void finish() {
    if (next() != token_kind::end) syntax_error();
    if (operators_ > max_operators) too_many_operators();
    if (std::ranges::any_of(nodes_, &syntax_node::redundantly)) {
      refuse_expression(role_, "The expression has redundant parentheses;");
    }
  }

  std::uint32_t any_of();
  std::uint32_t all_of();
  std::uint32_t negation();
  std::uint32_t predicate();
  std::uint32_t comparison(std::uint32_t left);
  std::uint32_t operand();
  std::uint32_t function();
  std::uint32_t path();
  std::uint32_t value();
  std::uint32_t set_value();
  written_action action(action_kind what);

  std::string_view text_;
  std::string_view role_;
  std::vector<token> tokens_;
  std::size_t at_ = 0;
  syntax_tree nodes_;
  std::size_t operators_ = 0;
  unsigned depth_ = 0;
};

// Names the token, and the text from the token before it to the one after it.
void grammar::syntax_error() const {
  const token& wrong = tokens_[at_];
  const token& last = tokens_[wrong.kind == token_kind::end ? at_ : at_ + 1];
  const std::size_t begin = at_ == 0 ? 0 : tokens_[at_ - 1].begin;
  const std::size_t end = last.begin + last.text.size();
  refuse_expression(
      role_, fmt::format("Syntax error; token: \"{}\", near: \"{}\"",
                         wrong.kind == token_kind::end ? std::string_view("<EOF>") : wrong.text,
                         text_.substr(begin, end - begin)));
}

std::uint32_t grammar::condition() {
  const std::uint32_t root = any_of();
  require_condition(root);
  finish();
  return root;
}

// Each of these may return an operand, if it is the only content before a closing parenthesis or
// the end: only the next token shows whether "(a" begins "(a) = b" or "(a = b)".
// NOLINTBEGIN(misc-no-recursion): `level` counts
std::uint32_t grammar::any_of() {
  std::uint32_t left = all_of();
  while (next() == token_kind::keyword_or) {
    require_condition(left);
    take();
    const std::uint32_t right = all_of();
    require_condition(right);
    left = add_operator(syntax_kind::any_of, "OR", {left, right});
  }
  return left;
}

std::uint32_t grammar::all_of() {
  std::uint32_t left = negation();
  while (next() == token_kind::keyword_and) {
    require_condition(left);
    take();
    const std::uint32_t right = negation();
    require_condition(right);
    left = add_operator(syntax_kind::all_of, "AND", {left, right});
  }
  return left;
}

std::uint32_t grammar::negation() {
  const level counted(*this);
  if (!take_if(token_kind::keyword_not)) return predicate();
  const std::uint32_t inner = negation();
  require_condition(inner);
  return add_operator(syntax_kind::negation, "NOT", {inner});
}

std::uint32_t grammar::predicate() {
  if (!take_if(token_kind::left_parenthesis)) return comparison(operand());
  const std::uint32_t inner = any_of();
  expect(token_kind::right_parenthesis);
  mark_parenthesised(inner);
  return is_operand(inner) ? comparison(inner) : inner;
}

std::uint32_t grammar::comparison(std::uint32_t left) {
  switch (next()) {
    case token_kind::equal:
    case token_kind::not_equal:
    case token_kind::less:
    case token_kind::less_or_equal:
    case token_kind::greater:
    case token_kind::greater_or_equal: {
      const std::string_view sign = take();
      return add_operator(syntax_kind::compare, sign, {left, operand()});
    }
    case token_kind::keyword_between: {
      take();
      const std::uint32_t low = operand();
      expect(token_kind::keyword_and);
      return add_operator(syntax_kind::between, "BETWEEN", {left, low, operand()});
    }
    case token_kind::keyword_in: {
      take();
      std::vector<std::uint32_t> operands{left};
      expect(token_kind::left_parenthesis);
      do operands.push_back(operand());
      while (take_if(token_kind::comma));
      expect(token_kind::right_parenthesis);
      return add_operator(syntax_kind::in, "IN", std::move(operands));
    }
    default:
      return left;
  }
}

std::uint32_t grammar::operand() {
  const level counted(*this);
  switch (next()) {
    case token_kind::value:
      return value();
    case token_kind::left_parenthesis: {
      take();
      const std::uint32_t inner = operand();
      expect(token_kind::right_parenthesis);
      mark_parenthesised(inner);
      return inner;
    }
    case token_kind::name:
      return tokens_[at_ + 1].kind == token_kind::left_parenthesis ? function() : path();
    default:
      return path();
  }
}

std::uint32_t grammar::function() {
  const std::string_view name = take();
  std::vector<std::uint32_t> operands;
  take();
  do operands.push_back(operand());
  while (take_if(token_kind::comma));
  expect(token_kind::right_parenthesis);
  return add_operator(syntax_kind::function, name, std::move(operands));
}

std::uint32_t grammar::set_value() {
  const level counted(*this);
  std::uint32_t left = 0;
  if (take_if(token_kind::left_parenthesis)) {
    left = set_value();
    expect(token_kind::right_parenthesis);
    mark_parenthesised(left);
    if (!is_operand(left)) return left;
  } else {
    left = operand();
  }
  if (next() != token_kind::plus && next() != token_kind::minus) return left;
  const std::string_view sign = take();
  return add_operator(syntax_kind::arithmetic, sign, {left, operand()});
}
// NOLINTEND(misc-no-recursion)

std::uint32_t grammar::path() {
  syntax_node node{.kind = syntax_kind::path};
  const auto name = [&] {
    if (next() == token_kind::name) {
      node.path.push_back({written_step::kind::bare, take()});
    } else if (next() == token_kind::named) {
      node.path.push_back({written_step::kind::placeholder, take()});
    } else {
      syntax_error();
    }
  };
  name();
  for (;;) {
    if (take_if(token_kind::dot)) {
      name();
    } else if (take_if(token_kind::left_bracket)) {
      if (next() != token_kind::index) syntax_error();
      node.path.push_back({written_step::kind::index, take()});
      expect(token_kind::right_bracket);
    } else {
      return add(std::move(node));
    }
  }
}

std::uint32_t grammar::value() {
  if (next() != token_kind::value) syntax_error();
  return add({.kind = syntax_kind::value, .text = take()});
}

written_action grammar::action(action_kind what) {
  written_action out{.what = what, .path = path()};
  if (what == action_kind::set) {
    expect(token_kind::equal);
    out.operand = set_value();
  } else if (what != action_kind::remove) {
    out.operand = value();
  }
  return out;
}

std::vector<written_action> grammar::update() {
  struct section {
    token_kind keyword;
    action_kind what;
    std::string_view name;
    bool seen = false;
  };
  std::array<section, 4> sections{{{token_kind::keyword_set, action_kind::set, "SET"},
                                   {token_kind::keyword_remove, action_kind::remove, "REMOVE"},
                                   {token_kind::keyword_add, action_kind::add, "ADD"},
                                   {token_kind::keyword_delete, action_kind::erase, "DELETE"}}};
  std::vector<written_action> actions;
  const section* repeated = nullptr;
  do {
    section* found = nullptr;
    for (section& each : sections) {
      if (take_if(each.keyword)) {
        found = &each;
        break;
      }
    }
    if (found == nullptr) syntax_error();
    if (std::exchange(found->seen, true) && repeated == nullptr) repeated = found;
    do actions.push_back(action(found->what));
    while (take_if(token_kind::comma));
  } while (next() != token_kind::end);
  finish();
  if (repeated != nullptr) {
    refuse_expression(role_, fmt::format("The \"{}\" section can only be used once in an update "
                                         "expression;",
                                         repeated->name));
  }
  return actions;
}

std::vector<std::uint32_t> grammar::projection() {
  std::vector<std::uint32_t> paths;
  do paths.push_back(path());
  while (take_if(token_kind::comma));
  finish();
  return paths;
}

}  // namespace

void refuse_expression(std::string_view role, const std::string& why) {
  refuse_invalid(fmt::format("Invalid {}: {}", role, why));
}

written_condition parse_condition(std::string_view text, std::string_view role) {
  grammar parser(text, role);
  written_condition out;
  out.root = parser.condition();
  out.nodes = parser.take_nodes();
  check_syntax(out.nodes, out.root, place::condition, role);
  return out;
}

written_update parse_update(std::string_view text, std::string_view role) {
  grammar parser(text, role);
  written_update out;
  out.actions = parser.update();
  out.nodes = parser.take_nodes();
  for (const written_action& each : out.actions) {
    check_syntax(out.nodes, each.path, place::set_part, role);
    if (each.what != action_kind::remove) {
      check_syntax(out.nodes, each.operand, place::set_value, role);
    }
  }
  return out;
}

written_projection parse_projection(std::string_view text, std::string_view role) {
  grammar parser(text, role);
  written_projection out;
  out.paths = parser.projection();
  out.nodes = parser.take_nodes();
  for (const std::uint32_t path : out.paths) check_syntax(out.nodes, path, place::set_part, role);
  return out;
}

}  // namespace dynamo::engine
