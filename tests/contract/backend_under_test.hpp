// The backends that the contract suite runs against.
#pragma once

#include "support/test_endpoint.hpp"

#include <dynamo/client/client.hpp>
#include <dynamo/model/backend.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::contract {

/// One way to a DynamoDB. `make` throws with a sentence when its dependencies are not there.
struct backend_under_test {
  const char* name;
  std::shared_ptr<backend> (*make)();

  friend void PrintTo(const backend_under_test& of, std::ostream* out) { *out << of.name; }
};

/// Every backend there is. A new one is one line there.
[[nodiscard]] std::vector<backend_under_test> backends_under_test();

/// Has a client on the backend; tables that a test makes with `make_table` end with it.
class contract_test : public ::testing::TestWithParam<backend_under_test> {
 protected:
  void SetUp() override;

  /// Creates a table with a string key "id" and, if asked for, a number "at" as its sort key.
  std::string make_table(std::string_view prefix, bool with_sort_key = false);
  std::string make_table(const create_table_request& request);
  [[nodiscard]] const client& db() const { return *db_; }
  /// Carries out an operation that the client has no function for, or in a form that it does not
  /// make; the bodies are JSON as on the wire.
  result<std::string> call(operation op, std::string body) const;

 private:
  std::optional<client> db_;
  std::vector<std::unique_ptr<test::scratch_table>> tables_;
};

/// The name of a backend as the end of a test's name.
[[nodiscard]] std::string name_of(const ::testing::TestParamInfo<backend_under_test>& of);

}  // namespace dynamo::contract
