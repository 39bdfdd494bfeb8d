#include "unit/value/padded_text.hpp"

#include <dynamo/value/item.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace value_item_test {

using dynamo::errc;
using dynamo::value_type;
using dynamo::test::decoding;
using dynamo::test::item_fault;
using testing::HasSubstr;

// An item with the page it views.
struct parsed_item {
  explicit parsed_item(std::string_view text) : run(text) {
    dynamo::detail::item_parser parser;
    const bool accepted = parser.parse(run.context, value);
    EXPECT_TRUE(accepted) << run.fault();
  }
  const dynamo::item* operator->() const { return &value; }
  const dynamo::value_view& operator[](std::string_view name) const { return value[name]; }

  decoding run;
  dynamo::item value;
};

template <class F>
std::string thrown_by(F&& f) {
  try {
    f();
  } catch (const dynamo::exception& thrown) {
    EXPECT_EQ(thrown.kind(), errc::invalid_value);
    return thrown.details().message;
  }
  return "nothing was thrown";
}

constexpr std::string_view all_types =
    R"({"null":{"NULL":true},"bool":{"BOOL":true},"s":{"S":"a\u00e9\"b"},"n":{"N":"1.50"},)"
    R"("b":{"B":"QUI="},"l":{"L":[{"S":"x"},{"N":"2"},{"L":[]}]},"m":{"M":{"k":{"BOOL":false}}},)"
    R"("ss":{"SS":["p","q\n"]},"ns":{"NS":["1","2.0"]},"bs":{"BS":["AA==",""]}})";

TEST(item, all_types) {
  const parsed_item item(all_types);
  EXPECT_EQ(item->size(), 10U);
  EXPECT_EQ(item->raw_json(), all_types);
  EXPECT_TRUE(item["null"].is_null());
  EXPECT_TRUE(item["bool"].as_bool());
  EXPECT_EQ(item["s"].as_string(), "a\u00e9\"b");
  EXPECT_EQ(item["n"].number_text(), "1.50");
  EXPECT_EQ(item["n"].as_number(), dynamo::number("1.5"));
  EXPECT_EQ(item["n"].to<double>(), 1.5);
  EXPECT_EQ(item["b"].base64(), "QUI=");
  EXPECT_EQ(item["b"].as_binary(), (dynamo::bytes{std::byte{'A'}, std::byte{'B'}}));
  ASSERT_EQ(item["l"].elements().size(), 3U);
  EXPECT_EQ(item["l"].elements()[1].to<int>(), 2);
  EXPECT_EQ(item["l"].elements()[2].elements().size(), 0U);
  ASSERT_EQ(item["m"].members().size(), 1U);
  EXPECT_EQ(item["m"].members()[0].name, "k");
  ASSERT_NE(item["m"].find("k"), nullptr);
  EXPECT_FALSE(item["m"].find("k")->as_bool());
  EXPECT_EQ(item["m"].find("other"), nullptr);
  EXPECT_EQ(item["ss"].elements()[1].as_string(), "q\n");
  EXPECT_EQ(item["ns"].elements()[1].as_number(), dynamo::number(2));
  EXPECT_EQ(item["bs"].elements()[1].as_binary(), dynamo::bytes{});
}

TEST(item, to_owned) {
  const parsed_item item(all_types);
  const dynamo::owned_item owned = item->to_owned();
  ASSERT_EQ(owned.size(), 10U);
  EXPECT_EQ(owned.at("null"), dynamo::attribute());
  EXPECT_EQ(owned.at("bool"), dynamo::attribute(true));
  EXPECT_EQ(owned.at("s"), dynamo::attribute("a\u00e9\"b"));
  EXPECT_EQ(owned.at("n"), dynamo::attribute(1.5));
  EXPECT_EQ(owned.at("b").as_binary().size(), 2U);
  EXPECT_EQ(owned.at("l").as_list().at(1), dynamo::attribute(2));
  EXPECT_EQ(owned.at("m").as_map().at("k"), dynamo::attribute(false));
  EXPECT_EQ(owned.at("ss").as_string_set(), (dynamo::string_set{{"q\n", "p"}}));
  EXPECT_EQ(owned.at("ns").as_number_set(), (dynamo::number_set{{2, 1}}));
  EXPECT_EQ(owned.at("bs").as_binary_set(), (dynamo::binary_set{{{}, {std::byte{0}}}}));
  EXPECT_EQ(dynamo::parse_json(all_types), owned);
}

TEST(item, find_and_index) {
  const parsed_item item(R"({"a":{"S":"1"},"b\u0062":{"S":"2"}})");
  EXPECT_TRUE(item->contains("a"));
  EXPECT_FALSE(item->contains("b"));
  ASSERT_NE(item->find("bb"), nullptr);
  EXPECT_EQ(item->find("bb")->as_string(), "2");
  EXPECT_EQ(item->find(""), nullptr);
  EXPECT_EQ(thrown_by([&] { (void)item["missing"]; }), "the item has no attribute 'missing'");
}

TEST(item, of_a_name_that_stands_twice_the_last_counts) {
  const parsed_item item(R"({"a":{"S":"1"},"a":{"S":"2"}})");
  EXPECT_EQ(item["a"].as_string(), "2");
  EXPECT_EQ(item->to_owned().at("a"), dynamo::attribute("2"));
}

TEST(item, wrong_types_are_named) {
  const parsed_item item(all_types);
  EXPECT_EQ(thrown_by([&] { (void)item["s"].as_number(); }),
            "expected an attribute of type N, found S");
  EXPECT_EQ(thrown_by([&] { (void)item["n"].as_string(); }),
            "expected an attribute of type S, found N");
  EXPECT_EQ(thrown_by([&] { (void)item["s"].to<int>(); }),
            "expected an attribute of type N, found S");
  EXPECT_EQ(thrown_by([&] { (void)item["s"].as_binary(); }),
            "expected an attribute of type B, found S");
  EXPECT_EQ(thrown_by([&] { (void)item["null"].as_bool(); }),
            "expected an attribute of type BOOL, found NULL");
  EXPECT_EQ(thrown_by([&] { (void)item["m"].elements(); }),
            "expected an attribute of type L, found M");
  EXPECT_EQ(thrown_by([&] { (void)item["l"].members(); }),
            "expected an attribute of type M, found L");
  EXPECT_EQ(thrown_by([&] { (void)item["ss"].find("p"); }),
            "expected an attribute of type M, found SS");
}

TEST(item, numbers_that_do_not_fit) {
  const parsed_item item(R"({"n":{"N":"300"},"f":{"N":"1.5"},"x":{"N":"nan"}})");
  EXPECT_EQ(item["n"].to<int>(), 300);
  EXPECT_THAT(thrown_by([&] { (void)item["n"].to<std::uint8_t>(); }), HasSubstr("does not fit"));
  EXPECT_THAT(thrown_by([&] { (void)item["f"].to<int>(); }), HasSubstr("does not fit"));
  EXPECT_THAT(thrown_by([&] { (void)item["x"].to<double>(); }), HasSubstr("does not fit"));
}

TEST(item, number_of60_digits_is_read_as_text_only) {
  const std::string digits(60, '7');
  const parsed_item item("{\"n\":{\"N\":\"" + digits + "\"}}");
  EXPECT_EQ(item["n"].number_text(), digits);
  EXPECT_EQ(
      thrown_by([&] { (void)item["n"].as_number(); }),
      "the value does not fit: expected a number (N) of at most 38 digits, found one that has "
      "more than 38 significant digits");
  EXPECT_EQ(
      thrown_by([&] { (void)item->to_owned(); }),
      "attribute 'n' does not fit: expected a number (N) of at most 38 digits, found one that "
      "has more than 38 significant digits");
}

TEST(item, misfits_are_named_by_their_path) {
  auto fault = [](const std::string& text) {
    const parsed_item item(text);
    const std::string thrown = thrown_by([&] { (void)item->to_owned(); });
    const auto returned = dynamo::try_parse_json(text);
    EXPECT_FALSE(returned);
    EXPECT_EQ(returned.error().kind, errc::invalid_value);
    EXPECT_EQ(returned.error().message, thrown);
    return thrown;
  };
  EXPECT_THAT(fault(R"({"a":{"M":{"b":{"L":[{"S":""},{"M":{"c":{"N":"x"}}}]}}}})"),
              HasSubstr("attribute 'a.b[1].c' does not fit"));
  EXPECT_THAT(
      fault(R"({"a":{"L":[{"L":[{"B":"!"}]}]}})"),
      HasSubstr("attribute 'a[0][0]' does not fit: expected binary contents (B), found text "
                "that is not base64"));
  EXPECT_THAT(fault(R"({"a":{"NS":["1",""]}})"), HasSubstr("attribute 'a[1]'"));
  EXPECT_THAT(fault(R"({"a":{"BS":["QQ"]}})"), HasSubstr("attribute 'a[0]'"));
}

TEST(item, empty_and_white_space) {
  EXPECT_TRUE(dynamo::parse_json("{}").empty());
  const parsed_item item(
      "\r\n\t { \"a\" : { \"L\" : [ { \"N\" : \"1\" } , { \"NULL\" : true } ] } } ");
  EXPECT_EQ(item->raw_json().front(), '{');
  EXPECT_EQ(item->raw_json().back(), '}');
  EXPECT_EQ(item["a"].elements()[0].to<int>(), 1);
  EXPECT_EQ(dynamo::parse_json(" {\"a\": {\"S\" :\"x\"}}\n").at("a"), dynamo::attribute("x"));
  EXPECT_TRUE(dynamo::item().empty());
  EXPECT_EQ(dynamo::item().raw_json(), "");
}

std::string nested(std::size_t levels, std::string_view open, std::string_view close) {
  std::string text;
  for (std::size_t i = 0; i < levels; ++i) text += open;
  text += R"({"S":"x"})";
  for (std::size_t i = 0; i < levels; ++i) text += close;
  return "{\"a\":" + text + "}";
}

TEST(item, nests_up_to64_levels) {
  // The item itself is the first level.
  for (const auto& [open, close] :
       {std::pair{R"({"L":[)", "]}"}, std::pair{R"({"M":{"k":)", "}}"}}) {
    EXPECT_EQ(item_fault(nested(63, open, close)), "");
    EXPECT_THAT(item_fault(nested(64, open, close)), HasSubstr("nesting of at most 64 levels"));
    EXPECT_THAT(item_fault(nested(100000, open, close)), HasSubstr("nesting of at most 64 levels"));
    const dynamo::owned_item owned = dynamo::parse_json(nested(63, open, close));
    EXPECT_EQ(dynamo::parse_json(dynamo::to_json(owned)), owned);
  }
}

TEST(item, one_parser_reads_many_items) {
  decoding run(R"({"a":{"L":[{"S":"1"}]}} {"b":{"L":[{"X":1}]}} )");
  dynamo::detail::item_parser parser;
  dynamo::item first;
  dynamo::item second;
  ASSERT_TRUE(parser.parse(run.context, first));
  EXPECT_FALSE(parser.parse(run.context, second));
  EXPECT_THAT(run.fault(), HasSubstr("b[0]"));
  EXPECT_EQ(first["a"].elements()[0].as_string(), "1");

  decoding next(R"({"c":{"L":[{"S":"2"},{"S":"3"}]}})");
  ASSERT_TRUE(parser.parse(next.context, second));
  EXPECT_EQ(second["c"].elements().size(), 2U);
  EXPECT_EQ(second["c"].elements()[0].as_string(), "2");
}

class wrong_shape : public testing::TestWithParam<std::string_view> {};

TEST_P(wrong_shape, is_malformed) {
  EXPECT_THAT(item_fault(GetParam()),
              testing::StartsWith("invalid_response: the JSON is malformed: expected "));
  const auto parsed = dynamo::try_parse_json(GetParam());
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().kind, errc::invalid_response);
}

INSTANTIATE_TEST_SUITE_P(
    texts, wrong_shape,
    testing::Values("", " ", "x", "[]", "null", "\"a\"", "{", "}", R"({"id")", R"({"id":})",
                    R"({"id":5})", R"({"id":"a"})", R"({"id":null})", R"({"id":[]})",
                    R"({"id":{}})", R"({"id":{"S"}})", R"({"id":{"S":}})", R"({"id":{"S":5}})",
                    R"({"id":{"S":null}})", R"({"id":{"N":5}})", R"({"id":{"B":true}})",
                    R"({"id":{"X":"a"}})", R"({"id":{"s":"a"}})", R"({"id":{"":"a"}})",
                    R"({"id":{"S":"a","N":"1"}})", R"({"id":{"S":"a",}})", R"({"id":{"S":"a"},})",
                    R"({"id":{"S":"a"}]})", R"({"id" {"S":"a"}})", R"({id:{"S":"a"}})",
                    R"({"id":{"BOOL":"true"}})", R"({"id":{"BOOL":1}})", R"({"id":{"NULL":null}})",
                    R"({"id":{"L":{}}})", R"({"id":{"L":[1]}})", R"({"id":{"L":["a"]}})",
                    R"({"id":{"L":[{"S":"a"},]}})", R"({"id":{"M":[]}})", R"({"id":{"M":{"a":1}}})",
                    R"({"id":{"SS":"a"}})", R"({"id":{"SS":[{"S":"a"}]}})", R"({"id":{"SS":[1]}})",
                    R"({"id":{"NS":[1]}})", R"({"id":{"BS":[null]}})", R"({"id":{"SS":["a",]}})",
                    R"({"id":{"S":"\x"}})", R"({"i\d":{"S":"a"}})", R"({"id":{"S":"\ud800"}})",
                    "{\"id\":{\"S\":\"\xff\"}}", "{\"\xff\":{\"S\":\"a\"}}",
                    "{\"id\":{\"S\":\"\n\"}}", "{\"id\":{\"S\":\"\\\n\"}}", R"(["id"])"));

TEST(parse_json, refuses_what_follows_the_item) {
  for (const std::string_view text :
       {std::string_view(R"({} {})"), std::string_view(R"({}x)"), std::string_view(R"({},)"),
        std::string_view("{}\0", 3), std::string_view("{}\0x", 4), std::string_view("{\0}", 3)}) {
    const auto parsed = dynamo::try_parse_json(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().kind, errc::invalid_response);
  }
  EXPECT_THROW((void)dynamo::parse_json("{}{}"), dynamo::exception);
}

TEST(parse_json, truncated_at_every_byte_is_refused) {
  for (std::size_t size = 0; size < all_types.size(); ++size) {
    EXPECT_NE(item_fault(all_types.substr(0, size)), "") << size;
    EXPECT_FALSE(dynamo::try_parse_json(all_types.substr(0, size)));
  }
}

TEST(parse_json, faults_name_the_attribute) {
  EXPECT_EQ(item_fault(R"({"a":{"M":{"b":{"L":[{"S":"x"},{"S":5}]}}}})"),
            "invalid_response: the JSON is malformed: expected a string in valid UTF-8 in "
            "attribute 'a.b[1]'");
}

}  // namespace value_item_test
