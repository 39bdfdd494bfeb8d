// How lists, maps and sets are read from and written as DynamoDB values.
#pragma once

#include <dynamo/value/codec.hpp>
#include <dynamo/value/encode_fault.hpp>

#include <concepts>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace dynamo::detail {

/// A list. Elements that are there already are decoded into, which reuses their memory.
template <mappable T>
struct codec<std::vector<T>> {
  static constexpr auto type = value_type::list;
  static constexpr auto expected = "a list (L)";
  static bool decode(decode_context& context, std::vector<T>& out) {
    if (!context.open_as(type, expected) || !context.enter()) return false;
    std::size_t count = 0;
    bool read = true;
    const bool whole = context.cursor.array([&] {
      if constexpr (std::is_same_v<T, bool>) {
        bool element = false;
        read = codec<bool>::decode(context, element);
        if (count == out.size()) out.push_back(false);
        out[count++] = element;
      } else {
        if (count == out.size()) out.emplace_back();
        read = codec<T>::decode(context, out[count++]);
      }
      return read || context.within(count - 1);
    });
    if (!whole) return read ? context.malformed("a list") : false;
    out.resize(count);
    context.leave();
    return context.close();
  }
  static void encode(std::string& json, const std::vector<T>& value) {
    [[maybe_unused]] const level_of<T> level{};
    json += "{\"L\":[";
    std::size_t count = 0;
    try {
      for (const auto& element : value) {
        if (count != 0) json += ',';
        codec<T>::encode(json, element);
        ++count;
      }
    } catch (...) {
      rethrow_within(count);
    }
    json += "]}";
  }
};

template <class Map>
struct map_codec {
  using mapped = typename Map::mapped_type;
  static constexpr auto type = value_type::map;
  static constexpr auto expected = "a map (M)";
  static bool decode(decode_context& context, Map& out) {
    out.clear();
    if (!context.open_as(type, expected) || !context.enter()) return false;
    bool read = true;
    const bool whole = context.cursor.object([&](const raw_string& raw) {
      std::string key;
      if (!text_of(raw, key)) return read = context.malformed("an escape sequence");
      read = codec<mapped>::decode(context, out[key]);
      return read || context.within(key);
    });
    if (!whole) return read ? context.malformed("a map") : false;
    context.leave();
    return context.close();
  }
  static void encode(std::string& json, const Map& value) {
    [[maybe_unused]] const level_of<mapped> level{};
    json += "{\"M\":{";
    bool first = true;
    for (const auto& [key, element] : value) {
      if (!first) json += ',';
      first = false;
      append_json_string(json, key);
      json += ':';
      encode_within(json, key, element);
    }
    json += "}}";
  }

 private:
  static void encode_within(std::string& json, const std::string& key, const mapped& element) {
    try {
      codec<mapped>::encode(json, element);
    } catch (...) {
      rethrow_within(key);
    }
  }
};
template <mappable T, class Less, class Allocator>
struct codec<std::map<std::string, T, Less, Allocator>>
    : map_codec<std::map<std::string, T, Less, Allocator>> {};
template <mappable T, class Hash, class Equal, class Allocator>
struct codec<std::unordered_map<std::string, T, Hash, Equal, Allocator>>
    : map_codec<std::unordered_map<std::string, T, Hash, Equal, Allocator>> {};

/// Sets of strings (SS), of numbers (NS) and of binary contents (BS). DynamoDB stores no empty set:
/// writing one is refused by the service, so an empty set belongs into an `optional`.
template <class Set>
struct set_codec {
  using element = typename Set::value_type;
  static constexpr bool of_strings = std::is_same_v<element, std::string>;
  static constexpr bool of_bytes = std::is_same_v<element, bytes>;
  static constexpr auto type = of_strings ? value_type::string_set
                               : of_bytes ? value_type::binary_set
                                          : value_type::number_set;
  static constexpr auto expected = of_strings ? "a set of strings (SS)"
                                   : of_bytes ? "a set of binary contents (BS)"
                                              : "a set of numbers (NS)";
  static bool decode(decode_context& context, Set& out) {
    out.clear();
    if (!context.open_as(type, expected)) return false;
    bool read = true;
    const bool whole = context.cursor.array([&] {
      std::string_view text;
      element value{};
      read = context.text(text);
      if constexpr (of_strings) {
        value = text;
      } else {
        read = read && codec<element>::decode_text(context, text, value);
      }
      if (read) out.insert(std::move(value));
      return read;
    });
    if (!whole) return read ? context.malformed("a set") : false;
    return context.close();
  }
  static void encode(std::string& json, const Set& value) {
    json += "{\"";
    json += wire_name(type);
    json += "\":[";
    bool first = true;
    for (const element& each : value) {
      if (!first) json += ',';
      first = false;
      if constexpr (of_strings) {
        append_json_string(json, each);
      } else if constexpr (of_bytes) {
        json += '"';
        append_base64(json, each);
        json += '"';
      } else {
        codec<element>::encode_text(json, each);
      }
    }
    json += "]}";
  }
};
template <class T>
concept set_element = std::same_as<T, std::string> || std::same_as<T, bytes> ||
                      std::same_as<T, number> || integer<T> || std::floating_point<T>;
template <set_element T, class Less, class Allocator>
struct codec<std::set<T, Less, Allocator>> : set_codec<std::set<T, Less, Allocator>> {};
template <set_element T, class Hash, class Equal, class Allocator>
struct codec<std::unordered_set<T, Hash, Equal, Allocator>>
    : set_codec<std::unordered_set<T, Hash, Equal, Allocator>> {};

}  // namespace dynamo::detail
