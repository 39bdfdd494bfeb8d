#include "differential/json.hpp"

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/value/json_cursor.hpp>
#include <dynamo/value/json_writer.hpp>

#include <algorithm>
#include <cstdlib>

namespace dynamo::differential {
namespace {

using detail::json_cursor;
using detail::raw_string;

constexpr int deepest = 200;

bool read(json_cursor& at, json& out, int depth) {
  if (depth > deepest) return false;
  switch (at.peek()) {
    case '{': {
      json::object members;
      const bool whole = at.object([&](const raw_string& key) {
        std::string name;
        json value;
        if (!detail::text_of(key, name) || !read(at, value, depth + 1)) return false;
        members.emplace_back(std::move(name), std::move(value));
        return true;
      });
      out = std::move(members);
      return whole;
    }
    case '[': {
      json::array elements;
      const bool whole = at.array([&] { return read(at, elements.emplace_back(), depth + 1); });
      out = std::move(elements);
      return whole;
    }
    case '"': {
      raw_string raw;
      std::string text;
      if (!at.string(raw) || !detail::text_of(raw, text)) return false;
      out = std::move(text);
      return true;
    }
    case 't':
    case 'f': {
      bool flag = false;
      if (!at.boolean(flag)) return false;
      out = flag;
      return true;
    }
    case 'n':
      out = json();
      return at.null();
    default: {
      const char* const begin = at.position();
      if (!at.skip_value()) return false;
      out = json::number{std::string(begin, at.position())};
      return true;
    }
  }
}

}  // namespace

std::optional<json> json::parse(std::string_view text) {
  const body_buffer padded(text);
  json_cursor at(padded.data());
  json made;
  if (!read(at, made, 0)) return std::nullopt;
  at.skip_space();
  if (at.position() != padded.data() + padded.size()) return std::nullopt;
  return made;
}

std::string json::text() const {
  std::string out;
  append(out);
  return out;
}

void json::append(std::string& out) const {
  if (is_null()) out += "null";
  if (const auto* flag = as<bool>()) out += *flag ? "true" : "false";
  if (const auto* of = as<number>()) out += of->text;
  if (const auto* text = as<std::string>()) detail::append_json_string(out, *text);
  if (const auto* elements = as<array>()) {
    out += '[';
    for (const json& each : *elements) {
      if (&each != elements->data()) out += ',';
      each.append(out);
    }
    out += ']';
  }
  if (const auto* members = as<object>()) {
    out += '{';
    for (const auto& member : *members) {
      if (&member != members->data()) out += ',';
      detail::append_json_string(out, member.first);
      out += ':';
      member.second.append(out);
    }
    out += '}';
  }
}

std::strong_ordering operator<=>(const json& left, const json& right) {
  const auto kinds = left.value_.index() <=> right.value_.index();
  if (kinds != 0 || left.is_null()) return kinds;
  if (const auto* flag = left.as<bool>()) return *flag <=> *right.as<bool>();
  if (const auto* of = left.as<json::number>()) return of->text <=> right.as<json::number>()->text;
  if (const auto* text = left.as<std::string>()) return *text <=> *right.as<std::string>();
  const auto ordered = [](const auto& one, const auto& other) {
    return std::lexicographical_compare_three_way(one.begin(), one.end(), other.begin(),
                                                  other.end());
  };
  if (const auto* of = left.as<json::array>()) return ordered(*of, *right.as<json::array>());
  return ordered(*left.as<json::object>(), *right.as<json::object>());
}

const json* json::find(std::string_view name) const noexcept {
  if (const auto* members = as<object>()) {
    for (const auto& [key, value] : *members) {
      if (key == name) return &value;
    }
  }
  return nullptr;
}

json* json::find(std::string_view name) noexcept {
  return const_cast<json*>(std::as_const(*this).find(name));
}

std::string_view json::text_of(std::string_view name) const noexcept {
  const json* const member = find(name);
  const auto* const text = member != nullptr ? member->as<std::string>() : nullptr;
  return text != nullptr ? std::string_view(*text) : std::string_view();
}

long long json::count_of(std::string_view name) const noexcept {
  const json* const member = find(name);
  const auto* const of = member != nullptr ? member->as<number>() : nullptr;
  return of != nullptr ? std::atoll(of->text.c_str()) : 0;
}

const json::array& json::elements_of(std::string_view name) const noexcept {
  static const array none;
  const json* const member = find(name);
  const auto* const elements = member != nullptr ? member->as<array>() : nullptr;
  return elements != nullptr ? *elements : none;
}

json& json::set(std::string_view name, json value) {
  if (as<object>() == nullptr) value_ = object();
  if (json* const member = find(name)) {
    *member = std::move(value);
  } else {
    as<object>()->emplace_back(name, std::move(value));
  }
  return *this;
}

void json::remove(std::string_view name) {
  if (auto* const members = as<object>()) {
    std::erase_if(*members, [&](const auto& member) { return member.first == name; });
  }
}

void json::push(json element) {
  if (as<array>() == nullptr) value_ = array();
  as<array>()->push_back(std::move(element));
}

}  // namespace dynamo::differential
