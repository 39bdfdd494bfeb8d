// Scans that keep a checkpoint, and those that go on from it.
#include "scan/checkpoint.hpp"
#include "support/manual_time.hpp"
#include "support/memory_store.hpp"
#include "support/scripted_backend.hpp"
#include "unit/scan/sample_items.hpp"

#include <dynamo/table/table.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace scan_resume_test {

using namespace dynamo;
using namespace dynamo::test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAreArray;

class resume_test : public ::testing::Test {
 protected:
  static constexpr std::uint32_t segments = 3;
  static constexpr int pages = 4;
  static constexpr int items = 5;

  resume_test() {
    for (std::uint32_t segment = 0; segment < segments; ++segment) {
      for (int page = 0; page < pages; ++page) {
        std::vector<std::string> of_page;
        for (int item = 0; item < items; ++item) {
          all.push_back(std::to_string(segment) + "-" + std::to_string(page) + "-" +
                        std::to_string(item));
          of_page.push_back(person_json(all.back()));
        }
        server->add_page(segment, of_page);
      }
    }
    server->answer(operation::describe_table, described_table("people"));
  }

  [[nodiscard]] table<person> people() const { return table<person>(client(server)); }
  [[nodiscard]] scan_options options() const {
    scan_options made;
    made.segments = segments;
    made.checkpoint = store;
    made.checkpoint_interval = std::chrono::milliseconds(0);
    return made;
  }
  static void add_to(std::vector<std::string>& ids, const batch<person>& from) {
    for (const person& each : from) ids.push_back(each.id);
  }
  static errc refusal(const std::function<void()>& call, const std::string& sentence = "") {
    try {
      call();
    } catch (const exception& refused) {
      EXPECT_THAT(refused.what(), HasSubstr(sentence));
      return refused.kind();
    }
    ADD_FAILURE() << "was not refused";
    return errc::io;
  }

  std::shared_ptr<scripted_backend> server = std::make_shared<scripted_backend>();
  std::shared_ptr<memory_store> store = std::make_shared<memory_store>();
  std::vector<std::string> all;
};

TEST_F(resume_test, batches_that_were_acknowledged_do_not_come_again) {
  std::vector<std::string> first;
  {
    auto scan = people().stream_parallel_scan(options());
    EXPECT_FALSE(scan.resumed());
    for (auto& batch : scan.batches()) {
      add_to(first, batch);
      batch.acknowledge();
      if (first.size() == 7 * items) break;
    }
  }
  std::vector<std::string> second;
  auto scan = people().stream_parallel_scan(options());
  ASSERT_TRUE(scan.resumed());
  EXPECT_EQ(scan.resumed()->items, 7U * items);
  EXPECT_EQ(scan.resumed()->pages, 7U);
  for (auto& batch : scan.batches()) {
    add_to(second, batch);
    batch.acknowledge();
  }
  first.insert(first.end(), second.begin(), second.end());
  EXPECT_THAT(first, UnorderedElementsAreArray(all));
}

TEST_F(resume_test, batches_that_were_not_come_again) {
  {
    auto scan = people().stream_parallel_scan(options());
    int seen = 0;
    for (auto& batch : scan.batches()) {
      // One page of a segment is left out: its position stays before it.
      if (batch.segment() != 1 || batch[0].id != "1-1-0") batch.acknowledge();
      if (++seen == segments * pages) break;
    }
  }
  std::vector<std::string> again;
  auto scan = people().stream_parallel_scan(options());
  for (auto& batch : scan.batches()) add_to(again, batch);
  again.erase(std::ranges::find(again, "1-1-0"), std::ranges::find(again, "1-1-4") + 1);
  EXPECT_THAT(again, SizeIs(2 * items));
  EXPECT_THAT(again, ::testing::Each(::testing::AnyOf(HasSubstr("1-2-"), HasSubstr("1-3-"))));
}

TEST_F(resume_test, a_finished_scan_says_so_and_reads_nothing) {
  {
    auto scan = people().stream_parallel_scan(options());
    for (auto& batch : scan.batches()) batch.acknowledge();
  }
  const std::size_t asked = server->count(operation::scan);
  auto scan = people().stream_parallel_scan(options());
  ASSERT_TRUE(scan.resumed());
  EXPECT_TRUE(scan.resumed()->complete);
  EXPECT_EQ(scan.resumed()->items, all.size());
  EXPECT_EQ(scan.begin(), scan.end());
  EXPECT_EQ(server->count(operation::scan), asked);
}

TEST_F(resume_test, items_are_acknowledged_as_far_as_they_were_handed_out) {
  scan_options with = options();
  with.segments = 1;
  std::size_t seen = 0;
  {
    auto scan = people().stream_scan(with);
    for (const person& each : scan) {
      EXPECT_FALSE(each.id.empty());
      if (++seen % 3 == 0) scan.acknowledge();
      if (seen == 2 * items + 4) break;
    }
  }
  // The third page was acknowledged up to its second item: it comes again.
  auto scan = people().stream_scan(with);
  EXPECT_EQ(scan.resumed()->pages, 2U);
  auto next = scan.begin();
  EXPECT_EQ(next->id, "0-2-0");
  // With the last item of a page at hand, the page is done.
  for (int i = 0; i + 1 < items; ++i) ++next;
  EXPECT_EQ(next->id, "0-2-4");
  scan.acknowledge();
  EXPECT_THAT(store->saved().back(), HasSubstr(R"("pages":3)"));
}

TEST_F(resume_test, without_a_checkpoint_acknowledging_does_nothing) {
  scan_options with = options();
  with.checkpoint = nullptr;
  auto scan = people().stream_parallel_scan(with);
  for (auto& batch : scan.batches()) {
    batch.acknowledge();
    EXPECT_FALSE(batch.mark());
  }
  scan.acknowledge();
  EXPECT_EQ(server->count(operation::describe_table), 0U);
  EXPECT_FALSE(scan.resumed());
}

TEST_F(resume_test, nothing_is_read_before_the_first_pull) {
  auto scan = people().stream_parallel_scan(options());
  EXPECT_EQ(server->count(operation::describe_table), 1U);
  EXPECT_EQ(server->count(operation::scan), 0U);
}

TEST_F(resume_test, without_segments_they_are_those_of_the_checkpoint) {
  {
    auto scan = people().stream_parallel_scan(options());
    (*scan.batches().begin()).acknowledge();
  }
  scan_options with = options();
  with.segments.reset();
  EXPECT_EQ(people().stream_parallel_scan(with).progress().segments, segments);
  EXPECT_EQ(people().pages(with).progress().segments, segments);
  EXPECT_EQ(refusal([&] { (void)people().stream_scan(with); }, "number of segments"),
            errc::checkpoint);
}

TEST_F(resume_test, refusals_come_with_the_call) {
  {
    auto scan = people().stream_parallel_scan(options());
    (*scan.batches().begin()).acknowledge();
    EXPECT_EQ(refusal([&] { (void)people().stream_parallel_scan(options()); }, "in use"),
              errc::checkpoint);
  }
  scan_options with = options();
  with.filter_expression = "age > :a";
  EXPECT_EQ(refusal([&] { (void)people().stream_parallel_scan(with); },
                    "its filter is '', not 'age > :a'"),
            errc::checkpoint);
  server->answer(operation::describe_table, described_table("people", "1800000000"));
  EXPECT_EQ(refusal([&] { (void)people().stream_parallel_scan(options()); }, "created again"),
            errc::checkpoint);
  server->answer(operation::describe_table,
                 error{.kind = errc::access_denied, .message = "may not describe"});
  EXPECT_EQ(refusal([&] { (void)people().stream_parallel_scan(options()); }, "may not"),
            errc::access_denied);
  EXPECT_FALSE(store->is_held());
}

TEST_F(resume_test, options_that_make_no_sense_are_refused) {
  const table<person> of = people();
  EXPECT_EQ(refusal([&] { (void)of.scan(options()); }), errc::invalid_argument);
  EXPECT_EQ(refusal([&] { (void)of.parallel_scan(options()); }), errc::invalid_argument);
  EXPECT_EQ(refusal([&] { (void)of.count(options()); }), errc::invalid_argument);
  EXPECT_EQ(refusal([&] { (void)of.pages(options(), true, std::vector<segment_position>(3)); }),
            errc::invalid_argument);
  scan_options with = options();
  with.checkpoint_interval = std::chrono::milliseconds(-1);
  EXPECT_EQ(refusal([&] { (void)of.pages(with); }, "checkpoint_interval"), errc::invalid_argument);
  with = options();
  with.filter_expression = "\xC3(";
  EXPECT_EQ(refusal([&] { (void)of.pages(with); }, "UTF-8"), errc::invalid_argument);
  EXPECT_THAT(server->requests(), IsEmpty());
}

TEST_F(resume_test, the_limit_counts_what_was_acknowledged_before) {
  scan_options with = options();
  with.segments = 1;
  with.limit = 2 * items + 2;
  {
    auto scan = people().stream_scan(with);
    (*scan.batches().begin()).acknowledge();
  }
  std::vector<std::string> rest;
  {
    auto scan = people().stream_scan(with);
    for (auto& batch : scan.batches()) {
      add_to(rest, batch);
      batch.acknowledge();
    }
  }
  EXPECT_THAT(rest, SizeIs(items + 2));
  auto scan = people().stream_scan(with);
  EXPECT_TRUE(scan.resumed()->complete);
  EXPECT_EQ(scan.begin(), scan.end());
}

// Nobody acknowledges a page without items: the one who asks for more saves, and is told.
TEST_F(resume_test, an_end_that_cannot_be_saved_is_a_failure) {
  server = std::make_shared<scripted_backend>();
  server->add_page({person_json("a")});
  server->add_page({});
  server->answer(operation::describe_table, described_table("people"));
  scan_options with = options();
  with.segments = 1;
  auto scan = people().stream_scan(with);
  auto batches = scan.batches();
  auto at = batches.begin();
  (*at).acknowledge();
  store->fail_with(error{.kind = errc::io, .message = "the disk is full"});
  EXPECT_EQ(refusal(
                [&] {
                  ++at;
                  (void)(at == batches.end());
                },
                "the disk is full"),
            errc::io);
  store->fail_with(std::nullopt);
  EXPECT_TRUE(scan.try_save_checkpoint());
  EXPECT_TRUE(scan::parse_checkpoint(store->saved().back(), "memory").value().is_complete());
}

// Passes everything on, by a clock of its own.
class timed_backend final : public backend {
 public:
  timed_backend(std::shared_ptr<backend> on, std::shared_ptr<manual_clock> time)
      : on_(std::move(on)), time_(std::move(time)) {}
  void submit(backend_request request, backend_completion done) override {
    on_->submit(std::move(request), std::move(done));
  }
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return time_->now(); }

 private:
  std::shared_ptr<backend> on_;
  std::shared_ptr<manual_clock> time_;
};

TEST_F(resume_test, the_interval_goes_by_the_clock_of_the_client) {
  const auto time = std::make_shared<manual_clock>();
  scan_options hourly = options();
  hourly.checkpoint_interval = std::chrono::hours(1);
  const table<person> timed(client(std::make_shared<timed_backend>(server, time)));
  auto scan = timed.stream_parallel_scan(hourly);
  auto batches = scan.batches();
  auto at = batches.begin();
  (*at).acknowledge();
  EXPECT_THAT(store->saved(), IsEmpty());
  time->advance(std::chrono::hours(1));
  ++at;
  (*at).acknowledge();
  EXPECT_THAT(store->saved(), SizeIs(1));
}

// At-least-once: whatever was acknowledged when a scan ended early, in whatever order, the rounds
// together see every item, and none again that an earlier round acknowledged with all before it.
TEST_F(resume_test, any_order_of_acknowledgements_loses_nothing) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    std::mt19937 random(seed);
    store = std::make_shared<memory_store>();
    std::vector<std::string> dealt_with;
    bool complete = false;
    for (int round = 0; !complete; ++round) {
      ASSERT_LT(round, 200) << "seed " << seed;
      auto scan = people().stream_parallel_scan(options());
      complete = scan.resumed() && scan.resumed()->complete;
      std::vector<std::pair<acknowledgement, std::vector<std::string>>> waiting;
      for (auto& batch : scan.batches()) {
        waiting.emplace_back(batch.mark(), std::vector<std::string>());
        add_to(waiting.back().second, batch);
        while (!waiting.empty() && random() % 3 != 0) {
          std::swap(waiting[random() % waiting.size()], waiting.back());
          const auto& [mark, ids] = waiting.back();
          dealt_with.insert(dealt_with.end(), ids.begin(), ids.end());
          mark.acknowledge();
          waiting.pop_back();
        }
        if (random() % 8 == 0) break;
      }
    }
    std::ranges::sort(dealt_with);
    const auto repeated = std::ranges::unique(dealt_with);
    dealt_with.erase(repeated.begin(), repeated.end());
    EXPECT_THAT(dealt_with, UnorderedElementsAreArray(all)) << "seed " << seed;
  }
}

// Between saves, at the end of the source, and behind it.
TEST_F(resume_test, is_saved_at_the_interval_at_the_end_and_by_what_outlives_it) {
  scan_options hourly = options();
  hourly.checkpoint_interval = std::chrono::hours(1);
  batch<person> kept;
  {
    auto scan = people().stream_parallel_scan(hourly);
    int seen = 0;
    for (auto& batch : scan.batches()) {
      if (++seen == 3) {
        kept = std::move(batch);
        break;
      }
      batch.acknowledge();
    }
    EXPECT_THAT(store->saved(), IsEmpty());
  }
  ASSERT_THAT(store->saved(), SizeIs(1)) << "the source's end saves";
  kept.acknowledge();
  ASSERT_THAT(store->saved(), SizeIs(2)) << "nobody else would";
  EXPECT_EQ(scan::parse_checkpoint(store->saved().back(), "memory").value().pages(), 3U);
}

TEST_F(resume_test, the_last_item_of_a_page_that_has_more_is_not_given) {
  auto odd = std::make_shared<scripted_backend>();
  odd->answer(operation::describe_table, described_table("people"));
  odd->answer(operation::scan, R"({"Count":1,"Items":[)" + person_json("a") + "," +
                                   person_json("b") + R"(],"ScannedCount":1})");
  scan_options one = options();
  one.segments = 1;
  auto scan = table<tracked<person>>(client(odd)).stream_scan(one);
  EXPECT_EQ(refusal([&] {
              for (auto& each : scan) each.acknowledge();
            }),
            errc::invalid_response);
  EXPECT_THAT(store->saved(), IsEmpty());
}

}  // namespace scan_resume_test
