#include "engine/store/key_codec.hpp"

#include "engine/stored_item.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace dynamo::engine {
namespace engine_store_key_codec_test {

constexpr unsigned seed = 20260102;
using comparison = sort_condition::comparison;

bool is_in(const key_range& range, const std::string& key) {
  return key >= range.begin && (range.end.empty() || key < range.end);
}

key_schema schema_of(key_type sort) {
  return {{"p", key_type::string}, key_attribute{"s", sort}};
}

std::string key_of(key_type sort, const attribute& partition, const attribute& value) {
  const stored_item parsed(owned_item{{"p", partition}, {"s", value}});
  return row_key(schema_of(sort), parsed.view());
}

key_range range_for(key_type sort, comparison how, const attribute& low, const attribute& high) {
  const stored_item values(owned_item{{"p", "x"}, {"low", low}, {"high", high}});
  const item& view = values.view();
  return range_of(schema_of(sort), {view["p"], sort_condition{how, view["low"], view["high"]}});
}

// A Query finds what its condition says of the values, whatever bytes they become.
template <class T>
void expect_ranges_right(key_type sort, const std::function<T()>& value,
                         const std::function<bool(const T&, const T&)>& begins_with) {
  const auto in = [&](comparison how, const T& v, const T& low, const T& high) {
    switch (how) {
      case comparison::equal:
        return v == low;
      case comparison::less:
        return v < low;
      case comparison::less_or_equal:
        return v <= low;
      case comparison::greater:
        return v > low;
      case comparison::greater_or_equal:
        return v >= low;
      case comparison::between:
        return v >= low && v <= high;
      case comparison::begins_with:
        return begins_with(v, low);
    }
    return false;
  };
  for (int i = 0; i < 3'000; ++i) {
    const T v = value();
    const T low = value();
    const T high = value();
    const std::string key = key_of(sort, "x", v);
    const std::string elsewhere = key_of(sort, "y", v);
    for (int how = 0; how <= static_cast<int>(comparison::begins_with); ++how) {
      const auto wanted = static_cast<comparison>(how);
      if (wanted == comparison::begins_with && !begins_with) continue;
      const key_range range = range_for(sort, wanted, low, high);
      ASSERT_EQ(is_in(range, key), in(wanted, v, low, high))
          << how << ": " << testing::PrintToString(v) << ", " << testing::PrintToString(low) << ", "
          << testing::PrintToString(high);
      ASSERT_FALSE(is_in(range, elsewhere));
    }
  }
}

TEST(key_codec, queries_of_strings_find_what_they_say) {
  std::mt19937 random(seed);
  const auto text = [&] {
    std::string out(random() % 4, ' ');
    const std::array<const char*, 4> alphabet = {"a", "b", "\x01", "\xC3\xBF"};
    std::string made;
    for (std::size_t i = 0; i < out.size(); ++i) made += alphabet[random() % alphabet.size()];
    return made;
  };
  expect_ranges_right<std::string>(
      key_type::string, text,
      [](const std::string& v, const std::string& prefix) { return v.starts_with(prefix); });
}

TEST(key_codec, queries_of_numbers_find_what_they_say) {
  std::mt19937 random(seed);
  expect_ranges_right<int>(
      key_type::number, [&] { return static_cast<int>(random() % 41) - 20; }, nullptr);
}

TEST(key_codec, queries_of_binary_values_find_what_they_say) {
  std::mt19937 random(seed);
  const auto contents = [&] {
    bytes out(random() % 4);
    const std::array<unsigned char, 5> alphabet = {0x00, 0x01, 0x80, 0xFE, 0xFF};
    for (std::byte& each : out) each = std::byte{alphabet[random() % alphabet.size()]};
    return out;
  };
  expect_ranges_right<bytes>(key_type::binary, contents, [](const bytes& v, const bytes& prefix) {
    return v.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), v.begin());
  });
}

TEST(key_codec, a_partition_is_one_range) {
  const key_schema schema = schema_of(key_type::number);
  const stored_item wanted(owned_item{{"p", "x"}});
  const key_range range = range_of(schema, {wanted.view()["p"], {}});
  for (const int value : {-1000000, -1, 0, 1, 1000000}) {
    EXPECT_TRUE(is_in(range, key_of(key_type::number, "x", value)));
    EXPECT_FALSE(is_in(range, key_of(key_type::number, "xx", value)));
    EXPECT_FALSE(is_in(range, key_of(key_type::number, "w", value)));
  }
}

TEST(key_codec, equal_numbers_are_one_key) {
  EXPECT_EQ(key_of(key_type::number, "x", number("1.50")),
            key_of(key_type::number, "x", number("15e-1")));
  EXPECT_EQ(key_of(key_type::number, "x", number("-0")),
            key_of(key_type::number, "x", number("0.0")));
}

TEST(key_codec, segments_cover_all_hashes_once) {
  for (const std::uint32_t total : {1U, 2U, 3U, 7U, 64U, 1000U, 65536U, 999'983U, 1'000'000U}) {
    std::string end;
    for (std::uint32_t segment = 0; segment < total; ++segment) {
      const key_range range = range_of_segment(segment, total);
      ASSERT_EQ(range.begin, end) << segment << " of " << total;
      end = range.end;
      ASSERT_TRUE(range.begin < range.end || segment + 1 == total) << segment << " of " << total;
    }
    EXPECT_TRUE(end.empty()) << total;
  }
}

TEST(key_codec, segments_are_of_one_size) {
  constexpr std::uint32_t total = 16;
  constexpr int keys = 32'000;
  std::array<int, total> found{};
  for (int i = 0; i < keys; ++i) {
    const std::string key = key_of(key_type::number, "user-" + std::to_string(i), i);
    for (std::uint32_t segment = 0; segment < total; ++segment) {
      if (is_in(range_of_segment(segment, total), key)) ++found[segment];
    }
  }
  for (const int count : found) {
    EXPECT_GT(count, keys / 16 * 9 / 10);
    EXPECT_LT(count, keys / 16 * 11 / 10);
  }
}

TEST(key_codec, an_index_has_no_key_for_an_item_without_its_attributes) {
  table_definition table;
  table.key = {{"p", key_type::string}, {}};
  const table_index index{.name = "i",
                          .key = {{"a", key_type::string}, key_attribute{"b", key_type::number}}};
  const auto has_key = [&](const owned_item& item) {
    return row_key(table, index, stored_item(item).view()).has_value();
  };
  EXPECT_TRUE(has_key({{"p", "x"}, {"a", "y"}, {"b", 1}}));
  EXPECT_FALSE(has_key({{"p", "x"}, {"a", "y"}}));
  EXPECT_FALSE(has_key({{"p", "x"}, {"b", 1}}));
  EXPECT_FALSE(has_key({{"p", "x"}, {"a", 1}, {"b", 1}}));
  EXPECT_FALSE(has_key({{"p", "x"}, {"a", "y"}, {"b", "1"}}));
}

TEST(key_codec, items_of_one_index_key_have_keys_of_their_own) {
  table_definition table;
  table.key = {{"p", key_type::string}, {}};
  const table_index index{.name = "i", .key = {{"a", key_type::string}, {}}};
  const stored_item one(owned_item{{"p", "1"}, {"a", "y"}});
  const stored_item two(owned_item{{"p", "2"}, {"a", "y"}});
  const auto first = row_key(table, index, one.view());
  const auto second = row_key(table, index, two.view());
  EXPECT_NE(first, second);
  const key_range range = range_of(index.key, {one.view()["a"], {}});
  EXPECT_TRUE(is_in(range, *first));
  EXPECT_TRUE(is_in(range, *second));
}

TEST(key_codec, what_is_left_of_a_range_is_within_it) {
  const key_range range{"b", "d"};
  EXPECT_EQ(rest_of(range, "c", true).begin, std::string("c\0", 2));
  EXPECT_EQ(rest_of(range, "c", true).end, "d");
  EXPECT_EQ(rest_of(range, "a", true).begin, "b");
  EXPECT_EQ(rest_of(range, "c", false).end, "c");
  EXPECT_EQ(rest_of(range, "e", false).end, "d");
  EXPECT_EQ(rest_of({}, "c", false).end, "c");
}

}  // namespace engine_store_key_codec_test
}  // namespace dynamo::engine
