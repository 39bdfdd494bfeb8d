#include "engine/request/value_reader.hpp"

#include "engine/refusal.hpp"
#include "engine/stored_item.hpp"
#include "value/decimal.hpp"

#include <dynamo/value/base64.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

class value_reader {
 public:
  // Keeps at most `room` bytes of the values it reads.
  value_reader(json_reader& in, std::uint64_t room) : in_(in), room_(room) {}

  attribute_map read_members(int level);
  attribute read(int level);

  [[nodiscard]] bool at_fault() const noexcept { return !fault_.empty(); }
  [[nodiscard]] std::string take_fault() { return std::move(fault_); }
  [[nodiscard]] bool is_full() const noexcept { return full_; }
  // Counts a value before it is kept, as `size_of` does, but a number as one byte. False: there is
  // no room for it, nor for later values.
  bool has_room(std::uint64_t bytes) {
    full_ = full_ || bytes > room_;
    if (!full_) room_ -= bytes;
    return !full_;
  }
  // The first fault is reported.
  void fault(std::string sentence) {
    if (fault_.empty()) fault_ = std::move(sentence);
  }

 private:
  bool read_short(attribute& out);
  attribute read_open(value_type type, int level);
  attribute read_list(int level);
  number read_number(const std::string& text);
  bytes read_binary();
  string_set read_strings();
  number_set read_numbers();
  binary_set read_binaries();
  template <class T, class Element>
  void read_elements(std::vector<T>& out, Element element);
  // The value read, if there is room for it.
  template <class T>
  T kept(T read, std::uint64_t bytes) {
    return has_room(bytes) ? std::move(read) : T();
  }

  json_reader& in_;
  std::uint64_t room_;
  bool full_ = false;
  std::string fault_;
};

std::optional<value_type> type_named(std::string_view name) {
  for (auto type = value_type::null;; type = static_cast<value_type>(static_cast<int>(type) + 1)) {
    if (wire_name(type) == name) return type;
    if (type == value_type::binary_set) return std::nullopt;
  }
}

// The rule that an unstorable number violates.
std::string number_fault(const std::string& text) {
  using detail::decimal;
  if (text.empty()) return "The parameter cannot be converted to a numeric value";
  decimal parsed;
  const bool is_number = decimal::parse(text, parsed);
  switch (is_number ? parsed.limits() : decimal::fault::none) {
    case decimal::fault::digits:
      return "Attempting to store more than 38 significant digits in a Number";
    case decimal::fault::overflow:
      return "Number overflow. Attempting to store a number with magnitude larger than supported "
             "range";
    case decimal::fault::underflow:
      return "Number underflow. Attempting to store a number with magnitude smaller than "
             "supported range";
    case decimal::fault::none:
      break;
  }
  return fmt::format("The parameter cannot be converted to a numeric value: {}", text);
}

// The bytes that a list or map counts for each of its elements; the item itself counts nothing.
std::uint64_t level_cost(int level) {
  return level > 1 ? 1 : 0;
}

// Sorts positions: the elements themselves may be large.
template <class T, class Less>
bool has_duplicates(const std::vector<T>& values, Less less) {
  std::vector<const T*> sorted;
  sorted.reserve(values.size());
  for (const T& each : values) sorted.push_back(&each);
  std::ranges::sort(sorted, [&](const T* a, const T* b) { return less(*a, *b); });
  return std::ranges::adjacent_find(
             sorted, [&](const T* a, const T* b) { return !less(*a, *b); }) != sorted.end();
}

attribute_map value_reader::read_members(int level) {
  attribute_map members;
  in_.object([&](std::string_view name) {
    if (name.empty()) fault("Empty attribute name");
    if (name.size() > max_name_bytes) {
      fault("Attribute name is too large, must be less than 65536 bytes");
    }
    std::string key(name);
    attribute value = read(level);
    if (has_room(key.size() + level_cost(level))) {
      members.insert_or_assign(std::move(key), std::move(value));
    }
  });
  return members;
}

// Most values are strings and numbers, written without white space.
bool value_reader::read_short(attribute& out) {
  detail::json_cursor& cursor = in_.cursor();
  const detail::json_cursor begin = cursor;
  const bool string = cursor.consume_exactly("{\"S\":\"");
  detail::raw_string raw;
  std::string text;
  if ((string || cursor.consume_exactly("{\"N\":\"")) && cursor.string_rest(raw) &&
      cursor.consume_exactly("}") && detail::text_of(raw, text)) {
    if (string) {
      const std::size_t size = text.size();
      out = kept(std::move(text), size);
    } else {
      out = read_number(text);
    }
    return true;
  }
  cursor = begin;
  return false;
}

attribute value_reader::read(int level) {
  attribute value;
  if (read_short(value)) return value;
  unsigned types = 0;
  if (!in_.null()) {
    in_.object_without_nulls([&](std::string_view name) {
      const std::optional<value_type> type = type_named(name);
      if (!type) return in_.skip();
      types |= 1U << static_cast<unsigned>(*type);
      value = read_open(*type, level);
    });
  }
  if (types == 0) {
    fault("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  } else if ((types & (types - 1)) != 0) {
    fault(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
        "supported datatypes");
  }
  return value;
}

attribute value_reader::read_open(value_type type, int level) {
  switch (type) {
    case value_type::null:
      if (!in_.flag()) {
        fault(
            "One or more parameter values were invalid: Null attribute value types must have the "
            "value of true");
      }
      return nullptr;
    case value_type::boolean:
      return in_.flag();
    case value_type::string: {
      std::string text = in_.text();
      const std::size_t size = text.size();
      return kept(std::move(text), size);
    }
    case value_type::number:
      return read_number(in_.text());
    case value_type::binary:
      return read_binary();
    case value_type::string_set:
      return read_strings();
    case value_type::number_set:
      return read_numbers();
    case value_type::binary_set:
      return read_binaries();
    case value_type::list:
    case value_type::map:
      break;
  }
  if (level == max_nesting) {
    fault(
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
        "beyond supported limit");
    in_.skip();
    return nullptr;
  }
  if (type == value_type::list) return read_list(level + 1);
  return read_members(level + 1);
}

attribute value_reader::read_list(int level) {
  attribute_list elements;
  in_.array([&] {
    attribute element = read(level);
    if (has_room(1)) elements.push_back(std::move(element));
  });
  return elements;
}

number value_reader::read_number(const std::string& text) {
  result<number> parsed = number::parse(text);
  if (parsed) return kept(*std::move(parsed), 1);
  fault(number_fault(text));
  return {};
}

bytes value_reader::read_binary() {
  const std::string text = in_.text();
  bytes contents;
  if (!detail::decode_base64(text, contents)) {
    refuse_serialization(
        text.size() % 4 == 0
            ? "Invalid Base64 character in a binary value"
            : fmt::format("Base64 encoded length is expected a multiple of 4 bytes but found: {}",
                          text.size()));
  }
  const std::size_t size = contents.size();
  return kept(std::move(contents), size);
}

// Elements count their contents. One may be empty: of more each counts one byte, so that an endless
// row of empty elements, which is refused, is not kept either.
template <class T, class Element>
void value_reader::read_elements(std::vector<T>& out, Element element) {
  bool any_empty = false;
  in_.array([&] {
    if (!in_.null()) {
      T read = element();
      const bool again = read == T() && std::exchange(any_empty, true);
      if (has_room(again ? 1 : 0)) out.push_back(std::move(read));
      return;
    }
    fault(
        "One or more parameter values were invalid: An string set may not have a null string as a "
        "member");
  });
}

string_set value_reader::read_strings() {
  string_set set;
  read_elements(set.values, [&] {
    std::string text = in_.text();
    const std::size_t size = text.size();
    return kept(std::move(text), size);
  });
  if (set.values.empty()) {
    fault("One or more parameter values were invalid: An string set  may not be empty");
  }
  if (has_duplicates(set.values, std::ranges::less())) {
    fault(
        fmt::format("One or more parameter values were invalid: Input collection [{}] contains "
                    "duplicates.",
                    fmt::join(set.values, ", ")));
  }
  return set;
}

number_set value_reader::read_numbers() {
  number_set set;
  const bool sound = !at_fault();
  read_elements(set.values, [&] { return read_number(in_.text()); });
  if (set.values.empty()) {
    fault("One or more parameter values were invalid: An number set  may not be empty");
  }
  // Invalid numbers were all read as zero: they would count as duplicates.
  if (sound && at_fault()) return set;
  const auto by_value = [](const number& a, const number& b) {
    return detail::compare_numbers(a.text(), b.text()) < 0;
  };
  if (has_duplicates(set.values, by_value)) fault("Input collection contains duplicates");
  return set;
}

binary_set value_reader::read_binaries() {
  binary_set set;
  read_elements(set.values, [&] { return read_binary(); });
  if (set.values.empty()) {
    fault("One or more parameter values were invalid: Binary sets should not be empty");
  }
  if (has_duplicates(set.values, std::ranges::less())) {
    fault(
        "One or more parameter values were invalid: Input collection of type BS contains "
        "duplicates.");
  }
  return set;
}

}  // namespace

attribute_map read_attributes::take() && {
  if (!fault.empty()) refuse_invalid(std::move(fault));
  return std::move(values);
}

read_attributes read_item(json_reader& in) {
  read_attributes out;
  value_reader reader(in, largest_item);
  out.values = reader.read_members(1);
  out.too_large = reader.is_full();
  out.fault =
      out.too_large ? "Item size has exceeded the maximum allowed size" : reader.take_fault();
  return out;
}

read_attributes read_expression_values(json_reader& in) {
  read_attributes out;
  value_reader reader(in, max_substitutes_bytes);
  in.object([&](std::string_view key) {
    std::string name(key);
    attribute value = reader.read(0);
    if (reader.at_fault() && out.fault_key.empty()) out.fault_key = name;
    out.too_large = out.too_large || !reader.has_room(name.size());
    if (out.values.size() == max_substitutes && !out.values.contains(name)) out.too_large = true;
    if (!out.too_large) out.values.insert_or_assign(std::move(name), std::move(value));
  });
  out.fault = reader.take_fault();
  return out;
}

}  // namespace dynamo::engine
