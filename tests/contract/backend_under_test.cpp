#include "contract/backend_under_test.hpp"

#include <exception>

namespace dynamo::contract {

std::vector<backend_under_test> backends_under_test() {
  return {{"DynamoDbLocal", &test::endpoint_backend}};
}

void contract_test::SetUp() {
  try {
    db_.emplace(GetParam().make());
  } catch (const std::exception& missing) {
    FAIL() << missing.what();
  }
}

std::string contract_test::make_table(std::string_view prefix, bool with_sort_key) {
  create_table_request request = test::simple_table(prefix);
  if (with_sort_key) request.key.sort_key = {.name = "at", .type = key_type::number};
  return make_table(request);
}

std::string contract_test::make_table(const create_table_request& request) {
  tables_.push_back(std::make_unique<test::scratch_table>(*db_, request));
  return tables_.back()->name();
}

std::string name_of(const ::testing::TestParamInfo<backend_under_test>& of) {
  return of.param.name;
}

}  // namespace dynamo::contract
