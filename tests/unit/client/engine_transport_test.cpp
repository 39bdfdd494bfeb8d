// Requests that are carried out in this process, in the place of a network.
#include "client/engine_transport.hpp"

#include "client/signed_request.hpp"
#include "support/manual_time.hpp"
#include "support/watchdog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace client_engine_transport_test {

using namespace dynamo;
using namespace std::chrono_literals;
using net::http_outcome;
using net::transport_errc;

net::http_request asking(operation op, std::string body = "{}") {
  net::http_request request;
  request.headers = {"Host: in-process",
                     std::string(wire::target_header) + std::string(wire_name(op))};
  request.body = std::move(body);
  return request;
}

transport_errc reason(const http_outcome& outcome) {
  return std::get<net::transport_error>(outcome).kind;
}

// Admits when the test says so.
class manual_gate final : public body_gate {
 public:
  std::optional<body_buffer> admit(std::size_t bytes, const void* who,
                                   std::function<void()> resume) override {
    const std::lock_guard lock(mutex_);
    asked_.push_back(bytes);
    changed_.notify_all();
    if (open_) return body_buffer(bytes);
    who_ = who;
    resume_ = std::move(resume);
    return std::nullopt;
  }
  void withdraw(const void* who) override {
    const std::lock_guard lock(mutex_);
    if (who == who_) resume_ = nullptr;
    ++withdrawn_;
  }
  void wait_until_asked(std::size_t times) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return asked_.size() >= times; });
  }
  // What was told when it admitted nothing.
  std::function<void()> open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    return std::exchange(resume_, nullptr);
  }
  int withdrawn() {
    const std::lock_guard lock(mutex_);
    return withdrawn_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::size_t> asked_;
  std::function<void()> resume_;
  const void* who_ = nullptr;
  bool open_ = false;
  int withdrawn_ = 0;
};

class engine_transport : public testing::Test {
 protected:
  http_outcome get(std::future<http_outcome> of) {
    const test::watchdog guard("waiting for an answer");
    return of.get();
  }
  std::future<http_outcome> send(net::http_request request) {
    const auto told = std::make_shared<std::promise<http_outcome>>();
    auto future = told->get_future();
    last_id = tested->send(std::move(request),
                           [told](http_outcome outcome) { told->set_value(std::move(outcome)); });
    return future;
  }

  std::unique_ptr<net::transport> make(std::shared_ptr<const dynamo::clock> time = nullptr) {
    return wire::make_engine_transport(
        [this](operation op, const body_buffer& request, body_buffer& answer) {
          ++served;
          if (meanwhile) meanwhile();
          answer.append(std::string(wire_name(op)) + " of " + std::string(request.text()));
          answer.finish();
          return request.text() == "bad" ? 400 : 200;
        },
        std::move(time));
  }

  std::atomic<int> served = 0;
  std::function<void()> meanwhile;
  std::unique_ptr<net::transport> tested = make();
  net::transport::transfer_id last_id = 0;
};

TEST_F(engine_transport, small_operations_run_on_the_callers_thread) {
  const auto caller = std::this_thread::get_id();
  std::thread::id ran;
  meanwhile = [&] { ran = std::this_thread::get_id(); };
  bool answered = false;
  tested->send(asking(operation::get_item, "key"), [&](http_outcome outcome) {
    const auto& response = std::get<net::http_response>(outcome);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body.text(), "GetItem of key");
    EXPECT_FALSE(response.request_id.empty());
    answered = true;
  });
  EXPECT_TRUE(answered);
  EXPECT_EQ(ran, caller);
}

TEST_F(engine_transport, pages_run_elsewhere) {
  std::atomic<std::thread::id> ran;
  meanwhile = [&] { ran = std::this_thread::get_id(); };
  for (const operation op : {operation::scan, operation::query}) {
    const http_outcome outcome = get(send(asking(op, "t")));
    EXPECT_EQ(std::get<net::http_response>(outcome).body.text(),
              std::string(wire_name(op)) + " of t");
    EXPECT_NE(ran.load(), std::this_thread::get_id());
  }
}

TEST_F(engine_transport, every_operation_is_reported_by_its_name) {
  for (auto op = operation::list_tables; wire_name(op) != "";
       op = static_cast<operation>(static_cast<int>(op) + 1)) {
    EXPECT_EQ(std::get<net::http_response>(get(send(asking(op, "x")))).body.text(),
              std::string(wire_name(op)) + " of x");
  }
}

TEST_F(engine_transport, statuses_are_passed_on_and_padding_stands_after_both_bodies) {
  meanwhile = {};
  const http_outcome outcome = get(send(asking(operation::put_item, "bad")));
  const auto& response = std::get<net::http_response>(outcome);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(std::string_view(response.body.data() + response.body.size(), body_buffer::padding),
            std::string_view(std::string(body_buffer::padding, '\0')));
}

TEST_F(engine_transport, a_deadline_that_has_passed_does_nothing) {
  for (const operation op : {operation::put_item, operation::scan}) {
    net::http_request request = asking(op);
    request.deadline = std::chrono::steady_clock::now() - 1ms;
    EXPECT_EQ(reason(get(send(std::move(request)))), transport_errc::deadline_exceeded);
  }
  EXPECT_EQ(served, 0);
}

TEST_F(engine_transport, a_page_waits_for_its_gate) {
  const auto gate = std::make_shared<manual_gate>();
  net::http_request request = asking(operation::scan, "t");
  request.gate = gate;
  auto answer = send(std::move(request));
  {
    const test::watchdog guard("waiting for the gate to be asked");
    gate->wait_until_asked(1);
  }
  EXPECT_EQ(served, 0);
  // It is told at once, or when the transport has noted that it waits: both are right.
  std::function<void()> resume;
  while (!resume) resume = gate->open();
  resume();
  EXPECT_EQ(std::get<net::http_response>(get(std::move(answer))).body.text(), "Scan of t");
}

TEST_F(engine_transport, what_waits_for_its_gate_is_cancelled_and_withdrawn) {
  const auto gate = std::make_shared<manual_gate>();
  net::http_request request = asking(operation::scan);
  request.gate = gate;
  auto answer = send(std::move(request));
  {
    const test::watchdog guard("waiting for the gate to be asked");
    gate->wait_until_asked(1);
  }
  tested->cancel(last_id);
  EXPECT_EQ(reason(get(std::move(answer))), transport_errc::cancelled);
  EXPECT_GE(gate->withdrawn(), 1);
  EXPECT_EQ(served, 0);
  tested->cancel(last_id);  // has ended
}

TEST_F(engine_transport, a_deadline_ends_the_wait_for_a_gate) {
  const auto gate = std::make_shared<manual_gate>();
  net::http_request request = asking(operation::scan);
  request.gate = gate;
  request.deadline = std::chrono::steady_clock::now() + 20ms;
  EXPECT_EQ(reason(get(send(std::move(request)))), transport_errc::deadline_exceeded);
  EXPECT_EQ(served, 0);
}

TEST_F(engine_transport, its_end_cancels_what_waits_and_a_gate_may_call_afterwards) {
  const auto gate = std::make_shared<manual_gate>();
  net::http_request request = asking(operation::scan);
  request.gate = gate;
  auto answer = send(std::move(request));
  {
    const test::watchdog guard("waiting for the gate to be asked");
    gate->wait_until_asked(1);
  }
  std::function<void()> late = gate->open();
  const test::watchdog guard("ending the transport");
  tested.reset();
  EXPECT_EQ(reason(answer.get()), transport_errc::cancelled);
  if (late) late();
  EXPECT_EQ(served, 0);
}

TEST_F(engine_transport, its_end_waits_for_what_runs) {
  std::promise<void> begun;
  std::atomic<bool> go = false;
  meanwhile = [&] {
    begun.set_value();
    while (!go) std::this_thread::yield();
  };
  auto answer = send(asking(operation::scan, "t"));
  const test::watchdog guard("ending the transport");
  begun.get_future().wait();
  std::thread ender([this] { tested.reset(); });
  go = true;
  ender.join();
  EXPECT_EQ(std::get<net::http_response>(answer.get()).body.text(), "Scan of t");
}

TEST_F(engine_transport, tasks_run_at_their_time_and_at_the_end) {
  const test::watchdog guard("waiting for a task");
  std::promise<std::chrono::steady_clock::time_point> ran;
  const auto when = std::chrono::steady_clock::now() + 5ms;
  std::atomic<bool> late = false;
  tested->schedule(when + 24h, [&] { late = true; });
  tested->schedule(when, [&] { ran.set_value(std::chrono::steady_clock::now()); });
  EXPECT_GE(ran.get_future().get(), when);
  EXPECT_FALSE(late);
  tested.reset();
  EXPECT_TRUE(late);
}

TEST_F(engine_transport, deadlines_and_tasks_go_by_the_clock_that_it_is_given) {
  const test::watchdog guard("waiting for a clock");
  for (const auto ahead : {-1000h, 1000h}) {
    const auto time = std::make_shared<test::manual_clock>();
    time->advance(std::chrono::steady_clock::now() - time->now() + ahead);
    tested = make(time);
    auto request = asking(operation::get_item, "key");
    request.deadline = time->now() + 1h;
    EXPECT_EQ(std::get<net::http_response>(get(send(request))).status, 200);
    request.deadline = time->now();
    EXPECT_EQ(std::get<net::transport_error>(get(send(request))).kind,
              transport_errc::deadline_exceeded);
    std::promise<void> ran;
    std::atomic<bool> late = false;
    tested->schedule(time->now() + 48h, [&] { late = true; });
    tested->schedule(time->now() + 24h, [&] { ran.set_value(); });
    time->advance(24h);
    ran.get_future().get();
    EXPECT_FALSE(late);
    tested.reset();
  }
}

}  // namespace client_engine_transport_test
