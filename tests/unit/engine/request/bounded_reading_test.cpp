// What decoders keep of requests that say little in many bytes.
#include "engine/request/members.hpp"
#include "engine/request/table_members.hpp"
#include "request_text.hpp"

#include <gmock/gmock.h>

#include <string>
#include <string_view>

namespace dynamo::test {
namespace engine_request_bounded_reading_test {

using namespace dynamo::engine;
using testing::HasSubstr;
using testing::SizeIs;

std::string repeated(std::string_view part, std::size_t times) {
  std::string out;
  out.reserve((part.size() + 1) * times);
  for (std::size_t i = 0; i < times; ++i) {
    if (i != 0) out += ',';
    out += part;
  }
  return out;
}

// An object with a member for each number, of one value.
std::string numbered(std::string_view sigil, std::string_view value, std::size_t count) {
  std::string out = "{";
  for (std::size_t i = 0; i < count; ++i) {
    if (i != 0) out += ',';
    ((((out += '\'') += sigil) += std::to_string(i)) += "':") += value;
  }
  return out += '}';
}

read_attributes item_of(const std::string& text) {
  const body_buffer json = body(text);
  json_reader in(json);
  return read_item(in);
}

TEST(bounded_reading, of_a_list_one_is_kept_beyond_what_may_be) {
  const body_buffer text = body("[" + repeated("1", 100'000) + "]");
  json_reader in(text);
  std::vector<std::int64_t> kept;
  in.elements(kept, 100, [&] { return in.integer(); });
  EXPECT_THAT(kept, SizeIs(101));
}

TEST(bounded_reading, the_rest_of_a_list_is_checked) {
  const body_buffer text = body("[" + repeated("1", 1000) + ",'x']");
  json_reader in(text);
  std::vector<std::int64_t> kept;
  EXPECT_THROW(in.elements(kept, 100, [&] { return in.integer(); }), refusal);
}

TEST(bounded_reading, keys_of_a_batch) {
  const std::string keys = "{'Keys':[" + repeated("{}", 1'000'000) + "]}";
  const body_buffer text = body(keys);
  json_reader in(text);
  EXPECT_THAT(*read_members(in, member_owner::batch_keys).keys, SizeIs(101));
  EXPECT_EQ(refused(decode_batch_get, "{'RequestItems':{'tab':" + keys + "}}"),
            "ValidationException: Too many items requested for the BatchGetItem call");
}

TEST(bounded_reading, tables_of_a_batch) {
  EXPECT_THAT(refused(decode_batch_get, "{'RequestItems':" + numbered("tab", "{}", 100'000) + "}"),
              HasSubstr("is required"));
  EXPECT_THAT(
      refused(decode_batch_write, "{'RequestItems':" + numbered("tab", "[]", 100'000) + "}"),
      HasSubstr("cannot be null or empty"));
  EXPECT_EQ(
      refused(decode_batch_get,
              "{'RequestItems':" + numbered("tab", "{'Keys':[{'id':{'S':'a'}}]}", 10'000) + "}"),
      "ValidationException: Too many items requested for the BatchGetItem call");
}

TEST(bounded_reading, entries_of_a_batch) {
  EXPECT_EQ(
      refused(decode_batch_write, "{'RequestItems':{'tab':[" + repeated("{}", 1'000'000) + "]}}"),
      "ValidationException: Too many items requested for the BatchWriteItem call");
}

TEST(bounded_reading, actions_of_a_transaction) {
  const std::string many = "{'TransactItems':[" + repeated("{'Get':{}}", 300'000) + "]}";
  EXPECT_EQ(broken(decode_transact_get, many),
            "Value '[...]' at 'transactItems' failed to satisfy constraint: Member must have "
            "length less than or equal to 100");
  EXPECT_THAT(
      broken(decode_transact_write, "{'TransactItems':[" + repeated("{'Put':{}}", 300'000) + "]}"),
      HasSubstr("less than or equal to 100"));
  EXPECT_EQ(
      refused(decode_transact_write, "{'TransactItems':[{" + repeated("'Put':{}", 300'000) + "}]}"),
      "ValidationException: TransactItems can only contain one of Check, Put, Update or "
      "Delete");
}

TEST(bounded_reading, lists_of_tables) {
  const table_members kept = read_table_body(
      body("{'AttributeDefinitions':[" + repeated("{}", 1'000'000) + "],'KeySchema':[" +
           repeated("{}", 1'000'000) + "],'GlobalSecondaryIndexes':[" + repeated("{}", 1'000'000) +
           ",{'Projection':{'NonKeyAttributes':[" + repeated("''", 1'000'000) +
           "]}}],'GlobalSecondaryIndexUpdates':[" + repeated("{}", 1'000'000) + "]}"));
  EXPECT_THAT(*kept.definitions, SizeIs(101));
  EXPECT_THAT(*kept.key, SizeIs(101));
  EXPECT_THAT(*kept.global_indexes, SizeIs(101));
  EXPECT_THAT(*kept.index_updates, SizeIs(101));
}

TEST(bounded_reading, an_item_has_no_more_than_it_may_have) {
  constexpr std::size_t most = 400 * 1024;
  const read_attributes list = item_of("{'x':{'L':[" + repeated("{'S':''}", 1'000'000) + "]}}");
  EXPECT_EQ(list.fault, "Item size has exceeded the maximum allowed size");
  EXPECT_TRUE(list.values.empty());
  const read_attributes map = item_of(numbered("a", "{'NULL':true}", 200'000));
  EXPECT_EQ(map.fault, "Item size has exceeded the maximum allowed size");
  EXPECT_LT(map.values.size(), most);
  for (const char* const set : {"SS", "NS", "BS"}) {
    const read_attributes same = item_of("{'x':{'" + std::string(set) + "':[" +
                                         repeated(set[0] == 'N' ? "'1'" : "''", 1'000'000) + "]}}");
    EXPECT_EQ(same.fault, "Item size has exceeded the maximum allowed size") << set;
  }
}

TEST(bounded_reading, the_largest_item_is_read) {
  const auto with = [](std::size_t bytes) {
    return item_of("{'x':{'S':'" + std::string(bytes, 'x') + "'}}");
  };
  EXPECT_EQ(with(400 * 1024 - 1).fault, "");
  EXPECT_TRUE(with(400 * 1024).too_large);
}

TEST(bounded_reading, a_put_of_more_than_an_item_is_refused) {
  EXPECT_EQ(refused(decode_put, "{'TableName':'tab','Item':{'x':{'L':[" +
                                    repeated("{'S':''}", 1'000'000) + "]}}}"),
            "ValidationException: Item size has exceeded the maximum allowed size");
}

TEST(bounded_reading, values_of_expressions) {
  const auto update = [](std::string_view values) {
    return "{'TableName':'tab','Key':{'id':{'S':'a'}},'UpdateExpression':'SET x = :v',"
           "'ExpressionAttributeValues':" +
           std::string(values) + "}";
  };
  const std::string fits = "{':v':{'S':'" + std::string(2 * 1024 * 1024 - 2, 'x') + "'}}";
  EXPECT_EQ(decode_update(body(update(fits))).with.values->size(), 1U);
  const std::string beyond = "{':v':{'S':'" + std::string(2 * 1024 * 1024 - 1, 'x') + "'}}";
  EXPECT_EQ(refused(decode_update, update(beyond)),
            "ValidationException: ExpressionAttributeValues exceeds max size");
  EXPECT_EQ(refused(decode_update, update(numbered(":v", "{'S':''}", 200'000))),
            "ValidationException: ExpressionAttributeValues exceeds max size");
}

TEST(bounded_reading, names_of_expressions) {
  const auto get = [](std::string_view names) {
    return "{'TableName':'tab','Key':{'id':{'S':'a'}},'ProjectionExpression':'#n',"
           "'ExpressionAttributeNames':" +
           std::string(names) + "}";
  };
  EXPECT_EQ(refused(decode_get, get(numbered("#n", "'a'", 200'000))),
            "ValidationException: ExpressionAttributeNames exceeds max size");
  EXPECT_EQ(refused(decode_get, get(numbered("#n", "'" + std::string(60'000, 'a') + "'", 40))),
            "ValidationException: ExpressionAttributeNames exceeds max size");
  EXPECT_EQ(decode_get(body(get(numbered("#n", "'a'", 8192)))).with.names->size(), 8192U);
}

}  // namespace engine_request_bounded_reading_test
}  // namespace dynamo::test
