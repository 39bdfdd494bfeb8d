#include <dynamo/value/attribute.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace dynamo {
namespace {

template <class T>
bool same_elements(std::vector<T> a, std::vector<T> b) {
  if (a.size() != b.size()) return false;
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

// As characters, because g++ 12 takes the comparison of two vectors of bytes for an overread.
std::vector<std::string_view> characters_of(const binary_set& set) {
  std::vector<std::string_view> all;
  all.reserve(set.values.size());
  for (const bytes& each : set.values) {
    all.emplace_back(reinterpret_cast<const char*>(each.data()), each.size());
  }
  return all;
}

}  // namespace

std::string_view wire_name(value_type type) noexcept {
  switch (type) {
    case value_type::null:
      return "NULL";
    case value_type::boolean:
      return "BOOL";
    case value_type::string:
      return "S";
    case value_type::number:
      return "N";
    case value_type::binary:
      return "B";
    case value_type::list:
      return "L";
    case value_type::map:
      return "M";
    case value_type::string_set:
      return "SS";
    case value_type::number_set:
      return "NS";
    case value_type::binary_set:
      return "BS";
  }
  return "";
}

bool operator==(const string_set& a, const string_set& b) {
  return same_elements(a.values, b.values);
}
bool operator==(const number_set& a, const number_set& b) {
  return same_elements(a.values, b.values);
}
bool operator==(const binary_set& a, const binary_set& b) {
  return same_elements(characters_of(a), characters_of(b));
}

bool operator==(const attribute& a, const attribute& b) {
  return a.value_ == b.value_;
}

void attribute::wrong_type(value_type wanted) const {
  throw exception({.kind = errc::invalid_value,
                   .message = fmt::format("expected an attribute of type {}, found {}",
                                          wire_name(wanted), wire_name(type()))});
}

}  // namespace dynamo
