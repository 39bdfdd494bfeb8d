#include "support/test_endpoint.hpp"

#include "support/planted.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace dynamo::test {

std::shared_ptr<backend> endpoint_backend() {
  const char* const endpoint = std::getenv("DYNAMO_TEST_ENDPOINT");
  if (endpoint == nullptr || *endpoint == '\0') {
    throw std::runtime_error(
        "DYNAMO_TEST_ENDPOINT is not set: this test needs a DynamoDB; run it with scripts/test, "
        "which starts one");
  }
  client_config config;
  config.endpoint = endpoint;
  config.region = "us-east-1";
  config.credentials = static_credentials({.access_key_id = "local",
                                           .secret_access_key = std::string(planted_secret_key),
                                           .session_token = std::string(planted_session_token)});
  return client(std::move(config)).shared_backend();
}

client endpoint_client() {
  return client(endpoint_backend());
}

std::string unique_table_name(std::string_view prefix) {
  static std::atomic<unsigned> last = 0;
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return std::string(prefix) + '-' + std::to_string(::getpid()) + '-' + std::to_string(now) + '-' +
         std::to_string(++last);
}

scratch_table::scratch_table(client db, const create_table_request& request)
    : db_(std::move(db)), name_(request.table) {
  db_.create_table(request);
  db_.wait_until_active(name_, std::chrono::seconds(30));
}

scratch_table::~scratch_table() {
  // A table that stays behind disturbs nobody: its name is its own. The test that deletes its table
  // itself finds it gone.
  (void)db_.try_delete_table(name_).has_value();
}

create_table_request simple_table(std::string_view prefix) {
  create_table_request request;
  request.table = unique_table_name(prefix);
  request.key.partition_key.name = "id";
  return request;
}

}  // namespace dynamo::test
