// How pipelines that read a scan end while pages wait and requests are under way.
#include "support/scripted_backend.hpp"
#include "support/watchdog.hpp"
#include "unit/scan/sample_items.hpp"
#include "unit/stage/stages.hpp"

#include <dynamo/stage/scan_producer.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace stage_scan_ends_test {

using namespace dynamo;
using namespace dynamo::test;

/// Answers when a test says so, into memory of the scan's: its end calls the scan.
class budgeted_backend final : public backend {
 public:
  void submit(backend_request request, backend_completion done) override {
    const std::lock_guard lock(mutex_);
    calls_.push_back({std::move(request), std::move(done)});
    changed_.notify_all();
  }
  void wait_for(std::size_t requests) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return calls_.size() >= requests; });
  }
  void answer(std::size_t index, const std::vector<std::string>& ids, std::string_view last_key) {
    call answered;
    {
      const std::lock_guard lock(mutex_);
      answered = std::move(calls_.at(index));
    }
    std::vector<std::string> people;
    for (const std::string& id : ids) people.push_back(person_json(id));
    const std::string text = page_body(people, last_key);
    auto body = answered.request.gate->admit(text.size(), this, [] {});
    ASSERT_TRUE(body);
    body->append(text);
    body->finish();
    answered.done(backend_response{.body = *std::move(body), .request_id = "RID"});
  }

 private:
  struct call {
    backend_request request;
    backend_completion done;
  };
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<call> calls_;
};

struct gated_table {
  std::shared_ptr<backend> from;
  [[nodiscard]] page_source pages(const scan_options& options, bool ahead) const {
    return {from, name(), options, ahead};
  }
  [[nodiscard]] static std::string name() { return "people"; }
};

enum class way : std::uint8_t { destroyed, stopped, asked_to_stop, cancelled, crashed };

class scan_ends : public testing::TestWithParam<way> {
 protected:
  struct taker {
    gate* block;
    void on_events(std::span<const person>, stage::delivery& with) {
      block->pass();
      if (GetParam() == way::cancelled) with.cancel();
      if (GetParam() == way::crashed) throw std::runtime_error("it broke");
    }
  };
  watchdog dog{"the end of a scan's pipeline"};
  gate block;
};

TEST_P(scan_ends, with_a_page_that_waits_and_a_request_under_way) {
  auto from = std::make_shared<budgeted_backend>();
  {
    stage::supervisor tree({.max_restarts = 1});
    auto source = tree.start(
        stage::scan_producer<person>(gated_table{from}, {.segments = 3, .max_concurrency = 3}));
    auto end = tree.start([this] { return taker{&block}; },
                          {.subscribe_to = {{source, {.demand = stage::asking::manual}}}});
    end.ask(1);
    from->wait_for(3);
    const std::string key = R"({"p":{"N":"1"}})";
    from->answer(0, {"a", "b", "c"}, key);
    block.wait_for_somebody();  // one of three items was asked for: this page is at hand
    from->answer(1, {"d"}, key);
    block.open();
    switch (GetParam()) {
      case way::destroyed:
        break;
      case way::stopped:
        tree.stop();
        break;
      case way::asked_to_stop:
        tree.request_stop();
        EXPECT_FALSE(tree.try_wait());
        break;
      case way::cancelled:
        EXPECT_TRUE(tree.try_wait());
        break;
      case way::crashed:
        EXPECT_FALSE(tree.try_wait());
        break;
    }
  }
  EXPECT_EQ(from.use_count(), 1) << "the scan has ended";
}

INSTANTIATE_TEST_SUITE_P(any, scan_ends,
                         testing::Values(way::destroyed, way::stopped, way::asked_to_stop,
                                         way::cancelled, way::crashed),
                         [](const auto& of) {
                           return of.param == way::destroyed       ? "Destroyed"
                                  : of.param == way::stopped       ? "Stopped"
                                  : of.param == way::asked_to_stop ? "AskedToStop"
                                  : of.param == way::cancelled     ? "Cancelled"
                                                                   : "Crashed";
                         });

}  // namespace stage_scan_ends_test
