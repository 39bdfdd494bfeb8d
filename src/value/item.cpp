#include <dynamo/value/base64.hpp>
#include <dynamo/value/item.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace dynamo {
namespace {

const value_view* find_in(std::span<const named_value> members, std::string_view name) noexcept {
  const auto found = std::ranges::find(members, name, &named_value::name);
  return found == members.end() ? nullptr : &found->value;
}

attribute_map owned_members(std::span<const named_value> members) {
  attribute_map owned;
  for (const auto& [name, value] : members)
    owned.insert_or_assign(std::string(name), value.to_owned());
  return owned;
}

}  // namespace

bytes value_view::as_binary() const {
  bytes contents;
  if (!detail::decode_base64(base64(), contents)) {
    throw exception({.kind = errc::invalid_value,
                     .message = "a binary attribute is not base64 as the service should send it"});
  }
  return contents;
}

std::span<const value_view> value_view::elements() const {
  if (type_ != value_type::string_set && type_ != value_type::number_set &&
      type_ != value_type::binary_set) {
    require(value_type::list);
  }
  return {static_cast<const value_view*>(data_), size_};
}

std::span<const named_value> value_view::members() const {
  require(value_type::map);
  return {static_cast<const named_value*>(data_), size_};
}

const value_view* value_view::find(std::string_view name) const {
  return find_in(members(), name);
}

attribute value_view::to_owned() const {
  switch (type_) {
    case value_type::null:
      return nullptr;
    case value_type::boolean:
      return as_bool();
    case value_type::string:
      return as_string();
    case value_type::number:
      return as_number();
    case value_type::binary:
      return as_binary();
    case value_type::list: {
      attribute_list list;
      list.reserve(size_);
      for (const value_view& element : elements()) list.push_back(element.to_owned());
      return list;
    }
    case value_type::map:
      return owned_members(members());
    case value_type::string_set: {
      string_set set;
      for (const value_view& element : elements()) set.values.emplace_back(element.as_string());
      return set;
    }
    case value_type::number_set: {
      number_set set;
      for (const value_view& element : elements()) set.values.push_back(element.as_number());
      return set;
    }
    case value_type::binary_set: {
      binary_set set;
      for (const value_view& element : elements()) set.values.push_back(element.as_binary());
      return set;
    }
  }
  return nullptr;
}

void value_view::wrong_type(value_type wanted) const {
  throw exception({.kind = errc::invalid_value,
                   .message = fmt::format("expected an attribute of type {}, found {}",
                                          wire_name(wanted), wire_name(type_))});
}

void value_view::does_not_fit() {
  throw exception({.kind = errc::invalid_value,
                   .message = "the number does not fit the type it was asked for"});
}

const value_view* item::find(std::string_view name) const noexcept {
  return find_in(attributes_, name);
}

const value_view& item::operator[](std::string_view name) const {
  const value_view* const found = find(name);
  if (found == nullptr) {
    throw exception({.kind = errc::invalid_value,
                     .message = fmt::format("the item has no attribute '{}'", name)});
  }
  return *found;
}

owned_item item::to_owned() const {
  return owned_members(attributes_);
}

}  // namespace dynamo
