// Streams of items: lazy, single pass, and never silent about their end.
#include "unit/stream/streamed_people.hpp"

#include <dynamo/stream/scan_stream.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <ranges>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace stream_scan_stream_test {

using namespace dynamo;
using namespace dynamo::test;
using namespace dynamo::test::stream;

static_assert(std::ranges::input_range<people>);
static_assert(!std::ranges::forward_range<people>);
static_assert(!std::ranges::borrowed_range<people>);
static_assert(std::input_iterator<people::iterator>);
static_assert(std::sentinel_for<std::default_sentinel_t, people::iterator>);
static_assert(std::same_as<std::ranges::range_reference_t<people>, person&>);
static_assert(std::ranges::viewable_range<people>, "a temporary goes into a pipeline");
static_assert(!std::copyable<people> && std::movable<people>);
static_assert(std::ranges::input_range<scan_stream<item>>);
static_assert(std::ranges::input_range<scan_stream<person_view>>);
static_assert(std::ranges::input_range<people::batch_range>);
static_assert(std::ranges::input_range<people::result_range>);
static_assert(std::ranges::viewable_range<people::batch_range>);
static_assert(std::movable<batch<person>> && !std::copyable<batch<person>>);

TEST_F(scan_stream_test, gives_every_item_of_every_page) {
  serve({page_of({person_json("a"), person_json("b")}, more), page_of({}, more),
         page_of({person_json("c")}, still_more), page_of({})});
  EXPECT_EQ(ids_of(stream()), (strings{"a", "b", "c"}));
  EXPECT_EQ(sent(), 4U);
}

TEST_F(scan_stream_test, of_items_gives_every_item) {
  serve_pages(2);
  strings ids;
  for (const item& each : stream<item>()) ids.emplace_back(each["id"].as_string());
  EXPECT_EQ(ids, (strings{"00", "01", "10", "11"}));
}

TEST_F(scan_stream_test, is_lazy_to_the_last_step) {
  serve_pages(3);
  people users = stream();
  EXPECT_EQ(sent(), 0U);
  auto at = users.begin();
  EXPECT_EQ(sent(), 0U) << "begin() asks for nothing";
  EXPECT_EQ(at->id, "00");
  EXPECT_EQ((*at).id, "00") << "looking twice does not move";
  EXPECT_EQ(sent(), 1U);
  ++at;
  EXPECT_FALSE(at == users.end());
  EXPECT_EQ(at->id, "01");
  ++at;
  EXPECT_EQ(sent(), 1U) << "incrementing at a page's end asks for nothing";
  EXPECT_EQ(at->id, "10");
  EXPECT_EQ(sent(), 2U);
}

TEST_F(scan_stream_test, incrementing_twice_skips_an_item) {
  serve_pages(2);
  people users = stream();
  auto at = users.begin();
  ++at;
  at++;
  EXPECT_EQ(at->id, "10");
}

TEST_F(scan_stream_test, take_at_a_pages_end_asks_for_no_further_page) {
  for (const int count : {1, 2}) {
    serve_pages(3);
    EXPECT_EQ(ids_of(stream() | std::views::take(count)).size(), static_cast<std::size_t>(count));
    EXPECT_EQ(sent(), 1U) << count;
  }
  serve_pages(3);
  EXPECT_EQ(ids_of(stream() | std::views::take(3)).size(), 3U);
  EXPECT_EQ(sent(), 2U);
}

TEST_F(scan_stream_test, take_of_nothing_sends_nothing) {
  serve_pages(1);
  EXPECT_TRUE(ids_of(stream() | std::views::take(0)).empty());
  EXPECT_EQ(sent(), 0U);
}

TEST_F(scan_stream_test, goes_through_pipelines_as_a_temporary) {
  serve({page_of({person_json("a", "10"), person_json("b", "20"), person_json("c", "30")}, more),
         page_of({person_json("d", "40"), person_json("e", "50")})});
  strings ids;
  for (const std::string& id :
       stream() | std::views::filter([](const person& each) { return each.age >= 20; }) |
           std::views::transform([](const person& each) { return each.id; }) |
           std::views::take(3)) {
    ids.push_back(id);
  }
  EXPECT_EQ(ids, (strings{"b", "c", "d"}));
}

TEST_F(scan_stream_test, moves_while_it_is_iterated) {
  serve_pages(2);
  people first = stream();
  auto at = first.begin();
  EXPECT_EQ(at->id, "00");
  people second = std::move(first);
  ++at;
  EXPECT_EQ(at->id, "01");
  ++at;
  people third = stream();
  third = std::move(second);
  EXPECT_EQ(at->id, "10");
  // Another iterator of the same stream goes on where that one is.
  EXPECT_EQ(third.begin()->id, "11");
}

TEST_F(scan_stream_test, gives_items_that_may_be_moved_from) {
  serve_pages(2);
  std::vector<person> kept;
  for (person& each : stream()) kept.push_back(std::move(each));
  EXPECT_EQ(ids_of(kept), (strings{"00", "01", "10", "11"}));
}

TEST_F(scan_stream_test, gives_a_limited_number) {
  serve_pages(3);
  options.limit = 3;
  EXPECT_EQ(ids_of(stream()), (strings{"00", "01", "10"}));
  EXPECT_EQ(sent(), 2U);
}

TEST_F(scan_stream_test, ends_the_requests_under_way_with_itself) {
  backend = std::make_shared<manual_backend>();
  {
    people users = stream(true);
    std::jthread reading([&] { EXPECT_EQ(users.begin()->id, "a"); });
    backend->wait_for(1);
    backend->answer(0, page_of({person_json("a")}, more));
    reading.join();
    backend->wait_for(2);
  }
  EXPECT_TRUE(backend->request(1).stop.stop_requested());
}

// Errors

TEST_F(scan_stream_test, throws_where_the_item_would_have_been) {
  serve({page_of({person_json("a")}, more), failure_of(errc::throttled, "too fast")});
  people users = stream();
  strings ids;
  auto read = [&] {
    for (const person& each : users) ids.push_back(each.id);
  };
  try {
    read();
    ADD_FAILURE();
  } catch (const exception& failed) {
    EXPECT_EQ(failed.kind(), errc::throttled);
    EXPECT_EQ(failed.details().table, "people");
  }
  EXPECT_EQ(ids, strings{"a"});
  EXPECT_THROW(read(), exception) << "an error stays";
  EXPECT_EQ(ids, strings{"a"});
}

TEST_F(scan_stream_test, throws_at_an_item_that_does_not_fit_and_can_continue_after_it) {
  serve({page_of({person_json("a"), person_json("b", "old"), person_json("c")})});
  people users = stream();
  auto at = users.begin();
  EXPECT_EQ(at->id, "a");
  ++at;
  EXPECT_THROW((void)*at, exception);
  EXPECT_EQ(at->id, "c");
  ++at;
  EXPECT_TRUE(at == users.end());
}

TEST_F(scan_stream_test, never_ends_silently_on_a_page_that_is_short) {
  serve({page_of({person_json("a")}, more, 2), page_of({person_json("b")})});
  people users = stream();
  EXPECT_EQ((*users.try_next())->id, "a");
  for (int i = 0; i < 2; ++i) {
    auto next = users.try_next();
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().kind, errc::invalid_response);
  }
  EXPECT_EQ(sent(), 1U);
}

TEST_F(scan_stream_test, tries_without_exceptions) {
  serve({page_of({person_json("a"), person_json("b", "old"), person_json("c")}, more),
         failure_of(errc::unavailable)});
  people users = stream();
  EXPECT_EQ((*users.try_next())->id, "a");
  EXPECT_EQ(users.try_next().error().kind, errc::invalid_value);
  EXPECT_EQ((*users.try_next())->id, "c");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(users.try_next().error().kind, errc::unavailable);
}

TEST_F(scan_stream_test, stays_at_its_end) {
  serve_pages(1);
  people users = stream();
  while (*users.try_next() != nullptr) {
  }
  EXPECT_EQ(*users.try_next(), nullptr);
  EXPECT_TRUE(users.begin() == users.end());
  EXPECT_EQ(sent(), 1U);
}

TEST_F(scan_stream_test, ends_with_a_stop) {
  std::stop_source stop;
  options.stop = stop.get_token();
  serve_pages(3);
  people users = stream();
  EXPECT_EQ(users.begin()->id, "00");
  stop.request_stop();
  // The page at hand is read to its end.
  EXPECT_EQ((*users.try_next())->id, "01");
  EXPECT_EQ(users.try_next().error().kind, errc::cancelled);
  EXPECT_EQ(sent(), 1U);
}

TEST_F(scan_stream_test, as_results_continues_after_items_that_do_not_fit) {
  serve({page_of({person_json("a"), person_json("b", "old"), person_json("c")}, more),
         page_of({person_json("d", "x"), person_json("e")})});
  people users = stream();
  strings got;
  for (result<person>& each : users.as_results()) {
    got.push_back(each ? each->id : std::string(to_string(each.error().kind)));
  }
  EXPECT_EQ(got, (strings{"a", "invalid_value", "c", "invalid_value", "e"}));
}

TEST_F(scan_stream_test, as_results_ends_after_an_error_that_ends_the_stream) {
  serve({page_of({person_json("a")}, more), failure_of(errc::access_denied), page_of({})});
  people users = stream();
  strings got;
  for (const result<person>& each : users.as_results()) {
    got.push_back(each ? each->id : std::string(to_string(each.error().kind)));
  }
  EXPECT_EQ(got, (strings{"a", "access_denied"}));
}

TEST_F(scan_stream_test, as_results_is_lazy) {
  serve_pages(2);
  people users = stream();
  auto results = users.as_results();
  auto at = results.begin();
  EXPECT_EQ(sent(), 0U);
  EXPECT_EQ((*at)->id, "00");
  ++at;
  EXPECT_EQ((*at)->id, "01");
  ++at;
  EXPECT_EQ(sent(), 1U);
}

// Views

TEST_F(scan_stream_test, views_are_valid_until_the_increment) {
  serve({page_of({person_json("plain"), person_json(R"(esc\u0061ped \"one\")"),
                  person_json(std::string(5000, 'l'))})});
  strings ids;
  for (const person_view& each : stream<person_view>()) ids.emplace_back(each.id);
  EXPECT_EQ(ids, (strings{"plain", "escaped \"one\"", std::string(5000, 'l')}));
}

TEST_F(scan_stream_test, results_of_views_are_valid_until_the_increment) {
  serve({page_of({person_json("a"), person_json("b", "x"), person_json(R"(\u0063)")})});
  auto users = stream<person_view>();
  strings ids;
  for (const auto& each : users.as_results()) ids.emplace_back(each ? each->id : "-");
  EXPECT_EQ(ids, (strings{"a", "-", "c"}));
}

}  // namespace stream_scan_stream_test
