#include "engine/expression/comparison.hpp"

#include "value/decimal.hpp"

#include <dynamo/value/base64.hpp>
#include <dynamo/value/number.hpp>

#include <algorithm>
#include <cstring>
#include <span>
#include <string_view>

namespace dynamo::engine {
namespace {

// Up to this size, searching all of one set for each element of the other is fastest.
constexpr std::size_t few = 4;

// Texts of one type.
int compare_texts(value_type type, std::string_view a, std::string_view b) {
  if (type == value_type::number) return detail::compare_numbers(a, b);
  if (type == value_type::binary) return detail::compare_base64(a, b);
  return a.compare(b);
}

bool equal_sets(std::span<const value_view> a, std::span<const value_view> b, set_orders& sets) {
  if (a.size() != b.size()) return false;
  if (a.size() <= few) {
    return std::ranges::all_of(a, [&](const value_view& each) {
      return std::ranges::find(b, text_of(each), text_of) != b.end();
    });
  }
  return std::ranges::equal(sets.of(a), sets.of(b));
}

// NOLINTNEXTLINE(misc-no-recursion): values are as deep as the parser allows
bool equal_maps(std::span<const named_value> a, std::span<const named_value> b, set_orders& sets) {
  return std::ranges::equal(
      // NOLINTNEXTLINE(misc-no-recursion): as above
      a, b, [&](const named_value& x, const named_value& y) {
        return x.name == y.name && equal(x.value, y.value, sets);
      });
}

// In linear time: `std::string_view::find` may compare almost all of `part` at each place.
bool stands_in(std::string_view whole, std::string_view part) {
  return part.empty() || ::memmem(whole.data(), whole.size(), part.data(), part.size()) != nullptr;
}

bytes contents_of(std::string_view base64) {
  bytes contents;
  detail::decode_base64(base64, contents);
  return contents;
}

std::string_view as_text(const bytes& contents) {
  return {reinterpret_cast<const char*>(contents.data()), contents.size()};
}

// Calls `test` with the contents of two strings or binary values; false for all others.
template <class Test>
bool with_contents(const comparable& whole, const comparable& part, Test test) {
  if (!whole.is_present() || !part.is_present() || whole.type() != part.type()) return false;
  if (whole.type() == value_type::string) return test(whole.text(), part.text());
  if (whole.type() != value_type::binary) return false;
  const bytes contents = contents_of(whole.text());
  const bytes piece = contents_of(part.text());
  return test(as_text(contents), as_text(piece));
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
bool equal(const value_view& a, const value_view& b, set_orders& sets) {
  if (a.type() != b.type()) return false;
  switch (a.type()) {
    case value_type::null:
      return true;
    case value_type::boolean:
      return a.as_bool() == b.as_bool();
    case value_type::string:
    case value_type::number:
    case value_type::binary:
      return text_of(a) == text_of(b);
    case value_type::list:
      return std::ranges::equal(
          a.elements(), b.elements(),
          // NOLINTNEXTLINE(misc-no-recursion): as above
          [&](const value_view& x, const value_view& y) { return equal(x, y, sets); });
    case value_type::map:
      return equal_maps(a.members(), b.members(), sets);
    case value_type::string_set:
    case value_type::number_set:
    case value_type::binary_set:
      return equal_sets(a.elements(), b.elements(), sets);
  }
  return false;
}

bool equal(const comparable& a, const comparable& b, set_orders& sets) {
  if (!a.is_present() || !b.is_present() || a.type() != b.type()) return false;
  if (has_order(a.type())) return a.text() == b.text();
  return equal(*a.value(), *b.value(), sets);
}

std::optional<int> order(const comparable& a, const comparable& b) {
  if (!a.is_present() || !b.is_present() || a.type() != b.type() || !has_order(a.type())) {
    return std::nullopt;
  }
  return compare_texts(a.type(), a.text(), b.text());
}

bool compare(comparator how, const comparable& a, const comparable& b, set_orders& sets) {
  if (how == comparator::equal) return equal(a, b, sets);
  if (how == comparator::not_equal) return !equal(a, b, sets);
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

bool contains(const comparable& whole, const comparable& part, set_orders& sets) {
  if (!whole.is_present() || !part.is_present()) return false;
  switch (whole.type()) {
    case value_type::list:
    case value_type::string_set:
    case value_type::number_set:
    case value_type::binary_set:
      return std::ranges::any_of(whole.value()->elements(), [&](const value_view& element) {
        return equal(comparable(&element), part, sets);
      });
    default:
      return with_contents(whole, part, stands_in);
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
