// What the backend over the wire gets over: expired tokens, wrong clocks, damaged errors, long
// waits.
#include "support/manual_backend.hpp"
#include "unit/client/wire_backend_fixture.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string_view>
#include <utility>

namespace client_wire_backend_recovery_test {

using namespace dynamo;
using namespace std::chrono_literals;
using net::transport_errc;
using test::error_body;
using test::http_answer;
using test::wire_backend;

// Eight segments whose token expires under way find out one after the other.
TEST_F(wire_backend, asks_for_new_credentials_once_however_many_find_out) {
  constexpr std::size_t segments = 8;
  for (std::size_t i = 0; i < segments; ++i) submit();
  for (std::size_t i = 0; i < segments; ++i) {
    network.answer(i, http_answer(400, error_body("ExpiredTokenException")));
    network.run();
  }
  EXPECT_EQ(who->invalidated, 1);
  ASSERT_EQ(network.sent(), 2 * segments);
  for (std::size_t i = segments; i < 2 * segments; ++i) {
    EXPECT_EQ(network.header(i, "X-Amz-Security-Token"), "FRESH-1");
    network.answer(i, http_answer(200, "{}"));
  }
  EXPECT_EQ(outcomes.size(), segments);
  for (const auto& each : outcomes) EXPECT_TRUE(each);
  // The next time it is a new matter.
  submit();
  network.answer(2 * segments, http_answer(400, error_body("ExpiredTokenException")));
  network.run();
  EXPECT_EQ(who->invalidated, 2);
}

net::http_response refused_signature(std::string_view date) {
  net::http_response refused = http_answer(
      400, R"({"__type":"com.amazon.coral.service#InvalidSignatureException","message":)"
           R"("Signature expired: 20260101T120000Z is now earlier than 20260101T120200Z"})");
  refused.date = date;
  return refused;
}

TEST_F(wire_backend, signs_with_the_services_time_once_that_is_known) {
  submit();
  network.answer(0, refused_signature("Thu, 01 Jan 2026 12:07:00 GMT"));
  network.run();
  ASSERT_EQ(network.sent(), 2U);
  EXPECT_EQ(network.header(0, "X-Amz-Date"), "20260101T120000Z");
  EXPECT_EQ(network.header(1, "X-Amz-Date"), "20260101T120700Z");
  network.answer(1, http_answer(200, "{}"));
  expect_success(2);
  // Later requests know it from the beginning.
  time->advance(1min);
  submit();
  EXPECT_EQ(network.header(2, "X-Amz-Date"), "20260101T120800Z");
}

TEST_F(wire_backend, corrects_its_time_once) {
  submit();
  network.answer(0, refused_signature("Thu, 01 Jan 2026 12:07:00 GMT"));
  network.run();
  network.answer(1, refused_signature("Thu, 01 Jan 2026 13:07:00 GMT"));
  network.run();
  EXPECT_EQ(network.sent(), 2U);
  EXPECT_EQ(failure().kind, errc::credentials);
  EXPECT_EQ(failure().attempts, 2U);
  EXPECT_NE(failure().message.find("clock"), std::string::npos);
}

TEST_F(wire_backend, takes_a_refused_signature_for_a_wrong_key_where_the_clocks_agree) {
  for (const std::string_view date : {"Thu, 01 Jan 2026 12:00:20 GMT", ""}) {
    outcomes.clear();
    submit();
    network.answer(network.sent() - 1, refused_signature(date));
    network.run();
    EXPECT_EQ(failure().kind, errc::credentials);
    EXPECT_EQ(failure().attempts, 1U);
  }
}

TEST_F(wire_backend, checks_the_checksum_of_errors_too) {
  submit();
  net::http_response damaged = http_answer(400, error_body("ThrottlinfException"));
  damaged.crc32 = 1;
  network.answer(0, std::move(damaged));
  EXPECT_TRUE(outcomes.empty());
  network.advance(12ms);
  network.answer(1, http_answer(200, "{}"));
  expect_success(2);
}

// A body that waits until consumers let go of memory may find its connection closed.
TEST_F(wire_backend, does_not_count_the_time_that_a_body_waits_for_memory) {
  request.retry_budget = 1min;
  submit();
  for (std::size_t i = 0; i < 5; ++i) {
    time->advance(20min);
    network.answer(i, net::transport_error{transport_errc::connection_lost, "closed", 20min});
    ASSERT_TRUE(outcomes.empty()) << i;
    network.advance(1s);
  }
  network.answer(5, http_answer(200, "{}"));
  expect_success(6);
}

// What a request held is free when it has ended, not when the client is.
TEST_F(wire_backend, keeps_nothing_of_a_request_that_has_ended) {
  for (const int status : {200, 400}) {
    auto held = std::make_shared<int>();
    const std::weak_ptr<int> watched = held;
    tested->submit(request, [held = std::move(held)](const result<backend_response>&) {});
    EXPECT_FALSE(watched.expired());
    network.answer(network.sent() - 1, http_answer(status, error_body("ValidationException")));
    EXPECT_TRUE(watched.expired()) << status;
  }
}

}  // namespace client_wire_backend_recovery_test
