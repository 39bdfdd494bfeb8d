#include "value/owned_value.hpp"

#include <dynamo/value/item.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace dynamo {
namespace {

const value_view* find_in(std::span<const named_value> members, std::string_view name) noexcept {
  const auto found = std::find_if(members.rbegin(), members.rend(),
                                  [&](const named_value& each) { return each.name == name; });
  return found == members.rend() ? nullptr : &found->value;
}

}  // namespace

number value_view::as_number() const {
  number copy;
  detail::misfit fault;
  if (!detail::copy_number(number_text(), copy, fault)) throw exception(fault.to_error());
  return copy;
}

bytes value_view::as_binary() const {
  bytes contents;
  detail::misfit fault;
  if (!detail::copy_binary(base64(), contents, fault)) throw exception(fault.to_error());
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
  attribute owned;
  detail::misfit fault;
  if (!detail::copy_owned(*this, owned, fault)) throw exception(fault.to_error());
  return owned;
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
  owned_item owned;
  detail::misfit fault;
  if (!detail::copy_owned(*this, owned, fault)) throw exception(fault.to_error());
  return owned;
}

}  // namespace dynamo
