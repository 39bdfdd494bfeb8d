#include "support/upstream.hpp"

#include "model/decode.hpp"
#include "net/transport.hpp"
#include "support/exchange.hpp"

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/value/item_parser.hpp>
#include <dynamo/value/json_cursor.hpp>

#include <libdeflate.h>

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <utility>

namespace dynamo::test {

whole_response dynamodb_response(int status, std::string body) {
  const std::uint32_t crc = libdeflate_crc32(0, body.data(), body.size());
  return {status,
          std::move(body),
          {"Content-Type: application/x-amz-json-1.0", "x-amz-crc32: " + std::to_string(crc),
           "x-amzn-RequestId: REQUEST-OF-THE-TEST"}};
}

std::string text_of(const whole_response& response) {
  return response_text(response.status, response.body, response.headers);
}

std::string operation_of(const received_request& request) {
  const auto target = request.headers.find("x-amz-target");
  if (target == request.headers.end()) return {};
  return target->second.substr(target->second.find('.') + 1);
}

void memory_tables::put(const std::string& table, items all) {
  const std::lock_guard lock(mutex_);
  auto& rows = tables_[table];
  rows.clear();
  for (auto& [id, json] : all) rows[id] = {std::move(json), std::hash<std::string>{}(id)};
}

memory_tables::items memory_tables::contents_of(const std::string& table) const {
  const std::lock_guard lock(mutex_);
  items all;
  if (const auto found = tables_.find(table); found != tables_.end())
    for (const auto& [id, each] : found->second) all[id] = each.json;
  return all;
}

struct memory_tables::scan_of {
  std::string table;
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t segment = 0;
  std::uint64_t segments = 1;
  std::string start_id;
  bool has_start = false;
};

whole_response memory_tables::operator()(const received_request& request) {
  const body_buffer padded{std::string_view(request.body)};
  detail::json_cursor cursor(padded.data());
  scan_of asked;
  std::vector<std::pair<std::string, std::string>> entries;  // table and JSON
  const bool whole = cursor.object([&](const detail::raw_string& key) {
    detail::raw_string raw;
    if (key.text == "TableName") return cursor.string(raw) && detail::text_of(raw, asked.table);
    if (key.text == "Limit") return cursor.unsigned_integer(asked.limit);
    if (key.text == "Segment") return cursor.unsigned_integer(asked.segment);
    if (key.text == "TotalSegments") return cursor.unsigned_integer(asked.segments);
    if (key.text == "RequestItems") {
      return cursor.object([&](const detail::raw_string& table) {
        return cursor.array([&] {
          cursor.skip_space();
          const char* const begin = cursor.position();
          if (!cursor.skip_value()) return false;
          entries.emplace_back(std::string(table.text), std::string(begin, cursor.position()));
          return true;
        });
      });
    }
    if (key.text != "ExclusiveStartKey") return cursor.skip_value();
    cursor.skip_space();
    const char* const begin = cursor.position();
    if (!cursor.skip_value()) return false;
    asked.start_id = parse_json(std::string_view(begin, cursor.position())).at("id").as_string();
    return asked.has_start = true;
  });
  if (!whole) throw std::logic_error("the client sent no JSON: " + request.body);

  const std::lock_guard lock(mutex_);
  const std::string operation = operation_of(request);
  if (operation == "Scan") return dynamodb_response(200, scan(asked));
  if (operation == "BatchWriteItem") {
    for (const auto& [table, json] : entries) {
      const auto write = model::decode_write(table, json).value();
      const encoded_item& item = std::get<put_request>(write).item;
      std::string id(parse_json(item.json()).at("id").as_string());
      const std::size_t hash = std::hash<std::string>{}(id);
      tables_[table].insert_or_assign(std::move(id), row{item.json(), hash});
    }
    return dynamodb_response(200, R"({"UnprocessedItems":{}})");
  }
  if (operation == "DescribeTable") {
    return dynamodb_response(
        200, R"({"Table":{"TableName":")" + asked.table +
                 R"(","TableStatus":"ACTIVE","TableArn":"arn:aws:dynamodb:us-east-1:1:table/)" +
                 asked.table +
                 R"(","CreationDateTime":1767225600.0,"AttributeDefinitions":[{"AttributeName":)"
                 R"("id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":)"
                 R"("HASH"}],"ItemCount":)" +
                 std::to_string(tables_[asked.table].size()) + R"(,"TableSizeBytes":100000}})");
  }
  throw std::logic_error("the test did not expect " + operation);
}

// With the lock held.
std::string memory_tables::scan(const scan_of& what) const {
  std::string body = R"({"Items":[)";
  std::uint64_t count = 0;
  std::string last;
  const auto& rows = tables_.at(what.table);
  auto at = what.has_start ? rows.upper_bound(what.start_id) : rows.begin();
  for (; at != rows.end() && count < what.limit; ++at) {
    if (at->second.hash % what.segments != what.segment) continue;
    if (count++ != 0) body += ',';
    body += at->second.json;
    last = at->first;
  }
  const std::string counted = std::to_string(count);
  body += R"(],"Count":)" + counted + R"(,"ScannedCount":)" + counted +
          R"(,"ConsumedCapacity":{"TableName":"t","CapacityUnits":0.5})";
  // As the service does, which does not look whether more items follow.
  if (count == what.limit) body += R"(,"LastEvaluatedKey":{"id":{"S":")" + last + R"("}})";
  return body + '}';
}

upstream forwarded_to(const std::string& url) {
  const std::shared_ptr<net::transport> to = net::make_curl_transport({});
  return [to, url](const received_request& request) {
    net::http_request passed{.url = url, .body = request.body};
    for (const auto& [name, value] : request.headers) {
      if (name == "host" || name == "content-length" || name == "accept") continue;
      passed.headers.push_back(name + ": " + value);
    }
    const net::http_response answered = start(*to, std::move(passed)).response();
    return dynamodb_response(answered.status, std::string(answered.body.text()));
  };
}

}  // namespace dynamo::test
