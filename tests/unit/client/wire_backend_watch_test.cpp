// What the backend over the wire tells recorders and logs, and what it never tells.
#include "support/kept_log.hpp"
#include "support/manual_backend.hpp"
#include "support/watchdog.hpp"
#include "unit/client/wire_backend_fixture.hpp"

#include <dynamo/core/memory_metrics.hpp>
#include <dynamo/scan/page_source.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace client_wire_backend_watch_test {

using namespace dynamo;
using namespace std::chrono_literals;
using net::transport_errc;
using test::error_body;
using test::http_answer;
using test::id_page;
using test::wire_backend;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class watched_wire_backend : public wire_backend {
 protected:
  void watch(log_level level) {
    kept.emplace(level, time);
    config.metrics = metrics;
    config.log = kept->log;
    who->answer->provider = "the test";
    open();
  }
  [[nodiscard]] double total(metric what, const metric_labels& of = {}) const {
    return metrics->snapshot().total(what, of);
  }

  const test::watchdog dog{"a backend that is watched"};
  std::shared_ptr<memory_metrics> metrics = std::make_shared<memory_metrics>();
  std::optional<test::kept_log> kept;
};

constexpr std::string_view next_key = R"({"id":{"S":"b"}})";

// The guide shows these lines.
TEST_F(watched_wire_backend, reports_a_scan_with_retries_line_by_line) {
  watch(log_level::trace);
  {
    page_source scan(tested, "users", {.segments = 2, .max_concurrency = 1}, true);
    int ends = 0;
    for (int i = 0; i < 4; ++i) scan.async_next([&](const auto&) { ++ends; });
    time->advance(20ms);
    network.answer(0, http_answer(400, error_body("ThrottlingException")));
    network.advance(500ms);
    time->advance(30ms);
    network.answer(1, http_answer(200, id_page({"a", "b"}, next_key)));
    time->advance(10ms);
    network.answer(2, transport_errc::connection_lost);
    network.advance(12ms);
    network.answer(3, http_answer(200, id_page({"c"})));
    network.answer(4, http_answer(200, id_page({})));
    EXPECT_EQ(ends, 4);
  }
  const std::string at = "2026-01-01T12:00:00.";
  EXPECT_THAT(
      kept->lines(),
      ElementsAre(
          at + "000Z debug segment_started table=users segment=0 attempt=- request_id=-",
          at + "000Z info  credentials_refreshed table=- segment=- attempt=- request_id=- "
               "detail=\"the test, without an end\"",
          at + "000Z info  endpoint_resolved table=- segment=- attempt=- request_id=- "
               "detail=\"dynamodb.eu-central-1.amazonaws.com, region eu-central-1\"",
          at + "000Z trace request_sent table=users segment=0 attempt=1 request_id=- detail=Scan",
          at + "020Z warn  request_retried table=users segment=0 attempt=1 request_id=REQUEST-ID "
               "cause=throttled seconds=0.500 "
               "detail=\"the service says: No. (ThrottlingException, HTTP 400)\"",
          at + "520Z trace request_sent table=users segment=0 attempt=2 request_id=- detail=Scan",
          at + "550Z trace request_answered table=users segment=0 attempt=2 "
               "request_id=REQUEST-ID seconds=0.030 detail=Scan",
          at + "550Z debug segment_started table=users segment=1 attempt=- request_id=-",
          at + "550Z trace request_sent table=users segment=1 attempt=1 request_id=- detail=Scan",
          at + "560Z warn  request_retried table=users segment=1 attempt=1 request_id=- "
               "cause=transient seconds=0.012 detail=\"the network failed as it was told\"",
          at + "572Z trace request_sent table=users segment=1 attempt=2 request_id=- detail=Scan",
          at + "572Z trace request_answered table=users segment=1 attempt=2 "
               "request_id=REQUEST-ID seconds=0.000 detail=Scan",
          at + "572Z debug segment_complete table=users segment=1 attempt=- request_id=- "
               "detail=\"1 items in 1 pages\"",
          at + "572Z trace request_sent table=users segment=0 attempt=1 request_id=- detail=Scan",
          at + "572Z trace request_answered table=users segment=0 attempt=1 "
               "request_id=REQUEST-ID seconds=0.000 detail=Scan",
          at + "572Z debug segment_complete table=users segment=0 attempt=- request_id=- "
               "detail=\"2 items in 2 pages\"",
          at + "572Z info  scan_ended table=users segment=- attempt=- request_id=- cause=complete "
               "seconds=0.572 detail=\"3 items in 3 pages, 0.0 read units, 2 retries\""));

  const metrics_snapshot seen = metrics->snapshot();
  const metric_labels scans{.table = "users", .operation = "Scan"};
  EXPECT_EQ(seen.total(metric::requests, {.operation = "Scan", .outcome = "success"}), 3);
  EXPECT_EQ(seen.total(metric::requests), 3);
  EXPECT_EQ(seen.total(metric::request_retries, {.cause = "throttled"}), 1);
  EXPECT_EQ(seen.total(metric::request_retries, {.cause = "transient"}), 1);
  EXPECT_EQ(seen.total(metric::request_retries, scans), 2);
  EXPECT_EQ(seen.total(metric::request_throttles, scans), 1);
  EXPECT_EQ(seen.count(metric::request_attempt_seconds, scans), 5U);
  EXPECT_NEAR(seen.total(metric::request_attempt_seconds, scans), 0.06, 1e-9);
  EXPECT_EQ(seen.total(metric::credentials_refreshes, {.outcome = "success"}), 1);
  EXPECT_EQ(seen.total(metric::scan_pages), 3);
  EXPECT_EQ(seen.total(metric::scan_items), 3);
  EXPECT_EQ(seen.total(metric::scan_segments_complete), 2);
  EXPECT_EQ(seen.total(metric::scans, {.table = "users", .outcome = "complete"}), 1);
}

TEST_F(watched_wire_backend, reports_how_a_request_failed) {
  watch(log_level::error);
  submit();
  network.answer(0, http_answer(400, error_body("AccessDeniedException")));
  EXPECT_EQ(failure().kind, errc::access_denied);
  EXPECT_THAT(kept->lines(),
              ElementsAre(HasSubstr("error request_failed table=users segment=3 attempt=1 "
                                    "request_id=REQUEST-ID cause=access_denied")));
  EXPECT_EQ(total(metric::requests, {.operation = "GetItem", .outcome = "access_denied"}), 1);
  EXPECT_EQ(total(metric::request_retries), 0);
}

TEST_F(watched_wire_backend, counts_a_cancelled_request_and_does_not_call_it_a_failure) {
  watch(log_level::error);
  std::stop_source stop;
  request.stop = stop.get_token();
  submit();
  stop.request_stop();
  network.run();
  EXPECT_EQ(failure().kind, errc::cancelled);
  EXPECT_THAT(kept->lines(), IsEmpty());
  EXPECT_EQ(total(metric::requests, {.outcome = "cancelled"}), 1);
  EXPECT_EQ(metrics->snapshot().count(metric::request_attempt_seconds), 0U)
      << "how long it was waited for says nothing of the service";
}

TEST_F(watched_wire_backend, counts_new_credentials_once) {
  watch(log_level::info);
  who->answer->expiration = std::chrono::sys_days(std::chrono::January / 1 / 2026) + 13h;
  submit();
  submit();
  EXPECT_EQ(total(metric::credentials_refreshes), 1);
  network.answer(0, http_answer(400, error_body("ExpiredTokenException")));
  network.run();
  EXPECT_EQ(total(metric::credentials_refreshes, {.outcome = "success"}), 2);
  EXPECT_EQ(total(metric::request_retries, {.cause = "expired_credentials"}), 1);
  EXPECT_THAT(kept->lines()[0], HasSubstr("the test, valid until 2026-01-01T13:00:00Z"));
}

TEST_F(watched_wire_backend, reports_credentials_that_cannot_be_had) {
  watch(log_level::error);
  who->answer = error{.kind = errc::credentials, .message = "sign in again"};
  submit();
  EXPECT_EQ(total(metric::credentials_refreshes, {.outcome = "failure"}), 1);
  EXPECT_THAT(kept->lines(),
              ElementsAre(HasSubstr("error credentials_failed table=- segment=- attempt=- "
                                    "request_id=- cause=credentials detail=\"sign in again\""),
                          HasSubstr("error request_failed")));
}

TEST_F(watched_wire_backend, reports_once_of_keys_that_others_can_read) {
  const auth::temporary_home home;
  home.write_credentials(
      "[default]\naws_access_key_id = AK\naws_secret_access_key = pLaNtEd-SECRET-0123456789\n");
  std::filesystem::permissions(home.credentials_path(), std::filesystem::perms(0644));
  variables->set("HOME", home.path());
  watch(log_level::warn);
  submit();
  EXPECT_THAT(kept->lines(), IsEmpty()) << "the program has given its own";
  config.credentials = nullptr;
  open();
  submit();
  submit();
  EXPECT_THAT(kept->lines(), ElementsAre(HasSubstr("warn  keys_exposed table=- segment=- attempt=- "
                                                   "request_id=- detail=\"other users can read")));
  EXPECT_THAT(kept->lines()[0], HasSubstr("chmod 600 " + home.credentials_path()));
}

// Key, secret, token, the request's body and what was signed with them.
TEST_F(watched_wire_backend, never_reports_a_secret) {
  watch(log_level::trace);
  who->answer->access_key_id = "pLaNtEd-ACCESS-KEY";
  request.body = R"({"TableName":"users","Key":{"id":{"S":"pLaNtEd-BODY"}}})";
  submit();
  network.answer(0, http_answer(400, error_body("ExpiredTokenException")));
  network.run();
  network.answer(1, transport_errc::connection_lost);
  network.advance(1s);
  network.answer(2, http_answer(200, R"({"Item":{"id":{"S":"pLaNtEd-ANSWER"}}})"));
  expect_success(3);
  const auto lines = kept->lines();
  EXPECT_GE(lines.size(), 7U);
  for (const std::string& line : lines) {
    for (const std::string_view marked :
         {std::string_view("pLaNtEd"), test::secret, test::token, std::string_view("FRESH-"),
          std::string_view("Signature"), std::string_view("Credential=")}) {
      EXPECT_THAT(line, Not(HasSubstr(std::string(marked))));
    }
  }
  for (const metric_sample& each : metrics->snapshot().samples) {
    for (const std::string& label : each.labels) EXPECT_THAT(label, Not(HasSubstr("pLaNtEd")));
  }
}

TEST_F(watched_wire_backend, gives_its_watchers_to_the_layers_above) {
  EXPECT_EQ(tested->metrics(), nullptr);
  EXPECT_EQ(tested->log(), nullptr);
  watch(log_level::info);
  EXPECT_EQ(tested->metrics(), metrics);
  EXPECT_EQ(tested->log(), kept->log);
}

}  // namespace client_wire_backend_watch_test
