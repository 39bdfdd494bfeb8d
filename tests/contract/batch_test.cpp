#include "contract/backend_under_test.hpp"

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <vector>

namespace dynamo::contract {
namespace batch_test {

using ::testing::HasSubstr;

class batches_test : public contract_test {
 protected:
  std::size_t count_of(const std::string& table) {
    std::size_t count = 0;
    scan_request request{.table = table, .selected = select::count};
    do {
      const auto page = db().scan(request);
      count += page.count;
      request.exclusive_start_key = page.last_evaluated_key;
    } while (!request.exclusive_start_key.empty());
    return count;
  }

  static owned_item numbered(std::size_t number, std::size_t bytes = 10) {
    return {{"id", "item-" + std::to_string(number)}, {"text", std::string(bytes, 'x')}};
  }
};
INSTANTIATE_TEST_SUITE_P(backends, batches_test, ::testing::ValuesIn(backends_under_test()),
                         name_of);

TEST_P(batches_test, any_number_of_writes) {
  for (const std::size_t count : {0U, 1U, 25U, 26U, 1000U}) {
    const std::string table = make_table("batches");
    std::vector<write_request> writes;
    for (std::size_t i = 0; i < count; ++i) writes.emplace_back(put_request{table, numbered(i)});
    std::size_t told = 0;
    db().batch_write(writes, {}, [&](std::size_t written) {
      EXPECT_GT(written, told);
      EXPECT_LE(written, told + 25);
      told = written;
    });
    EXPECT_EQ(told, count);
    EXPECT_EQ(count_of(table), count);
  }
}

TEST_P(batches_test, puts_and_deletes_of_several_tables) {
  const std::string first = make_table("batches");
  const std::string second = make_table("batches");
  db().batch_write({put_request{first, numbered(1)}, put_request{second, numbered(2)},
                    put_request{first, numbered(3)}});
  db().batch_write({delete_request{first, owned_item{{"id", "item-1"}}},
                    put_request{second, numbered(4)},
                    delete_request{second, owned_item{{"id", "never-there"}}}});
  EXPECT_EQ(count_of(first), 1U);
  EXPECT_EQ(count_of(second), 2U);
}

TEST_P(batches_test, more_than_a_request_may_hold) {
  const std::string table = make_table("batches");
  std::vector<write_request> writes;
  for (std::size_t i = 0; i < 60; ++i) {
    writes.emplace_back(put_request{table, numbered(i, 300 * 1024)});
  }
  db().batch_write(writes);
  // Quotes are two bytes on the wire and one in the table: 25 of these are more than 16 MB there.
  std::vector<write_request> quoted;
  for (std::size_t i = 0; i < 25; ++i) {
    quoted.emplace_back(put_request{table, owned_item{{"id", "quoted-" + std::to_string(i)},
                                                      {"text", std::string(390 * 1024, '"')}}});
  }
  db().batch_write(quoted);
  // Answers are cut at 16 MB, too: the rest comes as unprocessed keys.
  std::vector<encoded_item> keys;
  for (std::size_t i = 0; i < 60; ++i) {
    keys.emplace_back(owned_item{{"id", "item-" + std::to_string(i)}});
  }
  const auto items = db().batch_get({.table = table, .keys = keys});
  ASSERT_EQ(items.size(), 60U);
  for (const auto& each : items) EXPECT_EQ(each.at("text").as_string().size(), 300U * 1024);
  EXPECT_EQ(count_of(table), 85U);
}

TEST_P(batches_test, one_key_twice_in_a_request_is_rejected) {
  const std::string table = make_table("batches");
  const auto answer =
      db().try_batch_write({put_request{table, numbered(1)}, put_request{table, numbered(1)}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, errc::rejected);
  EXPECT_THAT(answer.error().message, HasSubstr("duplicates"));
}

TEST_P(batches_test, gets_any_number_of_keys) {
  const std::string table = make_table("batches");
  std::vector<write_request> writes;
  std::vector<encoded_item> keys;
  for (std::size_t i = 0; i < 250; ++i) {
    if (i % 5 != 0) writes.emplace_back(put_request{table, numbered(i)});
    keys.emplace_back(owned_item{{"id", "item-" + std::to_string(i)}});
  }
  db().batch_write(writes);
  std::set<std::string> found;
  for (const auto& each : db().batch_get({.table = table, .keys = keys, .consistent_read = true})) {
    EXPECT_TRUE(found.insert(each.at("id").as_string()).second);
  }
  EXPECT_EQ(found.size(), 200U);
  EXPECT_TRUE(db().batch_get({.table = table}).empty());
  EXPECT_FALSE(db().try_batch_get({.table = table, .keys = {encoded_item{}}}));
}

}  // namespace batch_test
}  // namespace dynamo::contract
