#include "contract/backend_under_test.hpp"

#include "support/temporary_folder.hpp"

#include <dynamo/server/server.hpp>

#include <exception>
#include <future>
#include <utility>

namespace dynamo::contract {

namespace {

std::shared_ptr<backend> in_memory() {
  return client::in_memory().shared_backend();
}

// A backend with what must live as long as it does.
template <class Base>
std::shared_ptr<backend> kept_with(const client& db, std::shared_ptr<Base> base) {
  const auto both = std::make_shared<std::pair<std::shared_ptr<Base>, std::shared_ptr<backend>>>(
      std::move(base), db.shared_backend());
  return {both, both->second.get()};
}

std::shared_ptr<backend> in_a_file() {
  auto folder = std::make_shared<test::temporary_folder>();
  const client db = client::embedded(*folder / "data.db");
  return kept_with(db, std::move(folder));
}

std::shared_ptr<backend> served() {
  auto listening = std::make_shared<server>(
      server::start(embedded_engine::in_memory(), {.listen = "127.0.0.1:0"}));
  client_config config;
  config.endpoint = listening->url();
  config.region = "us-east-1";
  config.credentials = static_credentials({.access_key_id = "local", .secret_access_key = "local"});
  const client db(std::move(config));
  return kept_with(db, std::move(listening));
}

}  // namespace

std::vector<backend_under_test> backends_under_test() {
  return {{"Memory", &in_memory},
          {"File", &in_a_file},
          {"Served", &served},
          {"DynamoDbLocal", &test::endpoint_backend}};
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
