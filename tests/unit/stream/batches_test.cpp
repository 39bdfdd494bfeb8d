// Streams by the page: batches that own what they hold.
#include "unit/stream/streamed_people.hpp"

#include <dynamo/stream/scan_stream.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

namespace stream_batches_test {

using namespace dynamo;
using namespace dynamo::test;
using namespace dynamo::test::stream;

TEST_F(scan_stream_test, batches_are_pages_with_items) {
  serve({page_of({person_json("a"), person_json("b")}, more), page_of({}, more),
         page_of({person_json("c")}, still_more), page_of({})});
  people users = stream();
  std::vector<strings> got;
  for (const batch<person>& each : users.batches()) got.push_back(ids_of(each));
  EXPECT_EQ(got, (std::vector<strings>{{"a", "b"}, {"c"}}));
}

TEST_F(scan_stream_test, batches_are_lazy) {
  serve_pages(2);
  people users = stream();
  auto batches = users.batches();
  auto at = batches.begin();
  EXPECT_EQ(sent(), 0U);
  EXPECT_EQ((*at).size(), 2U);
  ++at;
  EXPECT_EQ(sent(), 1U);
  EXPECT_EQ((*at)[0].id, "10");
  at++;
  EXPECT_TRUE(at == batches.end());
}

TEST_F(scan_stream_test, batches_are_decoded_into_again) {
  serve_pages(3);
  people users = stream();
  auto batches = users.batches();
  auto at = batches.begin();
  const person* const memory = &(*at)[0];
  ++at;
  EXPECT_EQ(&(*at)[0], memory);
  EXPECT_EQ((*at)[1].id, "11");
}

TEST_F(scan_stream_test, batches_that_were_moved_out_stay) {
  serve_pages(3);
  people users = stream();
  std::vector<batch<person>> kept;
  for (batch<person>& each : users.batches()) kept.push_back(std::move(each));
  ASSERT_EQ(kept.size(), 3U);
  EXPECT_EQ(ids_of(kept[0]), (strings{"00", "01"}));
  EXPECT_EQ(ids_of(kept[2]), (strings{"20", "21"}));
}

TEST_F(scan_stream_test, batches_of_views_that_were_moved_out_outlive_the_stream) {
  serve({page_of({person_json("a"), person_json(R"(\u0062)")}, more), page_of({person_json("c")})});
  std::vector<batch<person_view>> kept;
  std::vector<batch<item>> items;
  {
    auto users = stream<person_view>();
    for (auto& each : users.batches()) kept.push_back(std::move(each));
  }
  serve_pages(2);
  {
    auto generic = stream<item>();
    for (auto& each : generic.batches()) items.push_back(std::move(each));
  }
  backend.reset();
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(ids_of(kept[0]), (strings{"a", "b"}));
  EXPECT_EQ(ids_of(kept[1]), strings{"c"});
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[1][1]["id"].as_string(), "11");
}

// Bodies in memory that the scan's budget counts, as the real backend reads them.
TEST_F(scan_stream_test, a_batch_holds_its_pages_memory_only_if_its_items_view_it) {
  auto held = [this]<class T>(std::type_identity<T>) {
    struct gated final : dynamo::backend {
      void submit(backend_request request, backend_completion done) override {
        gate = request.gate;
        auto body = request.gate->admit(512 << 10, this, [] {});
        body->append(page_of({person_json("a")}));
        body->finish();
        done(backend_response{.body = *std::move(body)});
      }
      std::shared_ptr<body_gate> gate;
    };
    const auto from = std::make_shared<gated>();
    options.max_buffered_bytes = 512 << 10;
    scan_stream<T> users{page_source(from, "people", options, false), "people"};
    auto batches = users.batches();
    batch<T> kept = std::move(*batches.begin());
    EXPECT_EQ(kept.size(), 1U);
    // One page beyond those that consumers hold is always admitted; a second one is not. The first
    // is within the limit if the batch holds none.
    auto one = from->gate->admit(512 << 10, this, [] {});
    EXPECT_TRUE(one);
    one->hand_over();
    one.reset();
    auto half = from->gate->admit(1, this, [] {});
    const bool fits = from->gate->admit(384 << 10, this, [] {}).has_value();
    return !fits;
  };
  EXPECT_TRUE(held(std::type_identity<person_view>()));
  EXPECT_TRUE(held(std::type_identity<item>()));
  EXPECT_FALSE(held(std::type_identity<person>()));
}

TEST_F(scan_stream_test, a_batch_range_goes_through_a_pipeline) {
  serve_pages(3);
  people users = stream();
  std::size_t items = 0;
  for (const std::size_t size :
       users.batches() | std::views::transform([](const batch<person>& each) {
         return each.size();
       }) | std::views::take(2)) {
    items += size;
  }
  EXPECT_EQ(items, 4U);
}

TEST_F(scan_stream_test, batches_give_the_items_before_an_error_then_throw_for_good) {
  serve({page_of({person_json("a"), person_json("b", "old"), person_json("c")}, more),
         page_of({person_json("d")})});
  people users = stream();
  auto batches = users.batches();
  auto at = batches.begin();
  EXPECT_EQ(ids_of(*at), strings{"a"});
  ++at;
  for (int i = 0; i < 2; ++i) {
    try {
      (void)*at;
      ADD_FAILURE();
    } catch (const exception& failed) {
      EXPECT_EQ(failed.kind(), errc::invalid_value);
    }
  }
  EXPECT_EQ(sent(), 1U) << "the rest of the page must not be skipped silently";
}

TEST_F(scan_stream_test, batches_throw_the_scans_error) {
  serve({page_of({person_json("a")}, more), failure_of(errc::throttled)});
  people users = stream();
  std::size_t batches = 0;
  EXPECT_THROW(
      {
        for ([[maybe_unused]] const auto& each : users.batches()) ++batches;
      },
      exception);
  EXPECT_EQ(batches, 1U);
}

TEST(batch, knows_its_segment_and_is_empty_at_first) {
  batch<person> tested;
  EXPECT_TRUE(tested.empty());
  page of = page::open(body_buffer(std::string_view(page_of({person_json("a")})))).value();
  of.segment = 7;
  ASSERT_TRUE(tested.read(std::move(of), "people"));
  EXPECT_EQ(tested.segment(), 7U);
  EXPECT_EQ(tested.size(), 1U);
  tested.items().clear();
  EXPECT_TRUE(tested.empty());
}

}  // namespace stream_batches_test
