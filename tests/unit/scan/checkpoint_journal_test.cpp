// When a checkpoint is saved, and what is done about failures.
#include "scan/checkpoint_journal.hpp"

#include "support/manual_time.hpp"
#include "support/memory_store.hpp"
#include "unit/scan/sample_items.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::scan {
namespace scan_checkpoint_journal_test {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class checkpoint_journal_test : public ::testing::Test {
 protected:
  std::shared_ptr<checkpoint_journal> open(checkpoint_journal::note_function note = {}) {
    auto opened =
        std::make_shared<checkpoint_journal>(held_store(store), identity, 1000ms, std::move(note),
                                             [time = time] { return time->now(); });
    opened->source_begins();
    return opened;
  }
  // A page of so many items; `number` is what its key is made of, 0 the end of the segment.
  static page page_of(int items, int number, std::uint32_t segment = 0) {
    std::vector<std::string> all(static_cast<std::size_t>(items), test::person_json("a"));
    const std::string key = number == 0 ? "" : R"({"id":{"N":")" + std::to_string(number) + "\"}}";
    page made = page::open(body_buffer(test::page_of(all, key))).value();
    made.segment = segment;
    return made;
  }
  static page handed_out(checkpoint_journal& by, page made) {
    by.hand_out(made);
    return made;
  }
  checkpoint last() const { return parse_checkpoint(store->saved().back(), "memory").value(); }

  std::shared_ptr<test::memory_store> store = std::make_shared<test::memory_store>();
  std::shared_ptr<test::manual_clock> time = std::make_shared<test::manual_clock>();
  scan_identity identity{.table = "people", .segments = 2};
};

TEST_F(checkpoint_journal_test, saves_at_most_once_in_an_interval) {
  const auto journal = open();
  const page a = handed_out(*journal, page_of(2, 1));
  const page b = handed_out(*journal, page_of(2, 2));
  const page c = handed_out(*journal, page_of(2, 3));
  EXPECT_TRUE(a.try_acknowledge());
  EXPECT_THAT(store->saved(), IsEmpty());
  time->advance(1s);
  EXPECT_TRUE(b.try_acknowledge());
  ASSERT_THAT(store->saved(), SizeIs(1));
  EXPECT_EQ(last().segments[0].pages, 2U);
  EXPECT_EQ(last().segments[0].items, 4U);
  time->advance(999ms);
  EXPECT_TRUE(c.try_acknowledge());
  EXPECT_THAT(store->saved(), SizeIs(1));
  // Who acknowledges again, later, still saves it.
  time->advance(1ms);
  EXPECT_TRUE(c.try_acknowledge());
  EXPECT_THAT(store->saved(), SizeIs(2));
}

TEST_F(checkpoint_journal_test, saves_at_once_when_everything_is_acknowledged) {
  const auto journal = open();
  const page left = handed_out(*journal, page_of(1, 0, 0));
  const page right = handed_out(*journal, page_of(1, 0, 1));
  EXPECT_TRUE(left.try_acknowledge());
  EXPECT_THAT(store->saved(), IsEmpty());
  EXPECT_TRUE(right.try_acknowledge());
  ASSERT_THAT(store->saved(), SizeIs(1));
  EXPECT_TRUE(last().is_complete());
}

TEST_F(checkpoint_journal_test, parts_of_a_page_move_nothing) {
  const auto journal = open();
  const page a = handed_out(*journal, page_of(3, 1));
  time->advance(1h);
  EXPECT_TRUE(a.receipt->acknowledge(0, 1));
  EXPECT_TRUE(a.receipt->acknowledge(2, 1));
  EXPECT_TRUE(a.receipt->acknowledge(2, 1));
  EXPECT_TRUE(journal->save());
  EXPECT_THAT(store->saved(), IsEmpty());
  EXPECT_TRUE(a.receipt->acknowledge(1, 1));
  EXPECT_THAT(store->saved(), SizeIs(1));
}

TEST_F(checkpoint_journal_test, a_page_without_items_needs_nobody) {
  const auto journal = open();
  const page empty = handed_out(*journal, page_of(0, 1));
  EXPECT_EQ(empty.receipt, nullptr);
  EXPECT_TRUE(journal->save());
  EXPECT_EQ(last().segments[0].position.start_key, R"({"id":{"N":"1"}})");
  EXPECT_EQ(last().segments[0].pages, 1U);
}

TEST_F(checkpoint_journal_test, behind_the_end_of_its_source_everything_is_saved_at_once) {
  const auto journal = open();
  const page a = handed_out(*journal, page_of(1, 1));
  const page b = handed_out(*journal, page_of(1, 2));
  journal->source_ends();
  EXPECT_TRUE(a.try_acknowledge());
  EXPECT_THAT(store->saved(), SizeIs(1));
  EXPECT_TRUE(b.try_acknowledge());
  EXPECT_THAT(store->saved(), SizeIs(2));
}

TEST_F(checkpoint_journal_test, holds_the_store_as_long_as_its_pages) {
  auto journal = open();
  page a = handed_out(*journal, page_of(1, 1));
  EXPECT_THROW(open(), exception);
  journal.reset();
  EXPECT_TRUE(store->is_held());
  {
    const page ended = std::move(a);
  }
  EXPECT_FALSE(store->is_held());
  EXPECT_NO_THROW(open());
}

TEST_F(checkpoint_journal_test, a_failure_is_told_and_tried_again_later) {
  const auto journal = open();
  const page a = handed_out(*journal, page_of(1, 1));
  time->advance(1s);
  store->fail_with(error{.kind = errc::io, .message = "the disk is full"});
  auto told = a.try_acknowledge();
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().message, "the disk is full");
  store->fail_with(std::nullopt);
  EXPECT_TRUE(a.try_acknowledge());
  EXPECT_THAT(store->saved(), IsEmpty());  // not before the interval has passed again
  time->advance(1s);
  EXPECT_TRUE(a.try_acknowledge());
  EXPECT_EQ(last().segments[0].pages, 1U);
}

TEST_F(checkpoint_journal_test, the_note_is_made_for_each_save_and_kept) {
  int made = 0;
  {
    const auto journal = open([&] { return std::to_string(++made) + " bytes"; });
    EXPECT_FALSE(journal->resumed());
    EXPECT_TRUE(journal->save());
    EXPECT_EQ(made, 0);  // nothing has moved
    const page a = handed_out(*journal, page_of(1, 1));
    EXPECT_TRUE(a.try_acknowledge());
    EXPECT_TRUE(journal->save());
  }
  const auto again = open();
  ASSERT_TRUE(again->resumed());
  EXPECT_EQ(again->resumed()->note, "1 bytes");
  EXPECT_EQ(again->resumed()->items, 1U);
  EXPECT_FALSE(again->resumed()->complete);
  EXPECT_EQ(again->resumed()->positions, again->positions());
}

TEST_F(checkpoint_journal_test, a_note_that_cannot_be_made_fails_the_save) {
  const std::vector<std::pair<checkpoint_journal::note_function, errc>> bad = {
      {[]() -> std::string { throw exception({.kind = errc::io, .message = "no"}); }, errc::io},
      {[]() -> std::string { throw std::runtime_error("no"); }, errc::callback},
      {[]() -> std::string { throw 1; }, errc::callback},
      {[] { return std::string("\xFF"); }, errc::invalid_argument},
  };
  for (const auto& [note, kind] : bad) {
    const auto journal = open(note);
    const page a = handed_out(*journal, page_of(1, 1));
    EXPECT_TRUE(a.try_acknowledge());
    auto saved = journal->save();
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().kind, kind);
    EXPECT_THAT(store->saved(), IsEmpty());
  }
}

TEST_F(checkpoint_journal_test, another_scans_checkpoint_is_refused) {
  checkpoint other{.of = identity, .segments = std::vector<checkpoint_segment>(2)};
  other.of.filter = "age > :a";
  store = std::make_shared<test::memory_store>(to_text(other));
  try {
    open();
    FAIL();
  } catch (const exception& refused) {
    EXPECT_EQ(refused.kind(), errc::checkpoint);
    EXPECT_THAT(refused.what(),
                HasSubstr("'memory' belongs to another scan: its filter is 'age > :a'"));
  }
  EXPECT_FALSE(store->is_held());
}

TEST_F(checkpoint_journal_test, a_limit_that_is_reached_is_the_end) {
  identity.limit = 3;
  const auto journal = open();
  const page a = handed_out(*journal, page_of(2, 1));
  page b = page_of(2, 2);
  b.wanted = 1;
  journal->hand_out(b);
  EXPECT_TRUE(a.try_acknowledge());
  EXPECT_THAT(store->saved(), IsEmpty());
  EXPECT_TRUE(b.try_acknowledge());
  ASSERT_THAT(store->saved(), SizeIs(1));
  EXPECT_TRUE(last().is_complete());
}

// What the note speaks of must not be behind the positions that are saved with it.
TEST_F(checkpoint_journal_test, what_is_acknowledged_while_the_note_is_made_is_saved_later) {
  constexpr std::uint64_t second_page = 1;
  checkpoint_journal* another_thread = nullptr;  // finds the second page dealt with meanwhile
  const auto journal = open([&] {
    if (another_thread != nullptr) another_thread->acknowledge(0, second_page);
    return std::string("note");
  });
  another_thread = journal.get();
  const page first = handed_out(*journal, page_of(2, 1));
  const page second = handed_out(*journal, page_of(2, 2));
  time->advance(1s);
  EXPECT_TRUE(first.try_acknowledge());
  ASSERT_THAT(store->saved(), SizeIs(1));
  EXPECT_EQ(last().segments[0].pages, 1U);
  another_thread = nullptr;
  EXPECT_TRUE(journal->save());
  ASSERT_THAT(store->saved(), SizeIs(2));
  EXPECT_EQ(last().segments[0].pages, 2U);
}

TEST_F(checkpoint_journal_test, a_page_whose_items_were_not_counted_is_never_after_it) {
  const auto journal = open();
  page odd =
      page::open(body_buffer(R"({"Count":0,"Items":[{"id":{"S":"a"}}],"ScannedCount":1})")).value();
  ASSERT_EQ(odd.wanted, 0U);
  EXPECT_FALSE(odd.is_empty());
  journal->hand_out(odd);
  EXPECT_TRUE(odd.try_acknowledge());
  EXPECT_TRUE(journal->save());
  EXPECT_THAT(store->saved(), IsEmpty());
}

}  // namespace scan_checkpoint_journal_test
}  // namespace dynamo::scan
