#include "support/hostile.hpp"

#include <dynamo/table/table.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace scan_lifetime_test {

using namespace dynamo;
using namespace dynamo::test;
using namespace std::chrono_literals;

// Pages without end, of items with much in them.
script endless_page(const received_request& request) {
  return respond(200, R"({"Items":[{"id":{"S":")" + std::string(3000, 'x') + R"("}}],"Count":1,)" +
                          R"("ScannedCount":1,"LastEvaluatedKey":{"id":{"S":")" +
                          std::to_string(request.number) + R"("}}})");
}

// Everything that a scan can be ended by, at moments that differ from round to round. What is wrong
// here shows as a hang, or to a sanitizer.
TEST(scan_lifetime, ends_at_any_moment) {
  const loopback_server server(endless_page);
  for (unsigned round = 0; round < 60; ++round) {
    std::optional<client> db(client(impatient_config(server.url())));
    const auto stop = std::make_unique<std::stop_source>();
    scan_options options{.segments = 1 + round % 12,
                         .max_buffered_bytes = 1U + 9000U * (round % 3)};
    options.stop = stop->get_token();
    if (round % 4 == 3) options.deadline = std::chrono::steady_clock::now() + 3ms;
    auto source = std::make_optional(table<item>(*db, "t").pages(options));
    std::optional<std::jthread> stopper;
    const auto wanted = server.requests().size() + round % 7;
    if (round % 4 == 2) {
      stopper.emplace([&] {
        while (server.requests().size() < wanted) std::this_thread::yield();
        stop->request_stop();
      });
    }
    db.reset();  // the source keeps what it needs
    std::vector<page> kept;
    std::optional<errc> end;
    for (unsigned pages = 0; !end && (round % 4 >= 2 || pages < round % 10); ++pages) {
      auto next = source->next();
      if (!next) {
        end = next.error().kind;
      } else {
        ASSERT_TRUE(*next) << "a table without end was called complete";
        if (kept.size() < 3) kept.push_back(**std::move(next));
      }
    }
    if (round % 4 == 2) {
      EXPECT_EQ(end, errc::cancelled);
    }
    if (round % 4 == 3) {
      EXPECT_EQ(end, errc::deadline_exceeded);
    }
    source.reset();  // with requests under way
    for (const page& each : kept) EXPECT_EQ(each.count(), 1U);
  }
}

// Pulls again from within its own handler, as a stage does.
struct puller {
  explicit puller(page_source from) : source(std::move(from)) {}

  page_source source;
  std::atomic<int> pages = 0;
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<errc> end;

  void pull() {
    source.async_next([this](result<std::optional<page>> next) {
      if (next && *next) {
        ++pages;
        next = std::optional<page>();
        pull();
        return;
      }
      const std::lock_guard lock(mutex);
      end = next ? errc::io : next.error().kind;
      changed.notify_all();
    });
  }
};

TEST(scan_lifetime, handlers_that_pull_again_are_all_called) {
  const loopback_server server(endless_page);
  for (unsigned round = 0; round < 20; ++round) {
    const auto stop = std::make_unique<std::stop_source>();
    const client db(impatient_config(server.url()));
    puller each(table<item>(db, "t").pages(
        {.segments = 4, .max_buffered_bytes = 5000, .stop = stop->get_token()}));
    each.pull();
    while (each.pages < static_cast<int>(round)) std::this_thread::yield();
    stop->request_stop();
    std::unique_lock lock(each.mutex);
    ASSERT_TRUE(each.changed.wait_for(lock, 10s, [&] { return each.end.has_value(); }));
    EXPECT_EQ(each.end, errc::cancelled);
  }
}

TEST(scan_lifetime, pullers_on_many_threads_all_hear_of_the_stop) {
  const loopback_server server(endless_page);
  const client db(impatient_config(server.url()));
  for (int round = 0; round < 10; ++round) {
    const auto stop = std::make_unique<std::stop_source>();
    page_source source = table<item>(db, "t").pages({.segments = 3, .stop = stop->get_token()});
    std::atomic<int> pages = 0;
    std::atomic<int> cancelled = 0;
    {
      std::vector<std::jthread> pullers;
      for (int i = 0; i < 5; ++i) {
        pullers.emplace_back([&] {
          for (;;) {
            const auto next = source.next();
            if (!next) {
              cancelled += next.error().kind == errc::cancelled ? 1 : 0;
              return;
            }
            ++pages;
          }
        });
      }
      while (pages < 20) std::this_thread::yield();
      stop->request_stop();
    }
    EXPECT_EQ(cancelled, 5);
  }
}

// Answers on a thread of its own, when the test says so.
class late_credentials final : public credential_provider {
 public:
  void resolve(handler done) override {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(done));
    changed_.notify_all();
  }
  void wait_until_asked() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !waiting_.empty(); });
  }
  void answer() {
    wait_until_asked();
    std::vector<handler> ready;
    {
      const std::lock_guard lock(mutex_);
      ready.swap(waiting_);
    }
    for (const auto& each : ready) {
      each(credentials{.access_key_id = "LATE", .secret_access_key = std::string(secret_key)});
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<handler> waiting_;
};

TEST(scan_lifetime, credentials_that_come_late) {
  const loopback_server server(endless_page);
  auto config = impatient_config(server.url());
  const auto late = std::make_shared<late_credentials>();
  config.credentials = late;
  const client db(config);
  const std::jthread provider([&] { late->answer(); });
  EXPECT_EQ(db.scan({.table = "t"}).count, 1U);
}

// Nothing is sent for a call that was stopped while its credentials were on their way, and the
// client may be gone when they come.
TEST(scan_lifetime, credentials_that_come_after_the_stop) {
  const loopback_server server(endless_page);
  for (int round = 0; round < 20; ++round) {
    const auto late = std::make_shared<late_credentials>();
    std::jthread provider;
    {
      auto config = impatient_config(server.url());
      config.credentials = late;
      const client db(config);
      const auto stop = std::make_unique<std::stop_source>();
      const std::jthread stopper([&] {
        late->wait_until_asked();
        stop->request_stop();
      });
      const auto answer = db.try_scan({.table = "t"}, {.stop = stop->get_token()});
      ASSERT_FALSE(answer);
      EXPECT_EQ(answer.error().kind, errc::cancelled);
      provider = std::jthread([late] { late->answer(); });
    }
  }
  EXPECT_TRUE(server.requests().empty());
}

}  // namespace scan_lifetime_test
