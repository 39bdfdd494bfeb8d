// Writing one JSON object: its members in order, those without a value left out.
#pragma once

#include <dynamo/model/encoded_item.hpp>
#include <dynamo/model/requests.hpp>
#include <dynamo/value/json_writer.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace dynamo::model {

// Appends members of one object; those without a value are left out.
class object_writer {
 public:
  explicit object_writer(std::string& out) : out_(out) { out_ += '{'; }
  ~object_writer() { out_ += '}'; }
  object_writer(const object_writer&) = delete;
  object_writer& operator=(const object_writer&) = delete;

  void json(std::string_view key, std::string_view value) {
    detail::append_json_key(out_, key);
    out_ += value;
  }
  void text(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    detail::append_json_key(out_, key);
    detail::append_json_string(out_, value);
  }
  void item(std::string_view key, const encoded_item& value) {
    if (!value.empty()) json(key, value.json());
  }
  void flag(std::string_view key, bool value) {
    if (value) json(key, "true");
  }
  template <class Number>
  void integer(std::string_view key, const std::optional<Number>& value) {
    if (value) json(key, std::to_string(*value));
  }
  void expressions(const attribute_names& names, const attribute_values& values) {
    if (!names.empty()) {
      detail::append_json_key(out_, "ExpressionAttributeNames");
      object_writer members(out_);
      for (const auto& [placeholder, name] : names) {
        detail::append_json_key(out_, placeholder);
        detail::append_json_string(out_, name);
      }
    }
    if (!values.empty()) json("ExpressionAttributeValues", to_json(values));
  }

 private:
  std::string& out_;
};

/// The object whose members `write` adds to an `object_writer`.
template <class Write>
std::string object(Write write) {
  std::string out;
  {
    object_writer members(out);
    write(members);
  }
  return out;
}

/// An array of what `write` makes of each element.
template <class Elements, class Write>
std::string array(const Elements& elements, Write write) {
  std::string out = "[";
  for (const auto& element : elements) {
    if (out.size() > 1) out += ',';
    out += write(element);
  }
  out += ']';
  return out;
}

}  // namespace dynamo::model
