// Random items of every type, as DynamoDB would store them.
#pragma once

#include <dynamo/value/attribute.hpp>
#include <dynamo/value/json_writer.hpp>

#include <rapidcheck.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace dynamo {

// How a failed property shows its values.
inline std::ostream& operator<<(std::ostream& out, const number& value) {
  return out << value.text();
}
inline std::ostream& operator<<(std::ostream& out, const attribute& value) {
  std::string json;
  append_json(json, value);
  return out << json;
}

}  // namespace dynamo

namespace dynamo::test {

/// How far random items go.
struct item_limits {
  int depth = 5;               ///< lists and maps within each other; DynamoDB stores 32
  bool empty_names = false;    ///< whether a name may be empty; DynamoDB refuses it
  std::size_t attributes = 8;  ///< at most, of an item
  /// Whether sets may contain an empty string or empty binary contents; DynamoDB refuses them.
  bool empty_in_sets = false;
};

/// One character, of any plane, as UTF-8; those that JSON treats in a special way more often.
inline rc::Gen<std::string> character() {
  return rc::gen::map(rc::gen::weightedOneOf<std::uint32_t>(
                          {{6, rc::gen::inRange<std::uint32_t>(0x20, 0x7F)},
                           {2, rc::gen::elementOf(std::vector<std::uint32_t>{
                                   '"', '\\', '/', '{', '}', '[', ']', ':', ',', '\b', '\f', '\n',
                                   '\r', '\t', 0x7F})},
                           {1, rc::gen::inRange<std::uint32_t>(0, 0x20)},
                           {1, rc::gen::inRange<std::uint32_t>(0x80, 0x800)},
                           {1, rc::gen::inRange<std::uint32_t>(0x800, 0xD800)},
                           {1, rc::gen::inRange<std::uint32_t>(0xE000, 0x10000)},
                           {1, rc::gen::inRange<std::uint32_t>(0x10000, 0x110000)}}),
                      [](std::uint32_t code) {
                        const auto unit = [](std::uint32_t lead, std::uint32_t bits) {
                          return static_cast<char>(lead | bits);
                        };
                        std::string out;
                        if (code < 0x80) {
                          out += unit(0, code);
                        } else if (code < 0x800) {
                          out += unit(0xC0, code >> 6);
                        } else if (code < 0x10000) {
                          out += unit(0xE0, code >> 12);
                          out += unit(0x80, code >> 6 & 0x3F);
                        } else {
                          out += unit(0xF0, code >> 18);
                          out += unit(0x80, code >> 12 & 0x3F);
                          out += unit(0x80, code >> 6 & 0x3F);
                        }
                        if (code >= 0x80) out += unit(0x80, code & 0x3F);
                        return out;
                      });
}

/// Valid UTF-8, often with escapes, sometimes empty.
inline rc::Gen<std::string> text() {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(character()),
                      [](const std::vector<std::string>& characters) {
                        std::string all;
                        for (const std::string& each : characters) all += each;
                        return all;
                      });
}

/// An attribute's name: plain, odd, or just as long as predicting its order allows.
inline rc::Gen<std::string> name(const item_limits& limits) {
  auto odd = limits.empty_names
                 ? text()
                 : rc::gen::suchThat(text(), [](const std::string& name) { return !name.empty(); });
  auto long_name = rc::gen::map(rc::gen::inRange<std::size_t>(28, 70),
                                [](std::size_t size) { return std::string(size, 'n'); });
  return rc::gen::weightedOneOf<std::string>(
      {{3, rc::gen::elementOf(std::vector<std::string>{"id", "name", "a", "S", "N", "M", "NULL",
                                                       "a.b", "#x", ":y", "[0]"})},
       {3, std::move(odd)},
       {1, std::move(long_name)}});
}

/// Up to 38 significant digits, over the whole range of magnitudes, in several notations.
inline rc::Gen<number> any_number() {
  auto exact = rc::gen::map(
      rc::gen::tuple(rc::gen::arbitrary<bool>(), rc::gen::inRange<std::size_t>(1, 39),
                     rc::gen::container<std::string>(38, rc::gen::inRange('0', ':')),
                     rc::gen::inRange(-130, 126), rc::gen::arbitrary<bool>()),
      [](const std::tuple<bool, std::size_t, std::string, int, bool>& parts) {
        const auto& [negative, count, all, exponent, plain] = parts;
        std::string digits = all.substr(0, count);
        if (digits.front() == '0') digits.front() = '1';
        const std::string sign = negative ? "-" : "";
        if (!plain) {
          return number(sign + digits.substr(0, 1) + "." + digits.substr(1) + "E" +
                        std::to_string(exponent));
        }
        if (exponent < 0) {
          return number(sign + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') +
                        digits);
        }
        const std::size_t before = static_cast<std::size_t>(exponent) + 1;
        if (before >= digits.size()) {
          return number(sign + digits + std::string(before - digits.size(), '0'));
        }
        return number(sign + digits.substr(0, before) + "." + digits.substr(before));
      });
  return rc::gen::oneOf(
      std::move(exact),
      rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t n) { return number(n); }),
      rc::gen::map(rc::gen::inRange(-3, 4), [](int n) { return number(n); }),
      rc::gen::elementOf(std::vector<number>{number("0"), number("-0"), number("0.000"),
                                             number("1E-130"), number("-1E-130"),
                                             number("9.9999999999999999999999999999999999999E+125"),
                                             number("1.50"), number("+2"), number("3E2")}));
}

/// Binary contents of up to a few dozen bytes, sometimes none.
inline rc::Gen<bytes> any_bytes() {
  return rc::gen::map(rc::gen::arbitrary<std::vector<std::uint8_t>>(),
                      [](const std::vector<std::uint8_t>& values) {
                        bytes made;
                        for (const std::uint8_t value : values) {
                          made.push_back(static_cast<std::byte>(value));
                        }
                        return made;
                      });
}

/// A set: never empty, and without two equal elements, which for numbers are those of equal value.
template <class Set, class T>
rc::Gen<Set> set_of(rc::Gen<T> any, bool empty_elements) {
  auto element = rc::gen::suchThat(std::move(any), [=](const T& made) {
    if constexpr (requires { made.empty(); }) return empty_elements || !made.empty();
    return true;
  });
  return rc::gen::map(rc::gen::pair(element, rc::gen::container<std::vector<T>>(element)),
                      [](std::pair<T, std::vector<T>> made) {
                        Set set;
                        set.values = std::move(made.second);
                        set.values.push_back(std::move(made.first));
                        std::sort(set.values.begin(), set.values.end());
                        set.values.erase(std::unique(set.values.begin(), set.values.end()),
                                         set.values.end());
                        return set;
                      });
}

inline rc::Gen<attribute_map> any_members(int depth, const item_limits& limits);

/// A value of any of the ten types, with `depth` levels of lists and maps at most.
inline rc::Gen<attribute> any_attribute(int depth, const item_limits& limits) {
  const auto as_attribute = [](auto made) { return attribute(std::move(made)); };
  const auto scalar = rc::gen::oneOf(
      rc::gen::just(attribute()), rc::gen::map(rc::gen::arbitrary<bool>(), as_attribute),
      rc::gen::map(text(), as_attribute), rc::gen::map(text(), as_attribute),
      rc::gen::map(any_number(), as_attribute), rc::gen::map(any_number(), as_attribute),
      rc::gen::map(any_bytes(), as_attribute),
      rc::gen::map(rc::gen::resize(6, set_of<string_set>(text(), limits.empty_in_sets)),
                   as_attribute),
      rc::gen::map(rc::gen::resize(6, set_of<number_set>(any_number(), limits.empty_in_sets)),
                   as_attribute),
      rc::gen::map(rc::gen::resize(6, set_of<binary_set>(any_bytes(), limits.empty_in_sets)),
                   as_attribute));
  if (depth <= 0) return scalar;
  // Made only when it is wanted: the generator of a generator would not end.
  const auto list = rc::gen::exec([=] {
    attribute_list made;
    for (int left = *rc::gen::inRange(0, 4); left > 0; --left) {
      made.push_back(*any_attribute(depth - 1, limits));
    }
    return attribute(std::move(made));
  });
  const auto map =
      rc::gen::map(rc::gen::exec([=] { return *any_members(depth - 1, limits); }), as_attribute);
  return rc::gen::weightedOneOf<attribute>({{3, scalar}, {1, list}, {1, map}});
}

inline rc::Gen<attribute_map> any_members(int depth, const item_limits& limits) {
  return rc::gen::exec([=] {
    attribute_map made;
    const int most = static_cast<int>(limits.attributes) + 1;
    for (int left = *rc::gen::inRange(0, most); left > 0; --left) {
      std::string key = *name(limits);
      made.insert_or_assign(std::move(key), *any_attribute(depth, limits));
    }
    return made;
  });
}

/// An item without keys of a certain type; add them to store it.
inline rc::Gen<owned_item> any_item(const item_limits& limits = {}) {
  return any_members(limits.depth, limits);
}

}  // namespace dynamo::test
