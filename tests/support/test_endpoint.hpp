// The DynamoDB that tests talk to.
#pragma once

#include <dynamo/client/client.hpp>
#include <dynamo/model/requests.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::test {

/// A backend over the wire at DYNAMO_TEST_ENDPOINT. Throws std::runtime_error with a sentence that
/// says how to set it if it is not set.
[[nodiscard]] std::shared_ptr<backend> endpoint_backend();

/// A client on it.
[[nodiscard]] client endpoint_client();

/// A name that no other test uses, in this process or another.
[[nodiscard]] std::string unique_table_name(std::string_view prefix);

/// A table that is there as long as this object.
class scratch_table {
 public:
  /// Creates it and waits until it can be used.
  scratch_table(client db, const create_table_request& request);
  scratch_table(const scratch_table&) = delete;
  scratch_table& operator=(const scratch_table&) = delete;
  ~scratch_table();

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  client db_;
  std::string name_;
};

/// A request for a table with a string key named "id" and a unique name.
[[nodiscard]] create_table_request simple_table(std::string_view prefix);

}  // namespace dynamo::test
