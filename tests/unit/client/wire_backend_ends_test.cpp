// A request's stops, failures and ends, in every phase that it can be in.
#include "client/wire_backend.hpp"
#include "support/manual_backend.hpp"
#include "support/watchdog.hpp"
#include "unit/client/wire_backend_fixture.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

namespace client_wire_backend_ends_test {

using namespace dynamo;
using namespace std::chrono_literals;
using net::transport_errc;
using test::error_body;
using test::http_answer;
using test::wire_backend;

// Where a request can be when something happens to it.
enum class phase { resolving, transfer, back_off, second_resolving, second_transfer };
constexpr phase phases[] = {phase::resolving, phase::transfer, phase::back_off,
                            phase::second_resolving, phase::second_transfer};

class wire_backend_phases : public wire_backend, public testing::WithParamInterface<phase> {
 protected:
  void bring_to(phase where) {
    who->at_once = where != phase::resolving;
    submit();
    if (where == phase::resolving || where == phase::transfer) return;
    network.answer(0, http_answer(500, ""));
    if (where == phase::back_off) return;
    who->at_once = where != phase::second_resolving;
    network.advance(12ms);
  }
  bool is_resolving() const {
    return GetParam() == phase::resolving || GetParam() == phase::second_resolving;
  }
};

TEST_P(wire_backend_phases, a_stop_ends_the_request_once_and_nothing_leaves_after_it) {
  std::stop_source stop;
  request.stop = stop.get_token();
  bring_to(GetParam());
  const std::size_t sent = network.sent();
  EXPECT_TRUE(outcomes.empty());
  stop.request_stop();
  EXPECT_TRUE(outcomes.empty()) << "user code on the stopping thread";
  network.run();
  EXPECT_EQ(failure().kind, errc::cancelled);
  EXPECT_EQ(failure().table, "users");
  network.advance(1h);
  if (is_resolving()) who->give(who->answer);
  network.run();
  EXPECT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(network.sent(), sent);
  EXPECT_EQ(network.open(), 0U);
  tested.reset();
  EXPECT_EQ(outcomes.size(), 1U);
}

TEST_P(wire_backend_phases, its_end_ends_the_request_once) {
  bring_to(GetParam());
  const std::size_t sent = network.sent();
  std::optional<std::thread> provider;
  if (is_resolving()) {
    // The credentials come while the backend ends, or before: either is right.
    provider.emplace([&] { who->give(who->answer); });
  }
  tested.reset();
  if (provider) provider->join();
  EXPECT_EQ(failure().kind, errc::cancelled);
  EXPECT_LE(network.sent(), sent + (is_resolving() ? 1 : 0));
  EXPECT_EQ(network.open(), 0U);
}

TEST_P(wire_backend_phases, an_answer_that_was_on_its_way_does_not_count_after_a_stop) {
  if (GetParam() != phase::transfer && GetParam() != phase::second_transfer) return;
  std::stop_source stop;
  request.stop = stop.get_token();
  bring_to(GetParam());
  stop.request_stop();
  network.answer(network.sent() - 1, http_answer(500, ""));
  network.run();
  network.advance(1h);
  EXPECT_EQ(failure().kind, errc::cancelled);
  EXPECT_EQ(network.open(), 0U);
}

INSTANTIATE_TEST_SUITE_P(each, wire_backend_phases, testing::ValuesIn(phases));

TEST_F(wire_backend, its_end_does_not_wait_for_a_provider_that_never_answers) {
  const test::watchdog dog("a provider that never answers");
  who->at_once = false;
  submit();
  tested.reset();
  EXPECT_EQ(failure().kind, errc::cancelled);
  who->give(who->answer);  // too late: there is nothing left to use
  EXPECT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(network.sent(), 0U);
}

TEST_F(wire_backend, a_provider_that_answers_twice_is_heard_once) {
  who->at_once = false;
  submit();
  const credential_provider::handler done = who->waiting.back();
  done(who->answer);
  done(who->answer);
  EXPECT_EQ(network.sent(), 1U);
  network.answer(0, http_answer(200, "{}"));
  EXPECT_EQ(outcomes.size(), 1U);
}

TEST_F(wire_backend, a_provider_that_drops_its_handler_drops_the_request) {
  who->at_once = false;
  submit();
  who->waiting.clear();
  tested.reset();
  EXPECT_EQ(network.sent(), 0U);
}

// The timer of a back-off is the last owner of its request when a stop comes from another thread.
TEST_F(wire_backend, a_stop_may_meet_the_end_of_a_back_off) {
  const test::watchdog dog("stops that meet back-offs");
  for (int i = 0; i < 300; ++i) {
    open();
    outcomes.clear();
    std::stop_source stop;
    request.stop = stop.get_token();
    submit();
    network.answer(network.sent() - 1, http_answer(500, ""));
    std::atomic<bool> go = false;
    network.on_cancel([&] {
      go = true;
      // Gives the network's thread time to come to the end of the back-off.
      for (int turn = 0; turn < 200; ++turn) std::this_thread::yield();
    });
    std::thread thread_of_network([&] {
      while (!go) std::this_thread::yield();
      network.advance(12ms);
    });
    stop.request_stop();
    thread_of_network.join();
    network.run();
    EXPECT_EQ(failure().kind, errc::cancelled);
    tested.reset();
    network.on_cancel(nullptr);
  }
}

TEST_F(wire_backend, says_so_when_there_is_no_network) {
  const test::watchdog dog("a network that cannot be used");
  network.refuse_to_start("Resource temporarily unavailable");
  submit();
  EXPECT_EQ(failure().kind, errc::unavailable);
  EXPECT_EQ(failure().message, "the network could not be used: Resource temporarily unavailable");
  const auto set = tested->schedule(tested->now(), [] {});
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().kind, errc::unavailable);
  outcomes.clear();
  std::stop_source stop;
  stop.request_stop();
  request.stop = stop.get_token();
  submit();
  EXPECT_EQ(failure().kind, errc::cancelled);
}

TEST_F(wire_backend, keeps_the_deadline_while_it_waits_for_credentials) {
  who->at_once = false;
  request.deadline = time->now() + 5s;
  submit();
  network.advance(4s);
  EXPECT_TRUE(outcomes.empty());
  network.advance(1s);
  EXPECT_EQ(failure().kind, errc::deadline_exceeded);
  who->give(who->answer);
  network.run();
  EXPECT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(network.sent(), 0U);
}

TEST_F(wire_backend, that_is_stopped_before_the_request_sends_nothing) {
  std::stop_source stop;
  stop.request_stop();
  request.stop = stop.get_token();
  submit();
  network.run();
  EXPECT_EQ(failure().kind, errc::cancelled);
  EXPECT_EQ(network.sent(), 0U);
  EXPECT_EQ(who->resolved, 0);
}

// The provider may answer long after the call was cancelled and everybody has gone.
TEST_F(wire_backend, outlives_the_credentials_it_waits_for) {
  std::stop_source stop;
  request.stop = stop.get_token();
  who->at_once = false;
  submit();
  stop.request_stop();
  network.run();
  EXPECT_EQ(failure().kind, errc::cancelled);
  std::thread end([this] { tested.reset(); });
  who->give(who->answer);
  end.join();
  EXPECT_EQ(network.sent(), 0U);
  EXPECT_EQ(outcomes.size(), 1U);
}

TEST_F(wire_backend, ends_with_requests_in_every_phase) {
  submit();  // ends in back-off
  submit();  // ends in transfer
  submit();  // has ended
  network.answer(0, http_answer(500, ""));
  network.answer(2, http_answer(200, "{}"));
  tested.reset();
  EXPECT_EQ(outcomes.size(), 3U);
  EXPECT_EQ(network.open(), 0U);
  EXPECT_FALSE(network.next_task());
}

// Each step of a request that takes three attempts fails in turn, for good: the outcome is that
// failure, once, and whatever was to follow does not happen.
TEST_F(wire_backend, fails_at_each_step_in_turn) {
  for (std::size_t failing = 0; failing < 3; ++failing) {
    for (const auto& [answer, kind] :
         {std::pair<std::function<net::http_outcome()>, errc>(
              [] { return http_answer(400, error_body("ValidationException")); }, errc::rejected),
          {[] { return net::transport_error{transport_errc::tls, "no"}; }, errc::configuration},
          {[] { return net::transport_error{transport_errc::too_large, "no"}; },
           errc::invalid_response},
          {[] { return net::transport_error{transport_errc::deadline_exceeded, "no"}; },
           errc::deadline_exceeded}}) {
      outcomes.clear();
      const std::size_t begin = network.sent();
      submit();
      for (std::size_t attempt = 0; attempt < failing; ++attempt) {
        network.answer(begin + attempt, http_answer(503, ""));
        network.advance(1s);
      }
      ASSERT_EQ(network.sent(), begin + failing + 1);
      network.answer(begin + failing, answer());
      network.advance(1h);
      EXPECT_EQ(failure().kind, kind);
      EXPECT_EQ(failure().attempts, failing + 1);
      EXPECT_EQ(network.sent(), begin + failing + 1);
    }
    // The same with the credentials.
    outcomes.clear();
    const std::size_t begin = network.sent();
    const auto good = who->answer;
    for (std::size_t attempt = 0; attempt <= failing; ++attempt) {
      if (attempt == failing) who->answer = test::failure_of(errc::credentials);
      if (attempt == 0) submit();
      if (attempt != 0) {
        network.answer(begin + attempt - 1, http_answer(503, ""));
        network.advance(1s);
      }
    }
    EXPECT_EQ(failure().kind, errc::credentials);
    EXPECT_EQ(failure().attempts, failing);
    who->answer = good;
  }
}

TEST_F(wire_backend, stops_while_others_continue) {
  std::stop_source stop;
  submit();
  request.stop = stop.get_token();
  submit();
  stop.request_stop();
  network.run();
  EXPECT_EQ(failure().kind, errc::cancelled);
  network.answer(0, http_answer(200, "{}"));
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_TRUE(outcomes[1].has_value());
}

// Stops, answers and new requests from several threads: each request ends exactly once.
TEST_F(wire_backend, is_thread_safe) {
  constexpr int rounds = 300;
  std::atomic<int> ended = 0;
  std::atomic<bool> over = false;
  submit();  // makes the transport
  std::thread network_thread([&] {
    for (std::size_t next = 1; !over || next < network.sent();) {
      if (next < network.sent()) {
        try {
          network.answer(next, http_answer(next % 3 == 0 ? 500 : 200, "{}"));
        } catch (const std::logic_error&) {  // cancelled
        }
        ++next;
      }
      network.advance(20ms);
      std::this_thread::yield();
    }
  });
  {
    std::vector<std::jthread> users;
    for (int user = 0; user < 2; ++user) {
      users.emplace_back([&] {
        for (int i = 0; i < rounds; ++i) {
          std::stop_source stop;
          backend_request mine = request;
          mine.stop = stop.get_token();
          tested->submit(std::move(mine), [&](const result<backend_response>&) { ++ended; });
          if (i % 2 == 0) stop.request_stop();
        }
      });
    }
  }
  over = true;
  network_thread.join();
  tested.reset();
  EXPECT_EQ(ended, 2 * rounds);
}

}  // namespace client_wire_backend_ends_test
