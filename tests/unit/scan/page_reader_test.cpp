// Reading a page item by item, and what is noticed on the way.
#include "unit/scan/sample_items.hpp"

#include <dynamo/scan/page_reader.hpp>
#include <dynamo/scan/raw_items.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace scan_page_reader_test {

using namespace dynamo;
using namespace dynamo::test;

page open(std::string_view text) {
  return page::open(body_buffer(text)).value();
}

// Ids of the items, then "end" or the error's kind.
template <class T>
std::vector<std::string> read(const page& of) {
  detail::arena memory;
  detail::page_reader<T> reader(memory);
  reader.open(of);
  std::vector<std::string> got;
  T current{};
  for (;;) {
    auto next = reader.next(current, "people");
    if (!next) {
      EXPECT_EQ(next.error().table, "people");
      got.emplace_back(to_string(next.error().kind));
      if (next.error().kind == errc::invalid_value) continue;
      return got;
    }
    if (!*next) break;
    if constexpr (std::is_same_v<T, item>) {
      got.emplace_back(current["id"].as_string());
    } else {
      got.emplace_back(current.id);
    }
  }
  got.emplace_back("end");
  EXPECT_FALSE(reader.next(current, "people").value()) << "the end stays";
  return got;
}

std::vector<std::string> read_raw(const page& of) {
  raw_items walk(of, "people");
  std::vector<std::string> got;
  std::string_view slice;
  for (;;) {
    auto next = walk.try_next(slice);
    if (!next) {
      EXPECT_EQ(next.error().table, "people");
      got.emplace_back(to_string(next.error().kind));
      return got;
    }
    if (!*next) break;
    got.emplace_back(slice);
  }
  got.emplace_back("end");
  return got;
}

using strings = std::vector<std::string>;

TEST(page_reader, reads_every_item_in_order) {
  const page of = open(page_of({person_json("a"), person_json("b"), person_json("c")}));
  EXPECT_EQ(read<person>(of), (strings{"a", "b", "c", "end"}));
  EXPECT_EQ(read<person_view>(of), (strings{"a", "b", "c", "end"}));
  EXPECT_EQ(read<item>(of), (strings{"a", "b", "c", "end"}));
  EXPECT_EQ(read_raw(of), (strings{person_json("a"), person_json("b"), person_json("c"), "end"}));
}

TEST(page_reader, reads_pages_without_items) {
  EXPECT_EQ(read<person>(open(page_of({}))), strings{"end"});
  EXPECT_EQ(read_raw(open(page_of({}))), strings{"end"});
  EXPECT_EQ(read<person>(open(R"({"Count":0,"ScannedCount":5})")), strings{"end"});
}

TEST(page_reader, reads_white_space) {
  const page of = open("{ \"Items\" : [\n " + person_json("a") + " ,\n\t" + person_json("b") +
                       " \r\n] , \"Count\" : 2 }\n");
  EXPECT_EQ(read<person>(of), (strings{"a", "b", "end"}));
  EXPECT_EQ(read_raw(of), (strings{person_json("a"), person_json("b"), "end"}));
}

TEST(page_reader, notices_when_there_are_not_as_many_items_as_the_page_says) {
  const strings two = {person_json("a"), person_json("b")};
  for (const int count : {0, 1, 3, 100}) {
    const page of = open(page_of(two, {}, count));
    strings expected(two.begin(), two.begin() + std::min(count, 2));
    expected.emplace_back("invalid_response");
    EXPECT_EQ(read_raw(of), expected) << count;
    // With the last one that was counted comes the acknowledgement of the page: it is not given.
    if (count == 1) expected.erase(expected.begin());
    EXPECT_EQ(read<person>(of).size(), expected.size()) << count;
    EXPECT_EQ(read<person>(of).back(), "invalid_response") << count;
    EXPECT_EQ(read<item>(of).back(), "invalid_response") << count;
  }
}

TEST(page_reader, notices_when_all_items_are_missing) {
  const page of = open(R"({"Count":2,"ScannedCount":2})");
  EXPECT_EQ(read<person>(of), strings{"invalid_response"});
  EXPECT_EQ(read_raw(of), strings{"invalid_response"});
}

TEST(page_reader, notices_items_that_are_none) {
  for (const char* const wrong : {"7", "\"text\"", "null", "[]"}) {
    const page of = open(page_of({person_json("a"), wrong, person_json("b")}));
    EXPECT_EQ(read<person>(of), (strings{"a", "invalid_response"})) << wrong;
    EXPECT_EQ(read_raw(of), (strings{person_json("a"), "invalid_response"})) << wrong;
  }
}

TEST(page_reader, notices_that_the_page_ends_elsewhere_than_was_guessed) {
  const page of = open(R"({"Count":1,"Items":[{"id":{"S":"a"},"age":{"N":"1"},"x":[1],"Count":1})");
  EXPECT_EQ(read<person>(of).back(), "invalid_response");
  EXPECT_EQ(read_raw(of).back(), "invalid_response");
}

TEST(page_reader, continues_after_an_item_that_does_not_fit) {
  const page of = open(page_of({person_json("a"), R"({"id":{"S":"x"},"age":{"N":"many"}})",
                                R"({"age":{"N":"1"}})", R"({"id":{"N":"7"},"age":{"N":"1"}})",
                                person_json("b", "99999999999999"), person_json("c")}));
  EXPECT_EQ(read<person>(of), (strings{"a", "invalid_value", "invalid_value", "invalid_value",
                                       "invalid_value", "c", "end"}));
}

TEST(page_reader, ends_at_a_cut) {
  page of = open(page_of({person_json("a"), person_json("b"), person_json("c")}));
  of.wanted = 2;
  EXPECT_EQ(read<person>(of), (strings{"a", "b", "end"}));
  EXPECT_EQ(read_raw(of), (strings{person_json("a"), person_json("b"), "end"}));
  of.wanted = 0;
  EXPECT_EQ(read<person>(of), strings{"end"});
}

TEST(page_reader, names_the_request_in_errors) {
  page of = open(page_of({R"({"id":{"S":"x"},"age":{"N":"many"}})"}, {}, 2));
  of.request_id = "R1";
  detail::arena memory;
  detail::page_reader<person> reader(memory);
  reader.open(of);
  person current;
  const auto misfit = reader.next(current, "people");
  ASSERT_FALSE(misfit);
  EXPECT_EQ(misfit.error().request_id, "R1");
  EXPECT_NE(misfit.error().message.find("'age'"), std::string::npos);
  EXPECT_EQ(misfit.error().message.find("many"), std::string::npos) << "contents of an item";
  const auto broken = reader.next(current, "people");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, errc::invalid_response);
  EXPECT_EQ(broken.error().request_id, "R1");
}

TEST(raw_items, throw_what_try_next_returns) {
  const page of = open(page_of({person_json("a")}, {}, 2));
  raw_items walk(of);
  std::string_view slice;
  EXPECT_TRUE(walk.next(slice));
  EXPECT_THROW(walk.next(slice), exception);
}

}  // namespace scan_page_reader_test
