#include "contract/backend_under_test.hpp"

#include <exception>
#include <future>
#include <utility>

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

result<std::string> contract_test::call(operation op, std::string body) const {
  const auto answered = std::make_shared<std::promise<result<backend_response>>>();
  auto answer = answered->get_future();
  db_->shared_backend()->submit(
      {.op = op, .body = std::move(body)},
      [answered](result<backend_response> response) { answered->set_value(std::move(response)); });
  auto response = answer.get();
  if (!response) return std::move(response).error();
  return std::string(response->body.text());
}

std::string name_of(const ::testing::TestParamInfo<backend_under_test>& of) {
  return of.param.name;
}

}  // namespace dynamo::contract
