// An engine in memory, spoken to in JSON.
#pragma once

#include "engine/engine.hpp"
#include "support/manual_time.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

namespace dynamo::test {

struct answered {
  int status = 0;
  std::string text;
};

/// Requests and answers are written with ' in the place of ", which none of them contains.
class engine_fixture : public testing::Test {
 protected:
  explicit engine_fixture(engine_options options = {}) { restart(std::move(options)); }

  void restart(engine_options options) {
    options.time = time;
    options.random = random;
    engine_ = engine::engine::in_memory(std::move(options));
  }

  answered execute(operation op, std::string_view request) {
    std::string json(request);
    std::ranges::replace(json, '\'', '"');
    body_buffer answer;
    const int status = engine_->execute(op, body_buffer(json), answer);
    std::string text(answer.text());
    std::ranges::replace(text, '"', '\'');
    return {status, std::move(text)};
  }
  /// The answer to what is not refused.
  std::string ok(operation op, std::string_view request) {
    answered got = execute(op, request);
    EXPECT_EQ(got.status, 200) << request << '\n' << got.text;
    return std::move(got.text);
  }
  /// "ValidationException: message", behind which stand further members of the error.
  std::string refused(operation op, std::string_view request) {
    const answered got = execute(op, request);
    EXPECT_EQ(got.status, 400) << request << '\n' << got.text;
    std::string text = got.text;
    const auto cut = [&](std::string_view before, std::string_view behind) {
      const std::size_t at = text.find(before);
      if (at == std::string::npos) return;
      text.replace(at, before.size(), behind);
    };
    if (const std::size_t hash = text.find('#'); hash != std::string::npos) text.erase(0, hash + 1);
    cut("','message':'", ": ");
    if (text.ends_with("'}")) text.resize(text.size() - 2);
    return text;
  }

  std::string put(std::string_view table, std::string_view item, std::string_view more = "") {
    return ok(operation::put_item, request("Item", table, item, more));
  }
  std::string get(std::string_view table, std::string_view key, std::string_view more = "") {
    return ok(operation::get_item, request("Key", table, key, more));
  }
  static std::string request(std::string_view what, std::string_view table, std::string_view value,
                             std::string_view more = "") {
    return "{'TableName':'" + std::string(table) + "','" + std::string(what) +
           "':" + std::string(value) + (more.empty() ? "" : ",") + std::string(more) + "}";
  }

  /// "users", of a partition key id (S).
  void create_users() {
    ok(operation::create_table,
       "{'TableName':'users','AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'}],"
       "'KeySchema':[{'AttributeName':'id','KeyType':'HASH'}],'BillingMode':'PAY_PER_REQUEST'}");
  }
  /// "notes", of a partition key id (S) and a sort key n (N), with a local index by_score (id,
  /// score N; keys only) and global ones by_group (group S; keys only), by_group_score (group,
  /// score; title), and whole (group; all).
  void create_notes(std::string_view billing = "'BillingMode':'PAY_PER_REQUEST'",
                    std::string_view index_throughput = "") {
    const std::string of_index(index_throughput);
    ok(operation::create_table,
       "{'TableName':'notes','AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'},"
       "{'AttributeName':'n','AttributeType':'N'},{'AttributeName':'group','AttributeType':'S'},"
       "{'AttributeName':'score','AttributeType':'N'}],"
       "'KeySchema':[{'AttributeName':'id','KeyType':'HASH'},"
       "{'AttributeName':'n','KeyType':'RANGE'}],"
       "'LocalSecondaryIndexes':[{'IndexName':'by_score','KeySchema':["
       "{'AttributeName':'id','KeyType':'HASH'},{'AttributeName':'score','KeyType':'RANGE'}],"
       "'Projection':{'ProjectionType':'KEYS_ONLY'}}],"
       "'GlobalSecondaryIndexes':[{'IndexName':'by_group','KeySchema':["
       "{'AttributeName':'group','KeyType':'HASH'}],"
       "'Projection':{'ProjectionType':'KEYS_ONLY'}" +
           of_index +
           "},{'IndexName':'by_group_score','KeySchema':["
           "{'AttributeName':'group','KeyType':'HASH'},{'AttributeName':'score','KeyType':'RANGE'}]"
           ","
           "'Projection':{'ProjectionType':'INCLUDE','NonKeyAttributes':['title']}" +
           of_index +
           "},{'IndexName':'whole','KeySchema':[{'AttributeName':'group','KeyType':'HASH'}],"
           "'Projection':{'ProjectionType':'ALL'}" +
           of_index + "}]," + std::string(billing) + "}");
  }

  std::shared_ptr<manual_clock> time = std::make_shared<manual_clock>();
  std::shared_ptr<fixed_random> random = std::make_shared<fixed_random>(0.0);

 protected:
  std::shared_ptr<engine::engine> engine_;
};

}  // namespace dynamo::test
