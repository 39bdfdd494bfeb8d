#include "value/owned_value.hpp"

#include <dynamo/value/base64.hpp>
#include <dynamo/value/codec.hpp>

#include <fmt/format.h>

namespace dynamo::detail {
namespace {

bool within(misfit& fault, std::string place) {
  if (!fault.path.empty() && fault.path.front() != '[') place += '.';
  fault.path.insert(0, place);
  return false;
}

template <class Range>
bool copy_members(const Range& members, attribute_map& out, misfit& fault) {
  for (const auto& [name, value] : members) {
    attribute copy;
    if (!copy_owned(value, copy, fault)) return within(fault, std::string(name));
    out.insert_or_assign(std::string(name), std::move(copy));
  }
  return true;
}

template <class T, class Copy>
bool copy_elements(const value_view& value, std::vector<T>& out, misfit& fault, Copy copy) {
  const auto elements = value.elements();
  out.resize(elements.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!copy(elements[i], out[i])) return within(fault, fmt::format("[{}]", i));
  }
  return true;
}

}  // namespace

bool copy_number(std::string_view text, number& out, misfit& fault) {
  auto parsed = number::parse(text);
  if (!parsed) {
    fault = {{}, codec<number>::expected, codec<number>::fault_of(text)};
    return false;
  }
  out = *std::move(parsed);
  return true;
}

bool copy_binary(std::string_view text, bytes& out, misfit& fault) {
  if (decode_base64(text, out)) return true;
  fault = {{}, codec<bytes>::expected, codec<bytes>::fault};
  return false;
}

bool copy_owned(const value_view& value, attribute& out, misfit& fault) {
  switch (value.type()) {
    case value_type::null:
      out = nullptr;
      return true;
    case value_type::boolean:
      out = value.as_bool();
      return true;
    case value_type::string:
      out = value.as_string();
      return true;
    case value_type::number: {
      number copy;
      if (!copy_number(value.number_text(), copy, fault)) return false;
      out = std::move(copy);
      return true;
    }
    case value_type::binary: {
      bytes copy;
      if (!copy_binary(value.base64(), copy, fault)) return false;
      out = std::move(copy);
      return true;
    }
    case value_type::list: {
      attribute_list list;
      const bool whole =
          copy_elements(value, list, fault, [&](const value_view& element, attribute& copy) {
            return copy_owned(element, copy, fault);
          });
      out = std::move(list);
      return whole;
    }
    case value_type::map: {
      attribute_map map;
      const bool whole = copy_members(value.members(), map, fault);
      out = std::move(map);
      return whole;
    }
    case value_type::string_set: {
      string_set set;
      for (const value_view& element : value.elements()) {
        set.values.emplace_back(element.as_string());
      }
      out = std::move(set);
      return true;
    }
    case value_type::number_set: {
      number_set set;
      const bool whole =
          copy_elements(value, set.values, fault, [&](const value_view& element, number& copy) {
            return copy_number(element.number_text(), copy, fault);
          });
      out = std::move(set);
      return whole;
    }
    case value_type::binary_set: {
      binary_set set;
      const bool whole =
          copy_elements(value, set.values, fault, [&](const value_view& element, bytes& copy) {
            return copy_binary(element.base64(), copy, fault);
          });
      out = std::move(set);
      return whole;
    }
  }
  return false;
}

bool copy_owned(const item& source, owned_item& out, misfit& fault) {
  out.clear();
  return copy_members(source, out, fault);
}

error misfit::to_error() const {
  return {.kind = errc::invalid_value,
          .message = fmt::format("{} does not fit: expected {}, found {}",
                                 path.empty() ? "the value" : fmt::format("attribute '{}'", path),
                                 expected, found)};
}

}  // namespace dynamo::detail
