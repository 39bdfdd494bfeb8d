#include "net/transport.hpp"
#include "support/exchange.hpp"
#include "support/loopback_server.hpp"
#include "support/manual_time.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace net_lifetime_test {

using namespace std::chrono_literals;
using namespace dynamo::net;
using namespace dynamo::test;

script stalled(const received_request&) {
  return {step::stall{}};
}
script empty_object(const received_request&) {
  return respond(200, "{}");
}

TEST(cancel, right_after_sending) {
  loopback_server server(stalled);
  const auto transport = make_curl_transport({});
  auto exchange = start(*transport, post_to(server.url()));
  transport->cancel(exchange.id);
  const auto failure = exchange.error();
  EXPECT_EQ(failure.kind, transport_errc::cancelled);
  EXPECT_EQ(failure.message,
            "the request to 127.0.0.1:" + std::to_string(server.port()) + " was cancelled");
}

TEST(cancel, during_the_transfer_closes_the_connection) {
  loopback_server server(stalled);
  const auto transport = make_curl_transport({});
  auto exchange = start(*transport, post_to(server.url()));
  server.wait_for_requests(1);
  transport->cancel(exchange.id);
  EXPECT_EQ(exchange.error().kind, transport_errc::cancelled);
  server.wait_for_closed(1);
}

TEST(cancel, while_no_connection_is_free) {
  loopback_server server(stalled);
  const auto transport = make_curl_transport({.max_connections = 1});
  auto first = start(*transport, post_to(server.url()));
  auto second = start(*transport, post_to(server.url()));
  transport->cancel(second.id);
  EXPECT_EQ(second.error().kind, transport_errc::cancelled);
  EXPECT_FALSE(first.done());
}

TEST(cancel, after_the_end_and_twice_does_nothing) {
  loopback_server server(empty_object);
  const auto transport = make_curl_transport({});
  auto exchange = start(*transport, post_to(server.url()));
  EXPECT_EQ(exchange.response().status, 200);
  transport->cancel(exchange.id);
  transport->cancel(exchange.id);
  transport->cancel(4711);
  EXPECT_EQ(start(*transport, post_to(server.url())).response().status, 200);
  EXPECT_EQ(server.connections(), 1U);
}

TEST(cancel, from_a_handler) {
  loopback_server server([](const received_request& request) {
    return request.number == 0 ? script{step::stall{}} : respond(200, "{}");
  });
  const auto transport = make_curl_transport({});
  auto stuck = start(*transport, post_to(server.url()));
  server.wait_for_requests(1);
  std::promise<void> second_done;
  transport->send(post_to(server.url()), [&](http_outcome) {
    transport->cancel(stuck.id);
    second_done.set_value();
  });
  EXPECT_EQ(stuck.error().kind, transport_errc::cancelled);
  second_done.get_future().wait();
}

TEST(handlers, run_on_one_thread_of_the_transport) {
  loopback_server server(empty_object);
  const auto transport = make_curl_transport({});
  const auto thread_of_exchange = [&] {
    std::promise<std::thread::id> where;
    transport->send(post_to(server.url()),
                    [&](http_outcome) { where.set_value(std::this_thread::get_id()); });
    return where.get_future().get();
  };
  std::promise<std::thread::id> task_thread;
  transport->schedule({}, [&] { task_thread.set_value(std::this_thread::get_id()); });
  const auto first = thread_of_exchange();
  EXPECT_NE(first, std::this_thread::get_id());
  EXPECT_EQ(first, thread_of_exchange());
  EXPECT_EQ(first, task_thread.get_future().get());
}

TEST(handlers, may_send_again) {
  loopback_server server(empty_object);
  const auto transport = make_curl_transport({});
  std::promise<void> ended;
  int left = 100;
  std::function<void(http_outcome)> again = [&](http_outcome outcome) {
    EXPECT_TRUE(std::holds_alternative<http_response>(outcome));
    if (--left == 0)
      ended.set_value();
    else
      transport->send(post_to(server.url()), again);
  };
  transport->send(post_to(server.url()), again);
  ended.get_future().wait();
  EXPECT_EQ(server.connections(), 1U);
}

TEST(handlers, many_threads_may_send_and_cancel) {
  loopback_server server(empty_object);
  const auto transport = make_curl_transport({.max_connections = 8});
  std::atomic<int> responses = 0;
  std::atomic<int> cancelled = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        auto exchange = start(*transport, post_to(server.url()));
        if (i % 5 == 0) transport->cancel(exchange.id);
        const auto outcome = exchange.wait();
        if (std::holds_alternative<http_response>(outcome))
          ++responses;
        else if (std::get<transport_error>(outcome).kind == transport_errc::cancelled)
          ++cancelled;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(responses + cancelled, 200);
  EXPECT_GE(responses, 160);
}

TEST(end, without_any_use) {
  EXPECT_NE(make_curl_transport({}), nullptr);
}

TEST(end, cancels_what_is_under_way_and_what_waits) {
  loopback_server server(stalled);
  auto transport = make_curl_transport({.max_connections = 3});
  std::vector<pending_exchange> all;
  for (int i = 0; i < 10; ++i) all.push_back(start(*transport, post_to(server.url())));
  server.wait_for_requests(3);
  transport.reset();
  for (auto& one : all) {
    ASSERT_TRUE(one.done());
    EXPECT_EQ(one.error().kind, transport_errc::cancelled);
  }
}

TEST(end, does_not_wait_for_a_name_to_be_resolved) {
  auto transport = make_curl_transport({});
  auto exchange = start(*transport, post_to("http://nonexistent.invalid/"));
  transport.reset();
  ASSERT_TRUE(exchange.done());
  EXPECT_THAT(exchange.error().kind,
              ::testing::AnyOf(transport_errc::cancelled, transport_errc::unknown_host));
}

TEST(end, what_handlers_start_ends_as_well) {
  loopback_server server(stalled);
  auto transport = make_curl_transport({});
  int cancelled = 0;
  int tasks = 0;
  // The chain is long enough to overflow the stack if each link called the next.
  std::function<void(http_outcome)> again = [&](http_outcome outcome) {
    if (const auto* failure = std::get_if<transport_error>(&outcome))
      cancelled += failure->kind == transport_errc::cancelled ? 1 : 0;
    if (cancelled >= 20'000) return;
    transport->schedule(std::chrono::steady_clock::now() + 1h, [&] {
      ++tasks;
      transport->send(post_to(server.url()), again);
    });
  };
  transport->send(post_to(server.url()), again);
  server.wait_for_requests(1);
  // Not reset(): it clears the pointer first, and the handlers use it.
  transport.get_deleter()(transport.get());
  (void)transport.release();
  EXPECT_EQ(cancelled, 20'000);
  EXPECT_EQ(tasks, 19'999);
}

TEST(schedule, runs_tasks_in_the_order_of_their_times) {
  const auto transport = make_curl_transport({});
  const auto now = std::chrono::steady_clock::now();
  std::vector<int> order;
  std::promise<void> ended;
  transport->schedule(now + 60ms, [&] { order.push_back(3); });
  transport->schedule(now + 60ms, [&] {
    order.push_back(4);
    ended.set_value();
  });
  transport->schedule(now + 30ms, [&] { order.push_back(2); });
  transport->schedule(now - 1s, [&] { order.push_back(1); });
  ended.get_future().wait();
  EXPECT_GE(std::chrono::steady_clock::now(), now + 60ms);
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3, 4}));
}

TEST(schedule, goes_by_the_clock_that_is_given) {
  for (const auto ahead : {-1000h, 1000h}) {
    const auto time = std::make_shared<manual_clock>();
    time->advance(std::chrono::steady_clock::now() - time->now() + ahead);
    auto transport = make_curl_transport({.time = time});
    std::promise<void> ended;
    std::atomic<bool> late = false;
    transport->schedule(time->now() + 48h, [&] { late = true; });
    transport->schedule(time->now() + 24h, [&] { ended.set_value(); });
    time->advance(24h);
    ended.get_future().wait();
    EXPECT_FALSE(late);
    transport.reset();
    EXPECT_TRUE(late);
  }
}

TEST(schedule, a_task_may_schedule_the_next) {
  const auto transport = make_curl_transport({});
  std::promise<void> ended;
  int left = 1000;
  std::function<void()> again = [&] {
    if (--left == 0)
      ended.set_value();
    else
      transport->schedule({}, again);
  };
  transport->schedule({}, again);
  ended.get_future().wait();
  EXPECT_EQ(left, 0);
}

TEST(schedule, tasks_that_wait_run_at_the_end) {
  auto transport = make_curl_transport({});
  std::vector<int> order;
  const auto now = std::chrono::steady_clock::now();
  transport->schedule(now + 2h, [&] { order.push_back(2); });
  transport->schedule(std::chrono::steady_clock::time_point::max(), [&] { order.push_back(3); });
  transport->schedule(now + 1h, [&] { order.push_back(1); });
  transport.reset();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

}  // namespace net_lifetime_test
