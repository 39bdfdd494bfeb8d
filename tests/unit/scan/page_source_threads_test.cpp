// A scan with many pullers at the same time.
#include "support/manual_backend.hpp"
#include "support/watchdog.hpp"

#include <dynamo/scan/page_source.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace scan_page_source_threads_test {

using namespace dynamo;
using test::id_page;
using test::manual_backend;

using outcome = result<std::optional<page>>;

constexpr int pages_a_segment = 40;

// The number behind `name` in a body, or `missing`.
int number_behind(const std::string& body, const std::string& name, int missing) {
  const auto at = body.find(name);
  return at == std::string::npos ? missing : std::stoi(body.substr(at + name.size()));
}

// Page `p` of segment `s` has one item, its key leads to page p + 1.
result<std::string> serve(const backend_request& request) {
  const int page = number_behind(request.body, R"("ExclusiveStartKey":{"p":{"N":")", 0);
  const std::string id = std::to_string(request.segment.value_or(0)) + "-" + std::to_string(page);
  return page + 1 < pages_a_segment
             ? id_page({id}, R"({"p":{"N":")" + std::to_string(page + 1) + R"("}})")
             : id_page({id});
}

// Answers on a thread of its own, in an order that is not the one of the requests.
class busy_backend final : public backend {
 public:
  ~busy_backend() override {
    worker_.request_stop();
    changed_.notify_all();
    worker_.join();
  }
  void submit(backend_request request, backend_completion done) override {
    {
      const std::lock_guard lock(mutex_);
      calls_.emplace_back(std::move(request), std::move(done));
    }
    changed_.notify_all();
  }

 private:
  using call = std::pair<backend_request, backend_completion>;

  void work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    for (unsigned turn = 0;; ++turn) {
      changed_.wait(lock, stop, [&] { return !calls_.empty(); });
      if (calls_.empty()) return;
      const auto at = calls_.begin() + static_cast<std::ptrdiff_t>(turn * 7 % calls_.size());
      call next = std::move(*at);
      calls_.erase(at);
      lock.unlock();
      if (next.first.stop.stop_requested()) {
        next.second(test::failure_of(errc::cancelled));
      } else {
        const std::string body = serve(next.first).value();
        next.second(backend_response{.body = body_buffer(std::string_view(body))});
      }
      next = {};
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<call> calls_;
  std::jthread worker_{[this](const std::stop_token& stop) { work(stop); }};
};

std::string id_of(const page& of) {
  const std::string_view text(of.items_begin(), 40);
  const auto begin = text.find(R"("S":")") + 5;
  return std::string(text.substr(begin, text.find('"', begin) - begin));
}

struct gathered {
  std::mutex mutex;
  std::multiset<std::string> ids;
  std::map<std::string, std::vector<int>> by_segment;

  void add(const page& of) {
    const std::string id = id_of(of);
    const std::lock_guard lock(mutex);
    ids.insert(id);
  }
  void expect_each_once(std::uint32_t segments) const {
    EXPECT_EQ(ids.size(), segments * pages_a_segment);
    for (std::uint32_t s = 0; s < segments; ++s) {
      for (int p = 0; p < pages_a_segment; ++p) {
        EXPECT_EQ(ids.count(std::to_string(s) + "-" + std::to_string(p)), 1U) << s << "-" << p;
      }
    }
  }
};

void pull_all(page_source& from, gathered& into) {
  for (;;) {
    outcome got = from.next();
    if (!got.value()) return;
    into.add(**got);
  }
}

class many_pullers : public testing::TestWithParam<bool> {};

TEST_P(many_pullers, get_each_page_exactly_once) {
  scan_options options;
  options.segments = 7;
  options.max_concurrency = 5;
  for (const bool inline_answers : {false, true}) {
    gathered got;
    std::shared_ptr<backend> from = std::make_shared<busy_backend>();
    if (inline_answers) from = std::make_shared<manual_backend>(serve);
    page_source scan(from, "t", options, GetParam());
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 6; ++i) threads.emplace_back([&] { pull_all(scan, got); });
    }
    got.expect_each_once(7);
    EXPECT_EQ(scan.progress().segments_complete, 7U);
  }
}

TEST_P(many_pullers, together_with_handlers_get_each_page_exactly_once) {
  scan_options options;
  options.segments = 5;
  options.max_buffered_bytes = 300;
  gathered got;
  std::atomic<int> ends = 0;
  page_source scan(std::make_shared<busy_backend>(), "t", options, GetParam());
  page_source::handler again = [&](const outcome& answer) {
    if (!answer.value()) {
      ++ends;
      ends.notify_all();
      return;
    }
    got.add(**answer);
    scan.async_next(again);
  };
  for (int i = 0; i < 3; ++i) scan.async_next(again);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i) threads.emplace_back([&] { pull_all(scan, got); });
  }
  for (int seen = ends; seen != 3; seen = ends) ends.wait(seen);
  got.expect_each_once(5);
}

INSTANTIATE_TEST_SUITE_P(both, many_pullers, testing::Bool());

TEST(page_source_threads, one_puller_gets_each_segment_in_order) {
  scan_options options;
  options.segments = 6;
  std::map<std::string, int> last;
  page_source scan(std::make_shared<busy_backend>(), "t", options, true);
  for (outcome got = scan.next(); got.value(); got = scan.next()) {
    const std::string id = id_of(**got);
    const auto dash = id.find('-');
    const int page = std::stoi(id.substr(dash + 1));
    EXPECT_EQ(page, last[id.substr(0, dash)]++) << id;
    EXPECT_EQ(std::to_string((*got)->segment), id.substr(0, dash));
  }
  EXPECT_EQ(last.size(), 6U);
}

TEST(page_source_threads, a_stop_wakes_waiting_callers) {
  for (int round = 0; round < 20; ++round) {
    std::stop_source stop;
    scan_options options;
    options.stop = stop.get_token();
    const auto from = std::make_shared<manual_backend>();
    page_source scan(from, "t", options, false);
    std::atomic<int> cancelled = 0;
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] {
          const outcome got = scan.next();
          cancelled += !got && got.error().kind == errc::cancelled;
        });
      }
      from->wait_for(1);
      stop.request_stop();
    }
    EXPECT_EQ(cancelled, 3);
  }
}

TEST(page_source_threads, a_failure_wakes_waiting_callers) {
  const auto from = std::make_shared<manual_backend>();
  page_source scan(from, "t", {}, false);
  std::jthread waiting([&] { EXPECT_FALSE(scan.next()); });
  from->wait_for(1);
  from->answer(0, test::failure_of(errc::not_found));
}

// Without read-ahead each page is asked for by somebody, who need not be the one that gets it.
TEST(page_source_threads, who_loses_its_page_to_another_gets_the_next) {
  const test::watchdog dog("who_loses_its_page_to_another_gets_the_next");
  for (int round = 0; round < 50; ++round) {
    const auto from = std::make_shared<manual_backend>();
    page_source scan(from, "t", {}, false);
    std::atomic<int> pages = 0;
    const auto pull = [&] {
      const outcome got = scan.next();
      pages += got && *got;
    };
    std::jthread asks(pull);
    from->wait_for(1);
    std::jthread answers([&] {
      from->wait_for(2);
      from->answer(1, id_page({"b"}));
    });
    from->answer(0, id_page({"a"}, R"({"p":{"N":"1"}})"));
    pull();  // mostly before the thread that waits for the page has woken up
    asks.join();
    answers.join();
    EXPECT_EQ(pages, 2);
  }
}

TEST(page_source_threads, ends_while_its_backend_answers) {
  for (int round = 0; round < 30; ++round) {
    scan_options options;
    options.segments = 4;
    page_source scan(std::make_shared<busy_backend>(), "t", options, true);
    for (int i = 0; i < round % 5; ++i) EXPECT_TRUE(scan.next());
    if (round % 2 == 0) scan.async_next([](const outcome&) {});
  }
}

// Pages end on other threads than they came on, also behind their source.
TEST(page_source_threads, pages_end_on_any_thread) {
  scan_options options;
  options.segments = 4;
  std::vector<std::optional<page>> kept;
  {
    page_source scan(std::make_shared<busy_backend>(), "t", options, true);
    for (int i = 0; i < 20; ++i) kept.push_back(scan.next().value());
    std::jthread drops([&] {
      for (int i = 0; i < 10; ++i) kept[static_cast<std::size_t>(i)].reset();
    });
    for (int i = 0; i < 10; ++i) (void)scan.next();
  }
  EXPECT_TRUE(kept[15].has_value());
  EXPECT_FALSE(id_of(*kept[15]).empty());
}

}  // namespace scan_page_source_threads_test
