// What stands behind a server that a test puts in front of it.
#pragma once

#include "support/loopback_server.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::test {

/// A response before anybody has tampered with it.
struct whole_response {
  int status = 200;
  std::string body;
  std::vector<std::string> headers;
};

/// A response of DynamoDB's: with the body's checksum.
[[nodiscard]] whole_response dynamodb_response(int status, std::string body);
/// The same as on the wire.
[[nodiscard]] std::string text_of(const whole_response& response);

using upstream = std::function<whole_response(const received_request&)>;

/// The name of the operation that a request asks for.
[[nodiscard]] std::string operation_of(const received_request& request);

/// Tables of items whose key is the string "id", in memory: much quicker than DynamoDB Local.
/// Understands as much of Scan, BatchWriteItem and DescribeTable as the tests of faults need.
/// Thread-safe.
class memory_tables {
 public:
  /// By id, the JSON of each item.
  using items = std::map<std::string, std::string>;

  void put(const std::string& table, items all);
  [[nodiscard]] items contents_of(const std::string& table) const;
  [[nodiscard]] whole_response operator()(const received_request& request);

 private:
  struct row {
    std::string json;
    std::size_t hash = 0;
  };
  struct scan_of;

  std::string scan(const scan_of& what) const;

  mutable std::mutex mutex_;
  std::map<std::string, std::map<std::string, row>> tables_;
};

/// Passes requests on to a DynamoDB at `url`, one after the other.
[[nodiscard]] upstream forwarded_to(const std::string& url);

}  // namespace dynamo::test
