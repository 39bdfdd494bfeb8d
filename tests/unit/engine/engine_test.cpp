// The engine as a whole: errors, threads, time to live, files.
#include "engine/engine.hpp"

#include "operation/engine_fixture.hpp"
#include "support/temporary_folder.hpp"
#include "support/watchdog.hpp"

#include <gmock/gmock.h>

#include <thread>
#include <vector>

namespace dynamo::test {
namespace engine_engine_test {

using testing::HasSubstr;
using testing::StartsWith;

struct engine_test : engine_fixture {
  void enable_time_to_live() {
    ok(operation::update_time_to_live,
       "{'TableName':'users','TimeToLiveSpecification':{'AttributeName':'until','Enabled':true}}");
  }
  std::string until(std::chrono::seconds from_now) {
    const auto when = time->wall_time() + from_now;
    return std::to_string(
        std::chrono::duration_cast<std::chrono::seconds>(when.time_since_epoch()).count());
  }
};

TEST_F(engine_test, errors_are_of_the_services_types) {
  EXPECT_THAT(execute(operation::put_item, "{").text,
              StartsWith("{'__type':'com.amazon.coral.service#SerializationException'"));
  EXPECT_THAT(execute(operation::put_item, "{}").text,
              StartsWith("{'__type':'com.amazon.coral.validate#ValidationException','message':'"));
  EXPECT_EQ(execute(operation::scan, "{'TableName':'none'}").text,
            "{'__type':'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',"
            "'message':'Requested resource not found'}");
}

TEST_F(engine_test, a_body_is_at_most16_mi_b) {
  std::string request = "{}";
  request.resize(16 * 1024 * 1024, ' ');
  EXPECT_EQ(execute(operation::put_item, request).status, 400);
  request += ' ';
  const auto got = execute(operation::put_item, request);
  EXPECT_EQ(got.status, 413);
  EXPECT_EQ(got.text,
            "{'__type':'com.amazonaws.dynamodb.v20120810#RequestEntityTooLargeException',"
            "'message':'The request is longer than 16777216 bytes.'}");
}

TEST_F(engine_test, an_answer_is_followed_by_zero_bytes) {
  create_users();
  body_buffer answer;
  EXPECT_EQ(engine_->execute(operation::scan, body_buffer(R"({"TableName":"users"})"), answer),
            200);
  EXPECT_EQ(std::string_view(answer.data() + answer.size(), body_buffer::padding),
            std::string(body_buffer::padding, '\0'));
}

TEST_F(engine_test, a_refusal_after_the_begin_of_an_answer_is_the_whole_answer) {
  create_users();
  put("users", "{'id':{'S':'a'},'x':{'N':'1'}}");
  const auto got = execute(operation::scan, "{'TableName':'users','FilterExpression':'x = :v'}");
  EXPECT_EQ(got.status, 400);
  EXPECT_THAT(got.text, StartsWith("{'__type':"));
}

TEST_F(engine_test, what_expired_is_removed_by_the_clock) {
  create_users();
  enable_time_to_live();
  put("users", "{'id':{'S':'a'},'until':{'N':'" + until(std::chrono::seconds(10)) + "'}}");
  put("users", "{'id':{'S':'b'},'until':{'N':'" + until(std::chrono::hours(10)) + "'}}");
  put("users", "{'id':{'S':'c'},'until':{'S':'never'}}");
  EXPECT_EQ(engine_->remove_expired(), 0U);
  time->advance(std::chrono::seconds(11));
  EXPECT_EQ(engine_->remove_expired(), 1U);
  EXPECT_EQ(get("users", "{'id':{'S':'a'}}"), "{}");
  EXPECT_THAT(get("users", "{'id':{'S':'b'}}"), StartsWith("{'Item'"));
  EXPECT_THAT(get("users", "{'id':{'S':'c'}}"), StartsWith("{'Item'"));
}

TEST_F(engine_test, many_expire_at_once) {
  create_users();
  enable_time_to_live();
  for (int i = 0; i < 1200; ++i) {
    put("users", "{'id':{'S':'" + std::to_string(i) + "'},'until':{'N':'" +
                     until(std::chrono::seconds(1)) + "'}}");
  }
  time->advance(std::chrono::seconds(2));
  EXPECT_EQ(engine_->remove_expired(), 1200U);
  EXPECT_EQ(ok(operation::scan, "{'TableName':'users'}"),
            "{'Items':[],'Count':0,'ScannedCount':0}");
}

TEST_F(engine_test, concurrent_updates_are_all_counted) {
  const watchdog hang("concurrent updates");
  create_users();
  constexpr int threads = 4;
  constexpr int each = 250;
  const body_buffer add(
      R"({"TableName":"users","Key":{"id":{"S":"a"}},"UpdateExpression":"ADD n :one",)"
      R"("ExpressionAttributeValues":{":one":{"N":"1"}}})");
  std::vector<std::jthread> workers;
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      for (int k = 0; k < each; ++k) {
        body_buffer answer;
        EXPECT_EQ(engine_->execute(operation::update_item, add, answer), 200);
      }
    });
  }
  workers.clear();
  EXPECT_EQ(get("users", "{'id':{'S':'a'}}"), "{'Item':{'id':{'S':'a'},'n':{'N':'1000'}}}");
}

TEST_F(engine_test, conditions_hold_against_concurrent_writes) {
  const watchdog hang("concurrent conditions");
  create_users();
  put("users", "{'id':{'S':'a'},'n':{'N':'0'}}");
  constexpr int threads = 4;
  constexpr int each = 50;
  // Reads the counter, and writes the next number if it is still the same.
  const auto count_up = [&] {
    for (int done = 0; done < each;) {
      const std::string item = get("users", "{'id':{'S':'a'}}");
      const std::string mark = "'n':{'N':'";
      const int seen = std::stoi(item.substr(item.find(mark) + mark.size()));
      const auto got = execute(
          operation::put_item,
          "{'TableName':'users','Item':{'id':{'S':'a'},'n':{'N':'" + std::to_string(seen + 1) +
              "'}},'ConditionExpression':'n = :seen','ExpressionAttributeValues':{':seen':{"
              "'N':'" +
              std::to_string(seen) + "'}}}");
      if (got.status == 200) {
        ++done;
      } else {
        EXPECT_THAT(got.text, HasSubstr("ConditionalCheckFailedException"));
      }
    }
  };
  std::vector<std::jthread> workers;
  for (int i = 0; i < threads; ++i) workers.emplace_back(count_up);
  workers.clear();
  EXPECT_EQ(get("users", "{'id':{'S':'a'}}"), "{'Item':{'id':{'S':'a'},'n':{'N':'200'}}}");
}

TEST_F(engine_test, scans_continue_while_others_write) {
  const watchdog hang("scans beside writes");
  create_users();
  for (int i = 0; i < 50; ++i) put("users", "{'id':{'S':'" + std::to_string(i) + "'}}");
  std::jthread writer([&](const std::stop_token& stop) {
    for (int i = 0; !stop.stop_requested(); ++i) {
      put("users", "{'id':{'S':'w" + std::to_string(i % 20) + "'}}");
      ok(operation::delete_item,
         "{'TableName':'users','Key':{'id':{'S':'w" + std::to_string(i % 20) + "'}}}");
    }
  });
  for (int i = 0; i < 50; ++i) {
    const std::string answer = ok(operation::scan, "{'TableName':'users'}");
    for (int k = 0; k < 50; ++k) {
      EXPECT_THAT(answer, HasSubstr("{'id':{'S':'" + std::to_string(k) + "'}}"));
    }
  }
}

TEST(engine_file, keeps_its_items) {
  const temporary_folder folder;
  const std::string path = folder / "items.db";
  const auto execute = [](engine::engine& on, operation op, std::string_view request) {
    body_buffer answer;
    EXPECT_EQ(on.execute(op, body_buffer(request), answer), 200);
    return std::string(answer.text());
  };
  {
    const auto first = engine::engine::open(path);
    ASSERT_TRUE(first.has_value());
    execute(**first, operation::create_table,
            R"({"TableName":"users","AttributeDefinitions":[{"AttributeName":"id",)"
            R"("AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)"
            R"("BillingMode":"PAY_PER_REQUEST"})");
    execute(**first, operation::put_item, R"({"TableName":"users","Item":{"id":{"S":"a"}}})");
  }
  const auto second = engine::engine::open(path);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(execute(**second, operation::scan, R"({"TableName":"users"})"),
            R"({"Items":[{"id":{"S":"a"}}],"Count":1,"ScannedCount":1})");
}

TEST_F(engine_test, is_compacted_in_memory) {
  create_users();
  put("users", "{'id':{'S':'a'}}");
  EXPECT_TRUE(engine_->compact({}).has_value());
  EXPECT_EQ(get("users", "{'id':{'S':'a'}}"), "{'Item':{'id':{'S':'a'}}}");
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = engine_->compact(stop.get_token());
  ASSERT_FALSE(stopped.has_value());
  EXPECT_EQ(stopped.error().kind, errc::cancelled);
}

TEST(engine_file, that_cannot_be_opened_is_an_error) {
  const auto opened = engine::engine::open("/nonexistent/folder/items.db");
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().kind, errc::io);
  EXPECT_THAT(opened.error().message, HasSubstr("items.db"));
}

}  // namespace engine_engine_test
}  // namespace dynamo::test
