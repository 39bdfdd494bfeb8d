// A server before an embedded engine, and the library's own client before the server.
#include "support/planted.hpp"
#include "support/watchdog.hpp"

#include <dynamo/client/client.hpp>
#include <dynamo/server/server.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace server_embedded_test {

using namespace dynamo;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

credentials key(std::string id, std::string secret) {
  credentials who;
  who.access_key_id = std::move(id);
  who.secret_access_key = std::move(secret);
  return who;
}

client client_of(const server& served, const credentials& who = key("any", "thing")) {
  client_config config;
  config.endpoint = served.url();
  config.region = "eu-west-1";
  config.credentials = static_credentials(who);
  return client(std::move(config));
}

create_table_request users() {
  create_table_request made;
  made.table = "users";
  made.key.partition_key.name = "id";
  return made;
}

class server_test : public ::testing::Test {
 protected:
  const test::watchdog dog{"a server before an engine"};
};

TEST_F(server_test, gives_clients_what_the_engine_has) {
  const server served = server::start(embedded_engine::in_memory(), {.listen = "127.0.0.1:0"});
  EXPECT_EQ(served.url(), "http://127.0.0.1:" + std::to_string(served.port()));
  EXPECT_TRUE(served.is_loopback());
  const client db = client_of(served);
  (void)db.create_table(users());
  EXPECT_THAT(db.list_tables(), ElementsAre("users"));
  const auto absent = db.try_describe_table("nothing");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, errc::not_found);
  EXPECT_EQ(absent.error().request_id.size(), 52U);
}

TEST_F(server_test, shares_its_engine_with_others) {
  const embedded_engine store = embedded_engine::in_memory();
  std::optional<server> first(server::start(store, {.listen = "0"}));
  const server second = server::start(store, {.listen = "[::1]:0"});
  EXPECT_THAT(second.url(), StartsWith("http://[::1]:"));
  EXPECT_TRUE(second.is_loopback());
  (void)client_of(*first).create_table(users());
  first.reset();
  EXPECT_THAT(client_of(second).list_tables(), ElementsAre("users"));
}

TEST_F(server_test, refuses_whom_it_does_not_know) {
  const std::string secret(test::planted_secret_key);
  const server served = server::start(embedded_engine::in_memory(),
                                      {.listen = "127.0.0.1:0", .accepted = {key("AK", secret)}});
  EXPECT_TRUE(client_of(served, key("AK", secret)).try_list_tables());
  const auto unknown = client_of(served, key("OTHER", secret)).try_list_tables();
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, errc::credentials);
  EXPECT_EQ(unknown.error().code, "UnrecognizedClientException");
  const auto forged = client_of(served, key("AK", "guessed")).try_list_tables();
  ASSERT_FALSE(forged);
  EXPECT_EQ(forged.error().code, "InvalidSignatureException");
}

TEST_F(server_test, is_moved_with_its_connections) {
  server served = server::start(embedded_engine::in_memory(), {.listen = "127.0.0.1:0"});
  const client db = client_of(served);
  EXPECT_THAT(db.list_tables(), ElementsAre());
  const server moved = std::move(served);
  EXPECT_THAT(db.list_tables(), ElementsAre());
}

TEST_F(server_test, reports_why_it_cannot_start) {
  const auto wrong =
      server::try_start(embedded_engine::in_memory(), {.listen = "a name that is no address"});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, errc::invalid_argument);
  const server served = server::start(embedded_engine::in_memory(), {.listen = "127.0.0.1:0"});
  EXPECT_THROW(server::start(embedded_engine::in_memory(),
                             {.listen = "127.0.0.1:" + std::to_string(served.port())}),
               exception);
}

}  // namespace server_embedded_test
