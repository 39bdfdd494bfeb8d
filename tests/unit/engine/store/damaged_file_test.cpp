// A file of which a bit has changed: what is read from it is right, or it is an error.
#include "engine/store/database.hpp"
#include "engine/store/exclusive_vfs.hpp"
#include "engine/store/store_failure.hpp"
#include "support/stored_file.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace dynamo::engine::store {
namespace engine_store_damaged_file_test {

using dynamo::engine::test::failure_of;
using dynamo::engine::test::items_of;
using dynamo::engine::test::long_item;
using dynamo::engine::test::open_quickly;
using dynamo::engine::test::put;
using dynamo::engine::test::quick;
using dynamo::engine::test::sample_table;
using dynamo::test::contents_of;
using dynamo::test::temporary_folder;
using dynamo::test::write_file;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int items = 300;
constexpr std::size_t page_size = 16'384;

// A table, its indexes and a few items longer than a page.
class damaged_file : public ::testing::Test {
 protected:
  void fill(std::unique_ptr<database> db) {
    db->write([](transaction& changes) {
      table_definition table = sample_table();
      table.time_to_live = "until";
      changes.create_table(table);
      for (int i = 0; i < items; ++i) put(changes, "users", item_of(i));
    });
    whole_ = everything(*db);
  }
  static owned_item item_of(int number) {
    return long_item(number, number % 50 == 0 ? 40'000 : 300);
  }

  // What is read in all ways there are.
  static std::vector<std::string> everything(database& db) {
    std::vector<std::string> all;
    db.read([&](const snapshot& now) {
      const auto table = now.find_table("users");
      if (!table) throw std::runtime_error("the table is gone");
      for (const std::string& item : items_of(now, table->rows)) all.push_back(item);
      for (const auto& index : table->indexes) {
        for (const std::string& item : items_of(now, index.rows)) all.push_back(item);
      }
      for (int i = 0; i < items; i += 7) {
        const stored_item key(item_of(i));
        const auto found = now.find(table->rows, row_key(table->key, key.view()));
        all.emplace_back(found ? found->json() : "not there");
      }
      all.push_back(std::to_string(now.counts(table->rows).bytes));
    });
    return all;
  }
  // Nothing: it is an error, which `sentence_` is.
  std::optional<std::vector<std::string>> read_of(const std::string& contents) {
    write_file(path_, contents);
    auto db = database::open(path_, quick);
    if (!db) {
      sentence_ = db.error().message;
      return std::nullopt;
    }
    try {
      return everything(**db);
    } catch (const store_failure& failure) {
      sentence_ = failure.what();
      return std::nullopt;
    }
  }
  static std::string flipped(std::string contents, std::size_t bit) {
    contents[bit / 8] = static_cast<char>(contents[bit / 8] ^ (1 << bit % 8));
    return contents;
  }
  [[nodiscard]] std::int64_t number_in(const std::string& sql) const {
    connection plain(path_, path_, SQLITE_OPEN_READWRITE, exclusive_vfs());
    return plain.integer_of(sql);
  }

  const temporary_folder folder_;
  const std::string path_ = folder_ / "data.db";
  std::vector<std::string> whole_;
  std::string sentence_;
};

TEST_F(damaged_file, with_a_changed_bit_gives_no_wrong_item) {
  fill(open_quickly(path_));
  const std::string contents = contents_of(path_);
  ASSERT_EQ(read_of(contents), whole_);
  std::mt19937 random(1);
  int errors = 0;
  for (int round = 0; round < 200; ++round) {
    const std::size_t bit = random() % (contents.size() * 8);
    const auto read = read_of(flipped(contents, bit));
    errors += read ? 0 : 1;
    if (read) {
      EXPECT_EQ(*read, whole_) << "bit " << bit;
    }
  }
  // Pages that nothing is read from stay unnoticed.
  EXPECT_GT(errors, 160);
}

TEST_F(damaged_file, with_a_changed_bit_in_its_header_gives_no_wrong_item) {
  fill(open_quickly(path_));
  const std::string contents = contents_of(path_);
  for (std::size_t bit = 0; bit < std::size_t{100} * 8; bit += 3) {
    EXPECT_EQ(read_of(flipped(contents, bit)), std::nullopt) << "bit " << bit;
    EXPECT_THAT(sentence_, HasSubstr(path_)) << "bit " << bit;
  }
}

TEST_F(damaged_file, names_the_file_and_the_table) {
  fill(open_quickly(path_));
  std::string contents = contents_of(path_);
  const std::size_t at = contents.find("m123@example.com");
  ASSERT_NE(at, std::string::npos);
  contents.replace(at, 4, "m124");
  EXPECT_EQ(read_of(contents), std::nullopt);
  EXPECT_EQ(sentence_, "the database '" + path_ +
                           "' is damaged in table 'users': a page has a wrong checksum "
                           "(SQLite 8202); keep the file, and restore it from a backup");
}

TEST_F(damaged_file, with_pages_in_each_others_place_gives_no_wrong_item) {
  fill(open_quickly(path_));
  const std::string contents = contents_of(path_);
  const std::size_t pages = contents.size() / page_size;
  std::mt19937 random(2);
  for (int round = 0; round < 50; ++round) {
    const std::size_t one = random() % pages;
    const std::size_t other = random() % pages;
    std::string changed = contents;
    changed.replace(one * page_size, page_size, contents, other * page_size, page_size);
    const auto read = read_of(changed);
    if (read) {
      EXPECT_EQ(*read, whole_) << other << " in the place of " << one;
    }
  }
}

TEST_F(damaged_file, is_not_compacted) {
  fill(open_quickly(path_));
  std::string contents = contents_of(path_);
  contents[contents.find("m123@example.com")] = 'x';
  write_file(path_, contents);
  {
    auto db = open_quickly(path_);
    EXPECT_THAT(failure_of([&] { (void)db->compact({}); }),
                AllOf(HasSubstr(path_), HasSubstr("is damaged")));
  }
  EXPECT_EQ(contents_of(path_), contents);
}

TEST_F(damaged_file, cannot_be_changed_where_it_is_damaged) {
  fill(open_quickly(path_));
  std::string contents = contents_of(path_);
  contents[contents.find("m123@example.com")] = 'x';
  write_file(path_, contents);
  auto db = open_quickly(path_);
  const owned_item key = dynamo::engine::test::key_of(item_of(123));
  EXPECT_THROW(dynamo::engine::test::remove(*db, "users", key), store_failure);
}

// Files of version 1 have no checksums.
class old_file : public damaged_file {
 protected:
  old_file() {
    dynamo::engine::test::create_version_1(path_);
    fill(open_quickly(path_));
  }
};

TEST_F(old_file, is_read_and_written_as_it_is) {
  auto db = open_quickly(path_);
  EXPECT_EQ(everything(*db), whole_);
  put(*db, "users", item_of(items + 1));
  EXPECT_THAT(db->check(), IsEmpty());
  db.reset();
  EXPECT_EQ(number_in("SELECT value FROM counters WHERE name = 'page_checksums'"), 0);
  EXPECT_EQ(number_in("PRAGMA user_version"), 2);
}

TEST_F(old_file, gets_checksums_when_it_is_compacted) {
  {
    auto db = open_quickly(path_);
    // One that was opened before.
    EXPECT_EQ(everything(*db), whole_);
    EXPECT_TRUE(db->compact({}));
    EXPECT_EQ(everything(*db), whole_);
    put(*db, "users", item_of(0));
    EXPECT_EQ(everything(*db), whole_);
  }
  EXPECT_EQ(number_in("SELECT value FROM counters WHERE name = 'page_checksums'"), 1);
  std::string contents = contents_of(path_);
  ASSERT_EQ(read_of(contents), whole_);
  contents[contents.find("m123@example.com")] = 'x';
  EXPECT_EQ(read_of(contents), std::nullopt);
}

TEST_F(old_file, that_lost_rows_is_not_compacted) {
  {
    connection plain(path_, path_, SQLITE_OPEN_READWRITE, nullptr);
    plain.execute("DELETE FROM rows_1 WHERE key = (SELECT min(key) FROM rows_1)");
  }
  const std::string contents = contents_of(path_);
  {
    auto db = open_quickly(path_);
    EXPECT_THAT(
        failure_of([&] { (void)db->compact({}); }),
        AllOf(HasSubstr("table 'users'"), HasSubstr("has 299 items"), HasSubstr("say 300")));
  }
  EXPECT_EQ(contents_of(path_), contents);
}

}  // namespace engine_store_damaged_file_test
}  // namespace dynamo::engine::store
