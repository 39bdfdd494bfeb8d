// Requests to an engine: the first byte picks the operation, the rest is the body. Whatever it is,
// it is carried out or refused in sound JSON, and what a decoder takes is the same in one spelling.
#include "engine/engine.hpp"
#include "engine/refusal.hpp"
#include "engine/request/decode.hpp"
#include "engine/request/value_reader.hpp"

#include <dynamo/value/json_cursor.hpp>
#include <dynamo/value/json_writer.hpp>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace {

using dynamo::body_buffer;
using dynamo::operation;
using namespace dynamo::engine;

constexpr int operations = static_cast<int>(operation::scan) + 1;

constexpr std::string_view table =
    R"({"TableName":"tab","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},)"
    R"({"AttributeName":"n","AttributeType":"N"}],"KeySchema":[{"AttributeName":"id",)"
    R"("KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}],"GlobalSecondaryIndexes":[)"
    R"({"IndexName":"gsi","KeySchema":[{"AttributeName":"n","KeyType":"HASH"}],)"
    R"("Projection":{"ProjectionType":"ALL"}}],"BillingMode":"PAY_PER_REQUEST"})";
constexpr std::string_view item =
    R"({"TableName":"tab","Item":{"id":{"S":"a"},"n":{"N":"1"},"l":{"L":[{"SS":["x","y"]}]}}})";

void require(bool holds) {
  if (!holds) std::abort();
}

void require_json(const body_buffer& answer) {
  dynamo::detail::json_cursor cursor(answer.data());
  require(cursor.peek() == '{' && cursor.skip_value());
  require(cursor.position() == answer.data() + answer.size());
  require(dynamo::detail::is_utf8(answer.text()));
}

// The item that was read quickly, where that could be done, is the one that is read value by value.
void require_read_thoroughly(const body_buffer& request, const stored_item& taken) {
  std::string_view text;
  bool escaped = false;
  dynamo::detail::json_cursor cursor(request.data());
  require(cursor.object([&](const dynamo::detail::raw_string& name) {
    cursor.skip_space();
    const char* const begin = cursor.position();
    if (!cursor.skip_value()) return false;
    const std::string_view value(begin, static_cast<std::size_t>(cursor.position() - begin));
    if (name.escaped) escaped = true;
    if (name.text == "Item" && value != "null") text = value;
    return true;
  }));
  if (escaped) return;  // it may be another one's name
  const body_buffer alone(text);
  json_reader in(alone);
  require(stored_item(read_item(in).take()).json() == taken.json());
}

// True if the request's decoder takes it.
bool is_sound(operation op, const body_buffer& request) {
  try {
    switch (op) {
      case operation::put_item: {
        const put_call call = decode_put(request);
        const std::string again =
            R"({"TableName":"tab","Item":)" + std::string(call.item.json()) + "}";
        require(decode_put(body_buffer(again)).item.json() == call.item.json());
        require_read_thoroughly(request, call.item);
        return true;
      }
      case operation::list_tables:
        static_cast<void>(decode_list_tables(request));
        return true;
      case operation::describe_table:
      case operation::delete_table:
      case operation::describe_time_to_live:
        static_cast<void>(decode_table(request));
        return true;
      case operation::create_table:
        static_cast<void>(decode_create_table(request));
        return true;
      case operation::update_table:
        static_cast<void>(decode_update_table(request));
        return true;
      case operation::update_time_to_live:
        static_cast<void>(decode_update_time_to_live(request));
        return true;
      case operation::describe_limits:
      case operation::describe_endpoints:
        decode_nothing(request);
        return true;
      case operation::get_item:
        static_cast<void>(decode_get(request));
        return true;
      case operation::update_item:
        static_cast<void>(decode_update(request));
        return true;
      case operation::delete_item:
        static_cast<void>(decode_delete(request));
        return true;
      case operation::batch_write_item:
        static_cast<void>(decode_batch_write(request));
        return true;
      case operation::batch_get_item:
        static_cast<void>(decode_batch_get(request));
        return true;
      case operation::transact_write_items:
        static_cast<void>(decode_transact_write(request));
        return true;
      case operation::transact_get_items:
        static_cast<void>(decode_transact_get(request));
        return true;
      case operation::query:
        static_cast<void>(decode_query(request));
        return true;
      case operation::scan:
        static_cast<void>(decode_scan(request));
        return true;
    }
  } catch (const refusal& refused) {
    require(!refused.message().empty() && dynamo::detail::is_utf8(refused.message()));
    require(refused.type() == "ValidationException" || refused.type() == "SerializationException" ||
            refused.type() == "LimitExceededException");
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto op = static_cast<operation>(data[0] % operations);
  const body_buffer request(std::string_view(reinterpret_cast<const char*>(data) + 1, size - 1));
  if (!is_sound(op, request)) return 0;

  // A new one for each, so that an input does the same whenever it is tried.
  const auto subject = dynamo::engine::engine::in_memory();
  const auto prepare = [&](operation with, std::string_view text) {
    body_buffer answer;
    require(subject->execute(with, body_buffer(text), answer) == 200);
  };
  prepare(operation::create_table, table);
  prepare(operation::put_item, item);
  body_buffer answer;
  const int status = subject->execute(op, request, answer);
  require(status == 200 || status == 400);
  require_json(answer);
  return 0;
}
