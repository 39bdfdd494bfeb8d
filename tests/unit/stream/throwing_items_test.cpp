// Items whose conversions, constructors or assignments throw: each is one error, and the next item
// is read.
#include "unit/stream/streamed_people.hpp"
#include "unit/value/throwing_types.hpp"

#include <exception>
#include <stdexcept>
#include <utility>

namespace dynamo::test {
namespace {

/// Throws where its id tells it to.
struct fragile {
  static inline bool constructible = true;

  fragile() {
    if (!constructible) throw std::logic_error("broken");
  }
  fragile(fragile&& other) : id(std::move(other.id)) { bear("unmovable"); }
  fragile& operator=(fragile&& other) {
    id = std::move(other.id);
    bear("unassignable");
    return *this;
  }
  ~fragile() = default;

  void bear(std::string_view what) const {
    if (id == what) throw std::logic_error(id);
  }

  std::string id;
};

}  // namespace
}  // namespace dynamo::test

template <>
inline constexpr auto dynamo::mapping<dynamo::test::fragile> =
    dynamo::table_mapping("people", dynamo::partition_key("id", &dynamo::test::fragile::id));

namespace {

using namespace dynamo;
using namespace dynamo::test;
using namespace dynamo::test::stream;

std::string parcel_json(std::string_view id, std::string_view stamp = "") {
  return R"({"id":{"S":")" + std::string(id) + R"("},"stamp":{"S":")" + std::string(stamp) +
         R"("}})";
}

class throwing_items_test : public scan_stream_test {
 protected:
  // 49 items on two pages, of which every twelfth throws.
  void serve_parcels() {
    std::vector<std::string> first;
    std::vector<std::string> second;
    for (int i = 0; i < 49; ++i) {
      (i < 30 ? first : second)
          .push_back(parcel_json(std::to_string(i), i % 12 == 11 ? "throw" : ""));
    }
    serve({page_of(first, more), page_of(second)});
  }
};

TEST_F(throwing_items_test, try_next_continues_after_each) {
  serve_parcels();
  auto parcels = stream<stamped_parcel>();
  int read = 0;
  int failed = 0;
  for (;;) {
    auto next = parcels.try_next();
    if (next && *next == nullptr) break;
    if (next) {
      ++read;
      continue;
    }
    ++failed;
    EXPECT_EQ(next.error().kind, errc::invalid_value);
    EXPECT_EQ(next.error().table, "people");
    EXPECT_EQ(next.error().message, "cannot decode attribute 'stamp': too picky");
  }
  EXPECT_EQ(read, 45);
  EXPECT_EQ(failed, 4);
}

TEST_F(throwing_items_test, as_results_continues_after_each) {
  serve_parcels();
  auto parcels = stream<stamped_parcel>();
  int read = 0;
  int failed = 0;
  for (const result<stamped_parcel>& each : parcels.as_results()) ++(each ? read : failed);
  EXPECT_EQ(read, 45);
  EXPECT_EQ(failed, 4);
}

TEST_F(throwing_items_test, a_range_throws_with_the_exception_nested_and_continues) {
  serve({page_of({parcel_json("a"), parcel_json("b", "throw"), parcel_json("c")})});
  auto parcels = stream<stamped_parcel>();
  auto at = parcels.begin();
  EXPECT_EQ(at->id, "a");
  ++at;
  try {
    (void)*at;
    ADD_FAILURE() << "did not throw";
  } catch (const exception& failure) {
    EXPECT_EQ(failure.kind(), errc::invalid_value);
    EXPECT_THROW(std::rethrow_if_nested(failure), std::range_error);
  }
  EXPECT_EQ(at->id, "c");
}

TEST_F(throwing_items_test, batches_hold_the_items_before_it) {
  serve({page_of({parcel_json("a"), parcel_json("b", "throw"), parcel_json("c")})});
  auto parcels = stream<stamped_parcel>();
  auto batches = parcels.batches();
  auto at = batches.begin();
  EXPECT_EQ(ids_of(*at), strings{"a"});
  ++at;
  try {
    (void)*at;
    ADD_FAILURE() << "did not throw";
  } catch (const exception& failure) {
    EXPECT_THROW(std::rethrow_if_nested(failure), std::range_error);
  }
}

TEST_F(throwing_items_test, want_of_memory_ends_the_stream) {
  serve({page_of({parcel_json("a", "throw bad_alloc"), parcel_json("b")})});
  auto parcels = stream<stamped_parcel>();
  for (int i = 0; i < 2; ++i) {
    auto next = parcels.try_next();
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().kind, errc::out_of_memory);
  }
}

TEST_F(throwing_items_test, a_constructor_that_throws_ends_the_stream) {
  serve_pages(1);
  auto items = stream<fragile>();
  fragile::constructible = false;
  auto next = items.try_next();
  fragile::constructible = true;
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().kind, errc::invalid_value);
  EXPECT_EQ(next.error().table, "people");
  EXPECT_EQ(next.error().message, "cannot keep an item: broken");
  EXPECT_EQ(sent(), 0U);
}

TEST_F(throwing_items_test, results_of_items_that_do_not_move_are_errors) {
  serve({page_of({person_json("a"), person_json("unmovable"), person_json("unassignable"),
                  person_json("d")})});
  auto items = stream<fragile>();
  strings got;
  for (const result<fragile>& each : items.as_results()) {
    got.push_back(each ? each->id : each.error().message);
  }
  EXPECT_EQ(got, (strings{"a", "cannot keep an item: unmovable", "unassignable", "d"}));
}

TEST_F(throwing_items_test, a_batch_of_items_that_do_not_move_is_an_error) {
  serve({page_of({person_json("unmovable"), person_json("b")})});
  auto items = stream<fragile>();
  auto batches = items.batches();
  auto at = batches.begin();
  try {
    for (; at != batches.end(); ++at) {
    }
    ADD_FAILURE() << "did not throw";
  } catch (const exception& failure) {
    EXPECT_EQ(failure.details().message, "cannot keep an item: unmovable");
    EXPECT_THROW(std::rethrow_if_nested(failure), std::logic_error);
  }
}

}  // namespace
