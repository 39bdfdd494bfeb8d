// What is read quickly is what `read_item` reads, and what cannot be is left to it.
#include "engine/request/item_to_put.hpp"

#include "engine/request/value_reader.hpp"
#include "request_text.hpp"

#include <gmock/gmock.h>

#include <string>

namespace dynamo::test {
namespace engine_request_item_to_put_test {

using namespace dynamo::engine;

// Either the item that is kept, or why it is refused.
template <class Read>
std::string outcome_of(std::string_view item, Read read) {
  const body_buffer text = body(item);
  json_reader in(text);
  try {
    const stored_item kept = read(in);
    return std::string(kept.json()) + " of " + std::to_string(kept.size()) + " bytes, up to " +
           std::to_string(in.cursor().position() - text.data());
  } catch (const refusal& refused) {
    return refused.type() + ": " + refused.message();
  }
}

std::string quickly(std::string_view item) {
  return outcome_of(item, [](json_reader& in) { return item_to_put_reader().read(in).take(); });
}
std::string thoroughly(std::string_view item) {
  return outcome_of(item, [](json_reader& in) { return stored_item(read_item(in).take()); });
}

std::string nested(const char* begin, const char* end, int levels) {
  std::string value = "{'S':'a'}";
  for (int i = 0; i < levels; ++i) value = begin + value + end;
  return "{'x':" + value + "}";
}

class item_to_put_test : public testing::TestWithParam<const char*> {};

TEST_P(item_to_put_test, is_read_as_value_by_value) {
  EXPECT_EQ(quickly(GetParam()), thoroughly(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    all, item_to_put_test,
    testing::Values(
        "{}", " { } ", "{'b':{'S':'1'},'a':{'S':'2'}}", "{'b':{'S':'1'},'a':{'S':'2'}} and more",
        "{'m':{'M':{'z':{'N':'1'},'a':{'L':[{'M':{'y':{'S':''},'b':{'BOOL':false}}}]}}}}",
        " { 'a' : { 'S' : 'x' } , 'b' : { 'L' : [ { 'N' : '1' } , { 'BOOL' : true } ] } } ",
        "{'a':{'N':'1.50'},'b':{'N':'-0'},'c':{'N':'1e2'},'d':{'N':'+5'},'e':{'N':'0.000'}}",
        "{'a':{'N':'1E125'},'b':{'N':'1E-130'},'c':{'N':'9.99999999999999999999E+125'}}",
        "{'a':{'N':'1E126'}}", "{'a':{'N':'1E-131'}}", "{'a':{'N':'x'}}", "{'a':{'N':''}}",
        "{'a':{'N':'123456789012345678901234567890123456789'}}", "{'a':{'N':'1\\u0030'}}",
        "{'a':{'S':'\\u00e9\\n\\/\\\\\\u0000'},'\\u0041':{'S':'x'}}",
        "{'a':{'S':'\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9A\x80'},'\xC3\xA9':{'S':'x'},'z':{'S':''}}",
        "{'a':{'S':'\\ud83d\\ude80'}}", "{'a':{'S':'\\ud83d'}}", "{'a':{'S':'\xFF'}}",
        "{'a':{'S':'1'},'a':{'S':'2'}}", "{'a':{'S':'1'},'\\u0061':{'S':'2'}}",
        "{'m':{'M':{'a':{'S':'1'},'b':{'S':'3'},'a':{'S':'2'}}}}", "{'':{'S':'1'}}",
        "{'m':{'M':{'':{'S':'1'}}}}", "{'a':{'NULL':true}}", "{'a':{'NULL':false}}",
        "{'a':{'B':'YWI='}}", "{'a':{'B':'YW'}}", "{'a':{'SS':['b','a']}}", "{'a':{'SS':[]}}",
        "{'a':{'SS':['b','b']}}", "{'a':{'NS':['1','1.0']}}", "{'a':{'NS':['2.0','1']}}",
        "{'a':{'BS':['YQ==']}}", "{'a':{}}", "{'a':null}", "{'a':{'S':null}}", "{'a':{'X':'1'}}",
        "{'a':{'S':'1','N':'1'}}", "{'a':{'S':'1','S':'2'}}", "{'a':{'S':'1','X':[]}}",
        "{'a':{'S':1}}", "{'a':{'L':{}}}", "{'a':{'L':[null]}}", "{'a':{'L':[{}]}}",
        "{'a':{'L':[{'S':'1'},]}}", "{'a':{'BOOL':'true'}}", "{'a':{'BOOL':1}}", "{'a':'b'}", "[]",
        "null", "{", "{'a'", "{'a':", "{'a':{'S':'b'}", "{'a':{'S':'b'},}", "{,}"));

TEST(item_to_put_levels, are_limited_alike) {
  for (const int levels : {0, 1, 30, 31, 32, 33, 63, 64, 65, 2'000}) {
    const std::string list = nested("{'L':[", "]}", levels);
    EXPECT_EQ(quickly(list), thoroughly(list)) << levels;
    const std::string map = nested("{'M':{'a':", "}}", levels);
    EXPECT_EQ(quickly(map), thoroughly(map)) << levels;
  }
}

TEST(item_to_put_names, are_limited_alike) {
  for (const std::size_t bytes : {65'534U, 65'535U, 65'536U}) {
    const std::string item = "{'" + std::string(bytes, 'n') + "':{'S':'a'}}";
    EXPECT_EQ(quickly(item), thoroughly(item)) << bytes;
  }
}

TEST(item_to_put_numbers, are_limited_alike) {
  const std::string zeros(1'100, '0');
  for (const std::string& number :
       {zeros + "1", zeros.substr(0, 999) + "1", zeros.substr(0, 1'000) + "1",
        "1" + zeros + "e-1100", "0." + zeros, "1.5" + zeros, "1e" + zeros}) {
    const std::string item = "{'a':{'N':'" + number + "'}}";
    EXPECT_EQ(quickly(item), thoroughly(item)) << number;
  }
}

TEST(item_to_put_text, is_in_the_one_spelling) {
  EXPECT_EQ(quickly(" {'b':{'N':'1.50'}, 'a':{'S':'\\u0041'}}"),
            R"({"a":{"S":"A"},"b":{"N":"1.5"}} of 6 bytes, up to 39)");
}

}  // namespace engine_request_item_to_put_test
}  // namespace dynamo::test
