// mapping<T>: which attribute belongs to which member, known at compile time.
#pragma once

#include <dynamo/value/collection_codec.hpp>
#include <dynamo/value/field_order.hpp>

#include <array>
#include <cstddef>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <utility>

namespace dynamo {
namespace detail {

enum class field_role : std::uint8_t { plain, partition_key, sort_key };

/// What a missing attribute means.
struct required {};      // an error; std::nullopt for an optional member
struct keep_initial {};  // the member's own initializer
template <class D>
struct use_value {  // this value
  D value;
};

template <class M>
inline constexpr bool is_optional = false;
template <class M>
inline constexpr bool is_optional<std::optional<M>> = true;

template <class T, class M, field_role Role, class Missing>
struct field_entry {
  using object = T;
  using member_type = M;
  static constexpr field_role role = Role;

  std::string_view name;
  M T::* member;
  Missing if_missing;
};

template <class M>
constexpr void require_mappable() {
  static_assert(
      mappable<M>,
      "dynamo: a member of this type cannot be mapped to a DynamoDB attribute. Use a "
      "string, number, bool, dynamo::bytes, vector, map or set of these, or a struct with a "
      "mapping, or specialize dynamo::conversion for the type.");
}

/// The same for a member of T. One that holds T itself, in a list say, can only be judged when the
/// mapping of T is there: where it is decoded or encoded.
template <class T, class M>
constexpr void require_mappable_in() {
  if constexpr (!nests_without_bound<M, T>()) require_mappable<M>();
}

template <class M>
constexpr void require_key() {
  require_mappable<M>();
  static_assert(!is_optional<M>, "dynamo: a key is always there: it cannot be a std::optional.");
  if constexpr (mappable<M>) {
    static_assert(codec<M>::type == value_type::string || codec<M>::type == value_type::number ||
                      codec<M>::type == value_type::binary,
                  "dynamo: a key is a string, a number or binary contents.");
  }
}

// False if assigning the default to the member would change it, as 300 for a std::uint8_t.
template <class M, class D>
constexpr bool keeps_value([[maybe_unused]] const D& value) {
  if constexpr (integer<M> && integer<D>) {
    return std::in_range<M>(value);
  } else if constexpr (integer<M> && std::floating_point<D>) {
    return static_cast<D>(static_cast<M>(value)) == value;
  } else {
    return true;
  }
}

template <class T, class... Fields>
struct mapping_table {
  using object = T;
  static constexpr std::size_t size = sizeof...(Fields);

  std::string_view table;  // empty for a nested struct
  std::tuple<Fields...> fields;

  constexpr std::array<std::string_view, size> names() const {
    return std::apply(
        [](const auto&... field) { return std::array<std::string_view, size>{field.name...}; },
        fields);
  }
};

template <class T, class... Fields>
constexpr auto make_mapping(std::string_view table, Fields... fields) {
  static_assert((std::is_same_v<T, typename Fields::object> && ...),
                "dynamo: all fields of a mapping belong to one struct.");
  static_assert(sizeof...(Fields) <= 512, "dynamo: a mapping has at most 512 fields.");
  mapping_table<T, Fields...> made{table, {fields...}};
  const auto names = made.names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) throw std::logic_error("dynamo: a field needs an attribute name");
    for (std::size_t k = 0; k < i; ++k) {
      if (names[i] == names[k])
        throw std::logic_error("dynamo: two fields have one attribute name");
    }
  }
  return made;
}

}  // namespace detail

/// The member with the table's partition key: required, of type S, N or B.
template <class T, class M>
constexpr auto partition_key(std::string_view name, M T::* member) {
  detail::require_key<M>();
  return detail::field_entry<T, M, detail::field_role::partition_key, detail::required>{
      name, member, {}};
}

/// The member with the table's sort key: required, of type S, N or B.
template <class T, class M>
constexpr auto sort_key(std::string_view name, M T::* member) {
  detail::require_key<M>();
  return detail::field_entry<T, M, detail::field_role::sort_key, detail::required>{
      name, member, {}};
}

/// A member that every item has. Missing in an item, it is an error, unless it is a
/// `std::optional`, which is then empty.
template <class T, class M>
constexpr auto field(std::string_view name, M T::* member) {
  detail::require_mappable_in<T, M>();
  return detail::field_entry<T, M, detail::field_role::plain, detail::required>{name, member, {}};
}

/// A member that keeps the value of its own initializer when an item does not have the attribute.
template <class T, class M>
constexpr auto optional_field(std::string_view name, M T::* member) {
  detail::require_mappable_in<T, M>();
  return detail::field_entry<T, M, detail::field_role::plain, detail::keep_initial>{
      name, member, {}};
}

/// A member that is set to `value` when an item does not have the attribute.
template <class T, class M, class D>
constexpr auto field_or(std::string_view name, M T::* member, D value) {
  detail::require_mappable_in<T, M>();
  static_assert(
      std::is_assignable_v<M&, const D&> && (std::is_same_v<D, bool> || !std::is_same_v<M, bool>),
      "dynamo: the default of field_or must be assignable to the member.");
  if (!detail::keeps_value<M>(value)) {
    throw std::logic_error("dynamo: the default of field_or does not fit the member");
  }
  return detail::field_entry<T, M, detail::field_role::plain, detail::use_value<D>>{
      name, member, {value}};
}

/// The mapping of a struct that is stored in a table. `table` is the default table name.
template <class First, class... Fields>
constexpr auto table_mapping(std::string_view table, First first, Fields... fields) {
  using detail::field_role;
  constexpr int partition_keys = (int{First::role == field_role::partition_key} + ... +
                                  int{Fields::role == field_role::partition_key});
  constexpr int sort_keys =
      (int{First::role == field_role::sort_key} + ... + int{Fields::role == field_role::sort_key});
  static_assert(partition_keys == 1, "dynamo: a table mapping has exactly one partition_key.");
  static_assert(sort_keys <= 1, "dynamo: a table mapping has at most one sort_key.");
  return detail::make_mapping<typename First::object>(table, first, fields...);
}

/// The mapping of a struct that is stored as a map (M) within an item.
template <class First, class... Fields>
constexpr auto object_mapping(First first, Fields... fields) {
  static_assert(((First::role == detail::field_role::plain) && ... &&
                 (Fields::role == detail::field_role::plain)),
                "dynamo: keys belong into a table_mapping.");
  return detail::make_mapping<typename First::object>({}, first, fields...);
}

namespace detail {

/// True if `T` has a mapping with the keys of a table.
template <class T>
inline constexpr bool has_keys = false;
template <mapped T>
inline constexpr bool has_keys<T> = std::apply(
    [](const auto&... field) {
      return ((std::remove_cvref_t<decltype(field)>::role == field_role::partition_key) || ...);
    },
    mapping<T>.fields);

/// Decodes and encodes a mapped struct as the members of a JSON object.
template <mapped T>
class object_codec {
  static constexpr auto& table = mapping<T>;
  static constexpr std::size_t count = table.size;
  using order = field_order<count>;
  using decode_function = bool (*)(decode_context&, T&);
  using missing_function = bool (*)(decode_context&, T&);

 public:
  /// Reads `{...}` into `out`, reusing its memory. Every mapped member is assigned. What
  /// conversions and members throw is a fault of the value.
  static bool decode(decode_context& context, T& out) {
    static thread_local constinit order remembered{};
    std::array<std::uint64_t, (count + 63) / 64> seen{};
    std::size_t slot = order::start;
    // One for the whole object: it costs nothing unless something is thrown.
    try {
      if (!context.enter()) return false;
      json_cursor& cursor = context.cursor;
      if (!cursor.consume('{')) return context.malformed("an object");
      if (!cursor.consume('}')) {
        do {
          if (!cursor.consume('"')) return context.malformed("an attribute's name");
          const std::size_t previous = slot;
          slot = remembered.recognise(previous, cursor.position(), quoted_names);
          if (slot != order::unknown) [[likely]] {
            cursor.advance(remembered.size(slot, quoted_names));
          } else if (!search(context, previous, remembered, slot)) {
            return false;
          }
          if (!cursor.consume(':')) return context.malformed("a colon after an attribute's name");
          if (slot < count) {
            if (!decoders[slot](context, out)) [[unlikely]]
              return context.within(names[slot]);
            seen[slot / 64] |= std::uint64_t{1} << (slot % 64);
          } else if (!cursor.skip_value()) {
            return context.malformed("a value");
          }
        } while (cursor.consume(','));
        if (!cursor.consume('}')) return context.malformed("a comma or the end of an object");
      }
      context.leave();
      for (slot = 0; slot < count; ++slot) {
        if ((seen[slot / 64] >> (slot % 64) & 1) == 0 && !missing[slot](context, out)) return false;
      }
      return true;
    } catch (...) {
      context.thrown();
      return slot < count && context.within(names[slot]);
    }
  }

  /// Appends `{...}`. Empty optionals are left out.
  static void encode(std::string& json, const T& value) {
    json += '{';
    std::apply([&](const auto&... field) { (encode_field(json, value, field), ...); },
               table.fields);
    json += '}';
  }

  /// Appends `{...}` with the members of the key alone.
  static void encode_key(std::string& json, const T& value) {
    json += '{';
    auto one = [&](const auto& field) {
      if constexpr (std::remove_cvref_t<decltype(field)>::role != field_role::plain) {
        encode_field(json, value, field);
      }
    };
    std::apply([&](const auto&... field) { (one(field), ...); }, table.fields);
    json += '}';
  }

 private:
  // The name at the cursor, which was not predicted: finds its field, and learns.
  static bool search(decode_context& context, std::size_t previous, order& remembered,
                     std::size_t& slot) {
    raw_string raw;
    std::string_view name;
    if (!context.cursor.string_rest(raw)) return context.malformed("an attribute's name");
    if (!text_of(raw, context.memory(), name)) return context.malformed("an escape sequence");
    std::size_t field = 0;
    while (field < count && names[field] != name) ++field;
    slot = remembered.learn(previous, field, name);
    return true;
  }

  template <std::size_t I>
  static bool decode_field(decode_context& context, T& out) {
    constexpr auto& field = std::get<I>(table.fields);
    using member_type = typename std::remove_cvref_t<decltype(field)>::member_type;
    require_mappable<member_type>();
    return codec<member_type>::decode(context, out.*(field.member));
  }

  template <std::size_t I>
  static bool missing_field([[maybe_unused]] decode_context& context, T& out) {
    constexpr auto& field = std::get<I>(table.fields);
    using entry = std::remove_cvref_t<decltype(field)>;
    using member_type = typename entry::member_type;
    auto& member = out.*(field.member);
    if constexpr (requires { field.if_missing.value; }) {
      if constexpr (integer<member_type>) {
        member = static_cast<member_type>(field.if_missing.value);
      } else {
        member = field.if_missing.value;
      }
    } else if constexpr (std::is_same_v<decltype(entry::if_missing), keep_initial>) {
      member = T{}.*(field.member);
    } else if constexpr (is_optional<member_type>) {
      member.reset();
    } else {
      return context.missing(field.name, codec<member_type>::expected);
    }
    return true;
  }

  template <class Field>
  static void encode_field(std::string& json, const T& value, const Field& field) {
    const auto& member = value.*(field.member);
    if constexpr (is_optional<typename Field::member_type>) {
      if (!member.has_value()) return;
    }
    append_json_key(json, field.name);
    require_mappable<typename Field::member_type>();
    try {
      codec<typename Field::member_type>::encode(json, member);
    } catch (...) {
      rethrow_within(field.name);
    }
  }

  template <std::size_t... I>
  static constexpr auto make_decoders(std::index_sequence<I...>) {
    return std::array<decode_function, count>{&decode_field<I>...};
  }
  template <std::size_t... I>
  static constexpr auto make_missing(std::index_sequence<I...>) {
    return std::array<missing_function, count>{&missing_field<I>...};
  }
  static constexpr auto make_quoted() {
    std::array<quoted_name, count> made;
    for (std::size_t i = 0; i < count; ++i) made[i] = quoted_name(table.names()[i]);
    return made;
  }

  static constexpr auto names = table.names();
  static constexpr auto quoted_names = make_quoted();
  static constexpr auto decoders = make_decoders(std::make_index_sequence<count>{});
  static constexpr auto missing = make_missing(std::make_index_sequence<count>{});
};

/// A mapped struct within an item.
template <mapped T>
struct codec<T> {
  static constexpr auto type = value_type::map;
  static constexpr auto expected = "a map (M)";
  static bool decode(decode_context& context, T& out) {
    return context.open_as(type, expected) && object_codec<T>::decode(context, out) &&
           context.close();
  }
  static void encode(std::string& json, const T& value) {
    [[maybe_unused]] const level_of<T> level{};
    json += "{\"M\":";
    object_codec<T>::encode(json, value);
    json += '}';
  }
};

}  // namespace detail

/// The mapped struct in DynamoDB JSON.
template <mapped T>
[[nodiscard]] std::string to_json(const T& value) {
  std::string json;
  detail::object_codec<T>::encode(json, value);
  return json;
}

/// The members of the key alone, in DynamoDB JSON.
template <mapped T>
[[nodiscard]] std::string key_to_json(const T& value) {
  std::string json;
  detail::object_codec<T>::encode_key(json, value);
  return json;
}

}  // namespace dynamo
