// Splitting batches, and sending again what was left.
#include "client/batch.hpp"

#include "support/manual_backend.hpp"
#include "support/manual_time.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace client_batch_test {

using namespace dynamo;
using namespace std::chrono_literals;
using wire::batch_entry;
using entries = std::vector<batch_entry>;

std::deque<batch_entry> numbered(std::size_t count) {
  std::deque<batch_entry> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back({"t", std::to_string(i)});
  return all;
}

std::vector<std::size_t> sizes_of(std::deque<batch_entry> pending, std::size_t max_entries) {
  std::vector<std::size_t> sizes;
  while (!pending.empty()) sizes.push_back(wire::next_request(pending, max_entries).size());
  return sizes;
}

TEST(batch, requests_have_as_many_entries_as_allowed) {
  EXPECT_EQ(sizes_of(numbered(60), wire::max_writes), (std::vector<std::size_t>{25, 25, 10}));
  EXPECT_EQ(sizes_of(numbered(25), wire::max_writes), (std::vector<std::size_t>{25}));
  EXPECT_EQ(sizes_of(numbered(201), wire::max_keys), (std::vector<std::size_t>{100, 100, 1}));
  EXPECT_TRUE(sizes_of({}, 25).empty());
}

TEST(batch, requests_stay_below_sixteen_megabytes) {
  std::deque<batch_entry> large;
  for (int i = 0; i < 5; ++i) large.push_back({"t", std::string(std::size_t{5} << 20, 'x')});
  EXPECT_EQ(sizes_of(large, 25), (std::vector<std::size_t>{3, 2}));
  // What is too large for any request is left for the service to refuse.
  std::deque<batch_entry> giant;
  giant.push_back({"t", std::string(std::size_t{17} << 20, 'x')});
  giant.push_back({"t", "small"});
  EXPECT_EQ(sizes_of(giant, 25), (std::vector<std::size_t>{1, 1}));
}

TEST(batch, entries_are_encoded_when_they_are_sent) {
  std::deque<batch_entry> pending;
  for (std::size_t i = 0; i < 3; ++i) pending.push_back({.table = "t", .place = i});
  pending[1].json = "given";
  std::vector<std::size_t> encoded;
  const auto encode = [&](std::size_t place) {
    encoded.push_back(place);
    return "made " + std::to_string(place);
  };
  const entries first = wire::next_request(pending, 2, encode);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].json, "made 0");
  EXPECT_EQ(first[1].json, "given");
  EXPECT_EQ(encoded, (std::vector<std::size_t>{0}));
  EXPECT_EQ(wire::next_request(pending, 2, encode).at(0).json, "made 2");
}

class batches : public testing::Test {
 protected:
  result<void> send_all(std::deque<batch_entry> pending,
                        std::function<result<entries>(const entries&)> send,
                        std::chrono::milliseconds budget = 60s) {
    auto outcome = wire::send_all(
        pending, 25, {}, send, [&](std::size_t n) { done.push_back(n); }, time, random, budget,
        call);
    for (const batch_entry& each : pending) undone.insert(each.json);
    return outcome;
  }

  test::manual_clock time;
  test::fixed_random random{0.5};
  call_options call;
  std::vector<std::size_t> done;
  std::set<std::string> undone;
};

TEST_F(batches, are_sent_in_order_and_counted) {
  std::vector<std::string> sent;
  ASSERT_TRUE(send_all(numbered(30), [&](const entries& some) -> result<entries> {
    for (const auto& each : some) sent.push_back(each.json);
    return entries{};
  }));
  ASSERT_EQ(sent.size(), 30U);
  EXPECT_EQ(sent[29], "29");
  EXPECT_EQ(done, (std::vector<std::size_t>{25, 30}));
  EXPECT_TRUE(time.naps().empty());
}

TEST_F(batches, of_nothing_send_nothing) {
  EXPECT_TRUE(send_all({}, [](const entries&) -> result<entries> {
    ADD_FAILURE();
    return entries{};
  }));
}

TEST_F(batches, send_again_what_was_left_until_all_is_done) {
  std::vector<std::size_t> sizes;
  std::map<std::string, int> processed;
  ASSERT_TRUE(send_all(numbered(30), [&](const entries& some) -> result<entries> {
    sizes.push_back(some.size());
    entries left;
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (sizes.size() < 4 && i % 5 == 0) {
        left.push_back(some[i]);
      } else {
        ++processed[some[i].json];
      }
    }
    return left;
  }));
  EXPECT_EQ(sizes, (std::vector<std::size_t>{25, 10, 2, 1}));
  EXPECT_EQ(processed.size(), 30U);
  for (const auto& [json, times] : processed) EXPECT_EQ(times, 1) << json;
  EXPECT_EQ(done.back(), 30U);
  EXPECT_TRUE(undone.empty());
  EXPECT_EQ(time.naps(), (std::vector<std::chrono::milliseconds>{12ms, 12ms, 12ms}));
}

TEST_F(batches, back_off_while_nothing_is_done_and_begin_again_with_progress) {
  int requests = 0;
  ASSERT_TRUE(send_all(numbered(2), [&](const entries& some) -> result<entries> {
    ++requests;
    if (requests == 4) return entries{some.back()};  // one of two
    return requests < 6 ? some : entries{};
  }));
  EXPECT_EQ(time.naps(), (std::vector<std::chrono::milliseconds>{12ms, 25ms, 50ms, 12ms, 25ms}));
}

TEST_F(batches, end_when_the_budget_passes_without_progress) {
  const result<void> sent =
      send_all(numbered(3), [&](const entries& some) -> result<entries> { return some; }, 100ms);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, errc::throttled);
  EXPECT_EQ(sent.error().table, "t");
  EXPECT_EQ(sent.error().attempts, 4U);  // 12 + 25 + 50 ms, the next would be 100
  EXPECT_EQ(undone, (std::set<std::string>{"0", "1", "2"}));
  EXPECT_NE(sent.error().message.find("3 entries"), std::string::npos) << sent.error().message;
}

// One entry more, one entry less: each second answer would begin the budget again.
TEST_F(batches, end_when_more_is_left_than_was_sent) {
  int requests = 0;
  const result<void> sent = send_all(numbered(1), [&](const entries& some) -> result<entries> {
    if (++requests > 9) return test::failure_of(errc::rejected, "it goes on for ever");
    return some.size() == 1 ? entries{some[0], some[0]} : entries{some[0]};
  });
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, errc::invalid_response);
  EXPECT_EQ(sent.error().table, "t");
  EXPECT_EQ(requests, 1);
  EXPECT_EQ(undone, (std::set<std::string>{"0"}));
}

TEST_F(batches, end_with_the_first_error) {
  int requests = 0;
  const result<void> sent = send_all(numbered(60), [&](const entries&) -> result<entries> {
    if (++requests == 2) return test::failure_of(errc::rejected, "no");
    return entries{};
  });
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().message, "no");
  EXPECT_EQ(requests, 2);
  EXPECT_EQ(done, std::vector<std::size_t>{25});
  // Those of the request that failed, too: nobody knows what became of them.
  EXPECT_EQ(undone.size(), 35U);
  EXPECT_FALSE(undone.contains("24"));
  EXPECT_TRUE(undone.contains("25"));
}

TEST_F(batches, end_at_a_stop_while_they_wait) {
  std::stop_source stop;
  call.stop = stop.get_token();
  int requests = 0;
  const result<void> sent = send_all(numbered(3), [&](const entries& some) -> result<entries> {
    if (++requests == 2) stop.request_stop();
    return some;
  });
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, errc::cancelled);
  EXPECT_EQ(requests, 2);
  EXPECT_EQ(undone.size(), 3U);
}

TEST_F(batches, do_not_wait_beyond_the_deadline) {
  call.deadline = time.now() + 40ms;
  int requests = 0;
  const result<void> sent = send_all(numbered(3), [&](const entries& some) -> result<entries> {
    ++requests;
    return some;
  });
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, errc::deadline_exceeded);
  EXPECT_EQ(requests, 3);  // at 0, 12 and 37 ms
  EXPECT_EQ(undone.size(), 3U);
  EXPECT_LT(time.now(), *call.deadline);
}

}  // namespace client_batch_test
