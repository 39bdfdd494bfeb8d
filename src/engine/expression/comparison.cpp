#include "engine/expression/comparison.hpp"

#include "value/decimal.hpp"

#include <dynamo/value/base64.hpp>
#include <dynamo/value/number.hpp>

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace dynamo::engine {
namespace {

// Up to here, looking for each of one among all of the other is the fastest way.
constexpr std::size_t few = 16;

std::string_view text_of(const value_view& value) {
  switch (value.type()) {
    case value_type::string:
      return value.as_string();
    case value_type::number:
      return value.number_text();
    case value_type::binary:
      return value.base64();
    default:
      return {};
  }
}

// Texts of one type. Numbers and base64 may be spelt in several ways.
int compare_texts(value_type type, std::string_view a, std::string_view b) {
  if (type == value_type::number) return detail::compare_numbers(a, b);
  if (type == value_type::binary) return detail::compare_base64(a, b);
  return a.compare(b);
}

bool equal_texts(value_type type, std::string_view a, std::string_view b) {
  return a == b || (type != value_type::string && compare_texts(type, a, b) == 0);
}

bool equal_sets(std::span<const value_view> a, std::span<const value_view> b) {
  if (a.size() != b.size()) return false;
  if (a.size() <= few) {
    return std::ranges::all_of(a, [&](const value_view& each) {
      return std::ranges::any_of(b, [&](const value_view& other) { return equal(each, other); });
    });
  }
  const value_type type = a.front().type();
  const auto sorted = [&](std::span<const value_view> set) {
    std::vector<std::string_view> texts(set.size());
    std::ranges::transform(set, texts.begin(), text_of);
    std::ranges::sort(texts, [&](std::string_view x, std::string_view y) {
      return compare_texts(type, x, y) < 0;
    });
    return texts;
  };
  return std::ranges::equal(sorted(a), sorted(b), [&](std::string_view x, std::string_view y) {
    return equal_texts(type, x, y);
  });
}

// NOLINTNEXTLINE(misc-no-recursion): values are as deep as the parser allows
bool equal_maps(std::span<const named_value> a, std::span<const named_value> b) {
  if (a.size() != b.size()) return false;
  if (a.size() <= few) {
    return std::ranges::all_of(a, [&](const named_value& each) {
      const auto other = std::ranges::find(b, each.name, &named_value::name);
      return other != b.end() && equal(each.value, other->value);
    });
  }
  const auto sorted = [](std::span<const named_value> members) {
    std::vector<const named_value*> order(members.size());
    std::ranges::transform(members, order.begin(), [](const named_value& each) { return &each; });
    std::ranges::sort(order, {}, [](const named_value* each) { return each->name; });
    return order;
  };
  return std::ranges::equal(sorted(a), sorted(b), [](const named_value* x, const named_value* y) {
    return x->name == y->name && equal(x->value, y->value);
  });
}

std::string bytes_of(std::string_view base64) {
  bytes contents;
  detail::decode_base64(base64, contents);
  return {reinterpret_cast<const char*>(contents.data()), contents.size()};
}

// Calls `test` with the contents of two strings or binary values; false for all others.
template <class Test>
bool with_contents(const comparable& whole, const comparable& part, Test test) {
  if (!whole.is_present() || !part.is_present() || whole.type() != part.type()) return false;
  if (whole.type() == value_type::string) return test(whole.text(), part.text());
  if (whole.type() != value_type::binary) return false;
  const std::string contents = bytes_of(whole.text());
  return test(std::string_view(contents), std::string_view(bytes_of(part.text())));
}

std::uint64_t utf16_size(std::string_view text) {
  std::uint64_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

}  // namespace

comparable::comparable(const value_view* value) : value_(value), present_(value != nullptr) {
  if (value == nullptr) return;
  type_ = value->type();
  text_ = text_of(*value);
}

bool has_order(value_type type) noexcept {
  return type == value_type::string || type == value_type::number || type == value_type::binary;
}

// NOLINTNEXTLINE(misc-no-recursion): as above
bool equal(const value_view& a, const value_view& b) {
  if (a.type() != b.type()) return false;
  switch (a.type()) {
    case value_type::null:
      return true;
    case value_type::boolean:
      return a.as_bool() == b.as_bool();
    case value_type::string:
    case value_type::number:
    case value_type::binary:
      return equal_texts(a.type(), text_of(a), text_of(b));
    case value_type::list:
      return std::ranges::equal(
          a.elements(), b.elements(),
          // NOLINTNEXTLINE(misc-no-recursion): as above
          [](const value_view& x, const value_view& y) { return equal(x, y); });
    case value_type::map:
      return equal_maps(a.members(), b.members());
    case value_type::string_set:
    case value_type::number_set:
    case value_type::binary_set:
      return equal_sets(a.elements(), b.elements());
  }
  return false;
}

bool equal(const comparable& a, const comparable& b) {
  if (!a.is_present() || !b.is_present() || a.type() != b.type()) return false;
  if (has_order(a.type())) return equal_texts(a.type(), a.text(), b.text());
  return equal(*a.value(), *b.value());
}

std::optional<int> order(const comparable& a, const comparable& b) {
  if (!a.is_present() || !b.is_present() || a.type() != b.type() || !has_order(a.type())) {
    return std::nullopt;
  }
  return compare_texts(a.type(), a.text(), b.text());
}

bool compare(comparator how, const comparable& a, const comparable& b) {
  if (how == comparator::equal) return equal(a, b);
  if (how == comparator::not_equal) return !equal(a, b);
  const std::optional<int> known = order(a, b);
  if (!known) return false;
  switch (how) {
    case comparator::less:
      return *known < 0;
    case comparator::less_or_equal:
      return *known <= 0;
    case comparator::greater:
      return *known > 0;
    default:
      return *known >= 0;
  }
}

bool contains(const comparable& whole, const comparable& part) {
  if (!whole.is_present() || !part.is_present()) return false;
  switch (whole.type()) {
    case value_type::list:
    case value_type::string_set:
    case value_type::number_set:
    case value_type::binary_set:
      return std::ranges::any_of(whole.value()->elements(), [&](const value_view& element) {
        return equal(comparable(&element), part);
      });
    default:
      return with_contents(whole, part, [](std::string_view text, std::string_view piece) {
        return text.find(piece) != std::string_view::npos;
      });
  }
}

bool begins_with(const comparable& whole, const comparable& part) {
  return with_contents(whole, part, [](std::string_view text, std::string_view piece) {
    return text.starts_with(piece);
  });
}

std::optional<std::uint64_t> size_in_conditions(const value_view& of) {
  switch (of.type()) {
    case value_type::string:
      return utf16_size(of.as_string());
    case value_type::binary:
      return detail::decoded_base64_size(of.base64());
    case value_type::map:
      return of.members().size();
    case value_type::list:
    case value_type::string_set:
    case value_type::number_set:
    case value_type::binary_set:
      return of.elements().size();
    default:
      return std::nullopt;
  }
}

}  // namespace dynamo::engine
