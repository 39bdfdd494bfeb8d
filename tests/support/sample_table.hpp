// A table of 20,000 items, filled once for all tests that read it.
#pragma once

#include "support/counting_backend.hpp"
#include "support/test_endpoint.hpp"

#include <dynamo/table/table.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::test {

inline constexpr std::size_t sample_items = 20'000;
/// Every so many items one has the attribute "rare", and is in the index "by_rare".
inline constexpr std::size_t rare_every = 100;
inline constexpr std::string_view sample_table_name = "scan-samples-1";

struct sample {
  std::string id;
  std::uint32_t number = 0;
  std::string text;
};

/// The same without copies.
struct sample_view {
  std::string_view id;
  std::uint32_t number = 0;
};

}  // namespace dynamo::test

template <>
inline constexpr auto dynamo::mapping<dynamo::test::sample> = dynamo::table_mapping(
    dynamo::test::sample_table_name, dynamo::partition_key("id", &dynamo::test::sample::id),
    dynamo::field("number", &dynamo::test::sample::number),
    dynamo::field("text", &dynamo::test::sample::text));

template <>
inline constexpr auto dynamo::mapping<dynamo::test::sample_view> = dynamo::table_mapping(
    dynamo::test::sample_table_name, dynamo::partition_key("id", &dynamo::test::sample_view::id),
    dynamo::field("number", &dynamo::test::sample_view::number));

namespace dynamo::test {

[[nodiscard]] std::string sample_id(std::size_t number);
[[nodiscard]] std::string sample_text(std::size_t number);

/// The table is made by the first test that needs it, in whichever process, and stays: filling it
/// takes longer than any of the tests. Others wait for it.
class sample_scan : public ::testing::Test {
 protected:
  void SetUp() override;

  std::shared_ptr<counting_backend> counted_;
  std::optional<client> db_;

  [[nodiscard]] std::string name() const { return std::string(sample_table_name); }
  [[nodiscard]] table<item> items() const { return {*db_, name()}; }
  [[nodiscard]] table<sample> samples() const { return {*db_, name()}; }
};

/// Notes which samples came. Thread-safe it is not.
class roll_call {
 public:
  /// Fails the test if the sample is unknown or came before.
  void came(std::string_view id);
  [[nodiscard]] std::size_t size() const noexcept { return count_; }

 private:
  std::vector<bool> seen_ = std::vector<bool>(sample_items);
  std::size_t count_ = 0;
};

}  // namespace dynamo::test
