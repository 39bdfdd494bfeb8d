#include <dynamo/value/attribute.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <functional>

namespace dynamo {
namespace {

template <class T, class Before = std::less<>>
bool same_elements(std::vector<T> a, std::vector<T> b, Before before = {}) {
  if (a.size() != b.size()) return false;
  std::sort(a.begin(), a.end(), before);
  std::sort(b.begin(), b.end(), before);
  return a == b;
}

// An order of any kind: shorter ones first.
bool before(const bytes& a, const bytes& b) {
  if (a.size() != b.size()) return a.size() < b.size();
  return !a.empty() && std::memcmp(a.data(), b.data(), a.size()) < 0;
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
  return same_elements(a.values, b.values, before);
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
