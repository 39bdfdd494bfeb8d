#include "net/transport.hpp"
#include "support/exchange.hpp"
#include "support/loopback_server.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace net_gate_test {

using namespace std::chrono_literals;
using namespace dynamo::net;
using namespace dynamo::test;

// Refuses until it is opened, and keeps every `resume` it was given.
class manual_gate final : public dynamo::body_gate {
 public:
  std::optional<dynamo::body_buffer> admit(std::size_t bytes, const void* who,
                                           std::function<void()> resume) override {
    const std::lock_guard lock(mutex_);
    asked_.push_back(bytes);
    if (!open_) resumes_.push_back(std::move(resume));
    if (!open_) who_ = who;
    changed_.notify_all();
    if (!open_) return std::nullopt;
    return dynamo::body_buffer(bytes);
  }
  void withdraw(const void* who) override {
    const std::lock_guard lock(mutex_);
    withdrawn_.push_back(who);
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
  }
  std::vector<const void*> withdrawn() {
    const std::lock_guard lock(mutex_);
    return withdrawn_;
  }
  const void* last_refused() {
    const std::lock_guard lock(mutex_);
    return who_;
  }
  // Blocks until `count` bodies were refused; returns their `resume` functions.
  std::vector<std::function<void()>> refused(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return resumes_.size() >= count; });
    return resumes_;
  }
  std::vector<std::size_t> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  const void* who_ = nullptr;
  std::vector<const void*> withdrawn_;
  std::vector<std::size_t> asked_;
  std::vector<std::function<void()>> resumes_;
};

// Admits `slots` bodies at a time; a slot is free again when its buffer ends.
class slot_gate final : public dynamo::body_gate,
                        public dynamo::buffer_owner,
                        public std::enable_shared_from_this<slot_gate> {
 public:
  explicit slot_gate(std::size_t slots) : free_(slots) {}

  void withdraw(const void* /*who*/) override {}
  std::optional<dynamo::body_buffer> admit(std::size_t bytes, const void* /*who*/,
                                           std::function<void()> resume) override {
    const std::lock_guard lock(mutex_);
    if (free_ == 0) {
      queue_.push_back(std::move(resume));
      ++refusals_;
      changed_.notify_all();
      return std::nullopt;
    }
    --free_;
    return dynamo::body_buffer(std::make_unique<char[]>(bytes + dynamo::body_buffer::padding),
                               bytes, shared_from_this());
  }
  void reclaim(std::unique_ptr<char[]> /*block*/, std::size_t /*capacity*/,
               bool /*handed_over*/) noexcept override {
    std::function<void()> next;
    {
      const std::lock_guard lock(mutex_);
      ++free_;
      if (!queue_.empty()) {
        next = std::move(queue_.front());
        queue_.pop_front();
      }
    }
    if (next) next();
  }
  void handed_over(std::size_t /*capacity*/) noexcept override {}
  void grown(std::size_t bytes) noexcept override {
    const std::lock_guard lock(mutex_);
    grown_ += bytes;
  }
  std::size_t free() {
    const std::lock_guard lock(mutex_);
    return free_;
  }
  void wait_for_refusals(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return refusals_ >= count; });
  }
  std::size_t grown_bytes() {
    const std::lock_guard lock(mutex_);
    return grown_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t free_;
  std::size_t refusals_ = 0;
  std::size_t grown_ = 0;
  std::deque<std::function<void()>> queue_;
};

http_request gated(const std::string& url, std::shared_ptr<dynamo::body_gate> gate) {
  auto request = post_to(url);
  request.gate = std::move(gate);
  return request;
}

loopback_server::responder body_of(std::size_t size) {
  return [size](const received_request&) { return respond(200, std::string(size, 'x')); };
}

TEST(gate, is_asked_for_the_announced_length) {
  loopback_server server(body_of(5000));
  const auto transport = make_curl_transport({});
  const auto gate = std::make_shared<manual_gate>();
  gate->open();
  EXPECT_EQ(start(*transport, gated(server.url(), gate)).response().body.size(), 5000U);
  EXPECT_EQ(gate->asked(), std::vector<std::size_t>{5000});
}

TEST(gate, is_asked_for_a_mebibyte_and_told_of_more) {
  const std::size_t size = (std::size_t{1} << 20) + 1;
  loopback_server server([&](const received_request&) {
    return script{step::send{"HTTP/1.1 200 OK\r\n\r\n" + std::string(size, 'x')}, step::close{}};
  });
  const auto transport = make_curl_transport({});
  const auto gate = std::make_shared<slot_gate>(1);
  EXPECT_EQ(start(*transport, gated(server.url(), gate)).response().body.size(), size);
  EXPECT_EQ(gate->grown_bytes(), std::size_t{1} << 20);
}

TEST(gate, pauses_the_transfer_until_another_thread_resumes_it) {
  for (const std::size_t size : {std::size_t{10}, std::size_t{5} << 20}) {
    loopback_server server(body_of(size));
    const auto transport = make_curl_transport({});
    const auto gate = std::make_shared<manual_gate>();
    auto exchange = start(*transport, gated(server.url(), gate));
    auto resume = gate->refused(1).at(0);
    EXPECT_FALSE(exchange.done());
    gate->open();
    std::thread(std::move(resume)).join();
    const auto response = exchange.response();
    EXPECT_TRUE(response.body.text() == std::string(size, 'x'));
    EXPECT_EQ(gate->asked(), (std::vector<std::size_t>{size, size}));
  }
}

TEST(gate, may_refuse_again) {
  loopback_server server(body_of(100'000));
  const auto transport = make_curl_transport({});
  const auto gate = std::make_shared<manual_gate>();
  auto exchange = start(*transport, gated(server.url(), gate));
  gate->refused(1).at(0)();
  gate->refused(2).at(1)();
  const auto third = gate->refused(3).at(2);
  gate->open();
  third();
  EXPECT_EQ(exchange.response().body.size(), 100'000U);
}

TEST(gate, may_resume_before_it_has_refused) {
  class hasty_gate final : public dynamo::body_gate {
   public:
    void withdraw(const void* /*who*/) override {}
    std::optional<dynamo::body_buffer> admit(std::size_t bytes, const void* /*who*/,
                                             std::function<void()> resume) override {
      if (++asked_ == 1) {
        resume();
        return std::nullopt;
      }
      return dynamo::body_buffer(bytes);
    }

   private:
    int asked_ = 0;
  };
  loopback_server server(body_of(100'000));
  const auto transport = make_curl_transport({});
  EXPECT_EQ(
      start(*transport, gated(server.url(), std::make_shared<hasty_gate>())).response().body.size(),
      100'000U);
}

TEST(gate, a_refused_transfer_that_ends_withdraws) {
  loopback_server server(body_of(100'000));
  const auto transport = make_curl_transport({});
  const auto gate = std::make_shared<manual_gate>();
  auto exchange = start(*transport, gated(server.url(), gate));
  const auto resume = gate->refused(1).at(0);
  EXPECT_TRUE(gate->withdrawn().empty());
  transport->cancel(exchange.id);
  EXPECT_EQ(exchange.error().kind, transport_errc::cancelled);
  EXPECT_EQ(gate->withdrawn(), std::vector<const void*>{gate->last_refused()});
  gate->open();
  EXPECT_EQ(start(*transport, gated(server.url(), gate)).response().body.size(), 100'000U);
  EXPECT_EQ(gate->withdrawn().size(), 1U);
}

TEST(gate, resume_after_the_end_does_nothing) {
  loopback_server server(body_of(100'000));
  auto transport = make_curl_transport({});
  const auto gate = std::make_shared<manual_gate>();
  auto exchange = start(*transport, gated(server.url(), gate));
  const auto resume = gate->refused(1).at(0);
  transport->cancel(exchange.id);
  EXPECT_EQ(exchange.error().kind, transport_errc::cancelled);
  resume();
  auto next = start(*transport, gated(server.url(), gate));
  const auto resume_next = gate->refused(2).at(1);
  EXPECT_FALSE(next.done());
  transport.reset();
  EXPECT_EQ(next.error().kind, transport_errc::cancelled);
  resume_next();
}

TEST(gate, a_paused_transfer_does_not_stall_but_its_deadline_holds) {
  loopback_server server(body_of(5'000'000));
  const auto transport = make_curl_transport({.stall_timeout = 1s});
  const auto gate = std::make_shared<manual_gate>();
  auto patient = start(*transport, gated(server.url(), gate));
  auto request = gated(server.url(), gate);
  request.deadline = std::chrono::steady_clock::now() + 1200ms;
  const auto failure = start(*transport, std::move(request)).error();
  EXPECT_EQ(failure.kind, transport_errc::deadline_exceeded);
  EXPECT_THAT(failure.message, ::testing::HasSubstr("no memory was free for the response"));
  EXPECT_FALSE(patient.done());
  gate->open();
  for (const auto& resume : gate->refused(2)) resume();
  EXPECT_EQ(patient.response().body.size(), 5'000'000U);
}

TEST(gate, stalls_are_noticed_after_a_pause) {
  loopback_server server([](const received_request&) {
    return script{step::send{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1"}, step::stall{}};
  });
  const auto transport = make_curl_transport({.stall_timeout = 1s});
  const auto gate = std::make_shared<manual_gate>();
  auto exchange = start(*transport, gated(server.url(), gate));
  const auto resume = gate->refused(1).at(0);
  gate->open();
  resume();
  EXPECT_EQ(exchange.error().kind, transport_errc::timeout);
}

TEST(gate, a_body_that_ends_early_after_a_pause_is_no_response) {
  loopback_server server([](const received_request&) {
    return script{step::send{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1"}, step::close{}};
  });
  const auto transport = make_curl_transport({});
  const auto gate = std::make_shared<manual_gate>();
  auto exchange = start(*transport, gated(server.url(), gate));
  const auto refused_at = std::chrono::steady_clock::now();
  const auto resume = gate->refused(1).at(0);
  std::this_thread::sleep_for(20ms);
  gate->open();
  resume();
  const auto failure = exchange.error();
  EXPECT_EQ(failure.kind, transport_errc::connection_lost);
  // How long it waited is told: that is not the server's doing.
  EXPECT_GE(failure.waited, 20ms);
  EXPECT_LE(failure.waited, std::chrono::steady_clock::now() - refused_at);
}

TEST(gate, a_body_too_large_after_a_pause_ends_the_transfer) {
  loopback_server server([](const received_request&) {
    return script{step::send{"HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'x')}, step::stall{}};
  });
  const auto transport = make_curl_transport({.max_response_bytes = 1000});
  const auto gate = std::make_shared<manual_gate>();
  auto exchange = start(*transport, gated(server.url(), gate));
  const auto resume = gate->refused(1).at(0);
  gate->open();
  resume();
  EXPECT_EQ(exchange.error().kind, transport_errc::too_large);
}

TEST(gate, is_not_asked_for_errors) {
  loopback_server server([](const received_request&) { return respond(500, "broken"); });
  const auto transport = make_curl_transport({});
  const auto gate = std::make_shared<manual_gate>();
  EXPECT_EQ(start(*transport, gated(server.url(), gate)).response().body.text(), "broken");
  EXPECT_TRUE(gate->asked().empty());
}

TEST(gate, many_transfers_share_few_slots) {
  const auto go = std::make_shared<latch>();
  loopback_server server([&](const received_request& request) {
    const auto text = response_text(200, std::string(300'000 + request.number, 'x'));
    return script{step::send{text.substr(0, 1000)}, step::wait{go}, step::send{text.substr(1000)}};
  });
  const auto gate = std::make_shared<slot_gate>(4);
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t ended = 0;
  std::size_t bytes = 0;
  auto transport = make_curl_transport({});
  for (int i = 0; i < 64; ++i) {
    transport->send(gated(server.url(), gate), [&](http_outcome outcome) {
      const auto* response = std::get_if<http_response>(&outcome);
      const std::lock_guard lock(mutex);
      ++ended;
      if (response != nullptr && response->status == 200) bytes += response->body.size();
      changed.notify_all();
    });
  }
  // All bodies have begun, four have a slot, and only now they may go on.
  gate->wait_for_refusals(60);
  go->open();
  {
    std::unique_lock lock(mutex);
    EXPECT_TRUE(changed.wait_for(lock, 60s, [&] { return ended == 64; })) << ended;
    EXPECT_EQ(bytes, std::size_t{64} * 300'000 + 63 * 64 / 2);
  }
  transport.reset();
  EXPECT_EQ(gate->free(), 4U);
}

TEST(gate, slots_held_by_the_consumer_hold_the_others_back) {
  loopback_server server(body_of(300'000));
  const auto gate = std::make_shared<slot_gate>(1);
  const auto transport = make_curl_transport({});
  auto first = start(*transport, gated(server.url(), gate));
  {
    const auto held = first.response();
    auto second = start(*transport, gated(server.url(), gate));
    server.wait_for_requests(2);
    // A request without a gate goes all the way while the other waits.
    EXPECT_EQ(start(*transport, post_to(server.url())).response().status, 200);
    EXPECT_FALSE(second.done());
    transport->cancel(second.id);
    EXPECT_EQ(second.error().kind, transport_errc::cancelled);
  }
  EXPECT_EQ(gate->free(), 1U);
}

}  // namespace net_gate_test
