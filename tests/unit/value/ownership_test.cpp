// Which types refer to memory that is not their own, and so cannot outlive their page.
#include <dynamo/value/item.hpp>
#include <dynamo/value/mapping.hpp>

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <memory_resource>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace {

using view = std::string_view;

struct part {
  std::map<std::string, std::vector<view>, std::greater<>> texts;
};
struct whole {
  std::string id;
  std::vector<part> parts;
};
struct family {
  std::string name;
  std::vector<family> children;
};

enum class color : std::uint8_t { red };
struct label {  // keeps what it was given
  view text;
};
struct uuid {  // does not
  std::array<std::uint64_t, 2> words{};
};
struct instant {  // is made from a number
  std::int64_t seconds = 0;
};
struct tagged {
  std::optional<label> name;
};
struct identified {
  uuid id;
  instant at;
  color paint{};
};

// Of some other library.
struct foreign_view {
  using value_type = char;
  const char* begin = nullptr;
};

}  // namespace

template <>
struct dynamo::conversion<color> {
  static std::string_view to_attribute(color) { return "red"; }
  static std::optional<color> from_attribute(std::string_view) { return color::red; }
};
template <>
struct dynamo::conversion<label> {
  static constexpr bool views = true;
  static std::string_view to_attribute(label value) { return value.text; }
  static std::optional<label> from_attribute(std::string_view text) { return label{text}; }
};
template <>
struct dynamo::conversion<uuid> {
  static constexpr bool views = false;
  static std::string to_attribute(uuid) { return {}; }
  static std::optional<uuid> from_attribute(std::string_view) { return uuid(); }
};
template <>
struct dynamo::conversion<instant> {
  static std::int64_t to_attribute(instant value) { return value.seconds; }
  static std::optional<instant> from_attribute(std::int64_t seconds) { return instant{seconds}; }
};

template <>
inline constexpr auto dynamo::mapping<part> =
    dynamo::object_mapping(dynamo::field("texts", &part::texts));
template <>
inline constexpr auto dynamo::mapping<whole> = dynamo::table_mapping(
    "t", dynamo::partition_key("id", &whole::id), dynamo::field("parts", &whole::parts));
template <>
inline constexpr auto dynamo::mapping<family> = dynamo::object_mapping(
    dynamo::field("name", &family::name), dynamo::field("children", &family::children));
template <>
inline constexpr auto dynamo::mapping<tagged> =
    dynamo::object_mapping(dynamo::field("name", &tagged::name));
template <>
inline constexpr auto dynamo::mapping<identified> = dynamo::object_mapping(
    dynamo::field("id", &identified::id), dynamo::field("at", &identified::at),
    dynamo::field("paint", &identified::paint));

namespace {

using dynamo::detail::holds_views;
using dynamo::detail::ownership;
using dynamo::detail::ownership_of;

TEST(ownership, containers_are_looked_into_whatever_their_comparator_hash_or_allocator) {
  EXPECT_TRUE((holds_views<std::map<std::string, view, std::greater<>>>));
  EXPECT_TRUE((holds_views<std::pmr::map<std::string, view>>));
  EXPECT_TRUE(
      (holds_views<
          std::unordered_map<std::string, std::vector<view>, std::hash<view>, std::equal_to<>>>));
  EXPECT_TRUE(holds_views<std::pmr::vector<view>>);
  EXPECT_TRUE(holds_views<std::deque<view>>);
  EXPECT_TRUE((holds_views<std::set<view, std::greater<>>>));
  EXPECT_FALSE(
      (holds_views<std::unordered_map<std::string, int, std::hash<view>, std::equal_to<>>>))
      << "a hash of views is no view";
  EXPECT_FALSE((holds_views<std::map<std::string, std::vector<bool>, std::less<>>>));
}

TEST(ownership, parts_are_looked_into) {
  EXPECT_TRUE((holds_views<std::pair<int, view>>));
  EXPECT_TRUE((holds_views<std::variant<int, std::tuple<int, std::optional<view>>>>));
  EXPECT_TRUE((holds_views<std::array<std::span<const std::byte>, 2>>));
  EXPECT_TRUE(holds_views<const std::shared_ptr<const view>&>);
  EXPECT_TRUE(holds_views<std::vector<dynamo::value_view>>);
  EXPECT_TRUE(holds_views<std::optional<dynamo::item>>);
  EXPECT_FALSE((holds_views<std::tuple<int, std::string>>));
  EXPECT_FALSE(holds_views<dynamo::attribute>);
  EXPECT_FALSE(holds_views<dynamo::owned_item>);
}

TEST(ownership, mapped_structs_are_looked_into) {
  EXPECT_TRUE(holds_views<whole>);
  EXPECT_FALSE(holds_views<family>) << "one that holds itself, too";
}

TEST(ownership, conversions_say_so_where_their_types_cannot) {
  EXPECT_TRUE(holds_views<tagged>);
  EXPECT_EQ(ownership_of<identified>(), ownership::owns);
  EXPECT_EQ(ownership_of<std::filesystem::path>(), ownership::owns);
  EXPECT_EQ(ownership_of<std::chrono::sys_seconds>(), ownership::owns);
  EXPECT_EQ(ownership_of<foreign_view>(), ownership::unknown) << "copied as bytes";
}

}  // namespace
