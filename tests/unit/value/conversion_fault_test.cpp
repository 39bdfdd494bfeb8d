// Conversions and members that throw: an error that names the attribute, with the exception in it.
#include "unit/value/padded_text.hpp"
#include "unit/value/throwing_types.hpp"

#include <dynamo/value/mapping.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using dynamo::test::picky;

struct line {
  picky text;
};
struct letter {
  std::string id;
  std::optional<picky> stamp;
  std::vector<picky> marks;
  std::map<std::string, line> lines;
  double weight = 0;
};

}  // namespace

template <>
inline constexpr auto dynamo::mapping<line> =
    dynamo::object_mapping(dynamo::field("text", &line::text));
template <>
inline constexpr auto dynamo::mapping<letter> = dynamo::table_mapping(
    "letters", dynamo::partition_key("id", &letter::id), dynamo::field("stamp", &letter::stamp),
    dynamo::optional_field("marks", &letter::marks),
    dynamo::optional_field("lines", &letter::lines),
    dynamo::optional_field("weight", &letter::weight));

namespace {

std::string fault(std::string_view attribute) {
  letter read;
  return dynamo::test::decode_into(read, R"({"id":{"S":"a"},)" + std::string(attribute) + "}");
}

// The details of what `encode` throws, and the message of what that nests.
std::pair<dynamo::error, std::string> encode_fault(const letter& value) {
  try {
    (void)dynamo::to_json(value);
  } catch (const dynamo::exception& failure) {
    try {
      std::rethrow_if_nested(failure);
    } catch (const std::exception& nested) {
      return {failure.details(), nested.what()};
    } catch (...) {
      return {failure.details(), "something else"};
    }
    return {failure.details(), "nothing"};
  }
  ADD_FAILURE() << "did not throw";
  return {};
}

TEST(conversion_fault, names_the_attribute_and_says_what_was_thrown) {
  EXPECT_EQ(fault(R"("stamp":{"S":"throw"})"),
            "invalid_value: cannot decode attribute 'stamp': too picky");
  EXPECT_EQ(fault(R"("marks":{"L":[{"S":"a"},{"S":"throw"}]})"),
            "invalid_value: cannot decode attribute 'marks[1]': too picky");
  EXPECT_EQ(fault(R"("lines":{"M":{"x":{"M":{"text":{"S":"throw"}}}}})"),
            "invalid_value: cannot decode attribute 'lines.x.text': too picky");
  EXPECT_EQ(fault(R"("stamp":{"S":"throw 7"})"),
            "invalid_value: cannot decode attribute 'stamp': an exception without a message");
  EXPECT_EQ(fault(R"("stamp":{"S":"throw error"})"),
            "invalid_value: cannot decode attribute 'stamp': no number");
  EXPECT_EQ(fault(R"("stamp":{"S":"throw when assigned"})"),
            "invalid_value: cannot decode attribute 'stamp': not assigned");
}

TEST(conversion_fault, want_of_memory_stays_what_it_is) {
  EXPECT_EQ(fault(R"("stamp":{"S":"throw bad_alloc"})"), "out_of_memory: out of memory");
  dynamo::test::decoding run(R"({"id":{"S":"a"},"stamp":{"S":"throw bad_alloc"}})");
  letter read;
  EXPECT_FALSE(dynamo::detail::object_codec<letter>::decode(run.context, read));
  EXPECT_FALSE(run.context.is_mismatch()) << "not about this item alone";
  letter unwritten;
  unwritten.stamp = picky{"throw bad_alloc"};
  EXPECT_THROW((void)dynamo::to_json(unwritten), std::bad_alloc);
}

TEST(conversion_fault, the_error_holds_the_exception) {
  dynamo::test::decoding run(R"({"id":{"S":"a"},"stamp":{"S":"throw"}})");
  letter read;
  EXPECT_FALSE(dynamo::detail::object_codec<letter>::decode(run.context, read));
  const dynamo::error failure = run.context.take_error("letters");
  EXPECT_EQ(failure.table, "letters");
  ASSERT_TRUE(failure.cause);
  EXPECT_THROW(std::rethrow_exception(failure.cause), std::range_error);
  try {
    dynamo::result<void>(failure).value();
  } catch (const dynamo::exception& thrown) {
    EXPECT_EQ(thrown.details(), failure);
    EXPECT_THROW(std::rethrow_if_nested(thrown), std::range_error);
  }
}

TEST(conversion_fault, writing_names_the_attribute_too) {
  letter value;
  value.stamp = picky{"throw"};
  EXPECT_EQ(encode_fault(value).first.message, "cannot encode attribute 'stamp': too picky");
  EXPECT_EQ(encode_fault(value).first.kind, dynamo::errc::invalid_value);
  EXPECT_EQ(encode_fault(value).second, "too picky");
  value.stamp.reset();
  value.marks = {picky{"a"}, picky{"throw"}};
  EXPECT_EQ(encode_fault(value).first.message, "cannot encode attribute 'marks[1]': too picky");
  value.marks.clear();
  value.lines["x"].text = picky{"throw 7"};
  EXPECT_EQ(encode_fault(value).first.message,
            "cannot encode attribute 'lines.x.text': an exception without a message");
  EXPECT_EQ(encode_fault(value).second, "something else");
  value.lines.clear();
  value.weight = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(encode_fault(value).first.message,
              testing::StartsWith("cannot encode attribute 'weight': "));
}

}  // namespace
