// What `database::compact` gives back, and what it leaves as it was.
#include "engine/store/compaction.hpp"

#include "engine/store/exclusive_vfs.hpp"
#include "engine/store/schema.hpp"
#include "support/stored_file.hpp"
#include "support/temporary_folder.hpp"
#include "support/watchdog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace dynamo::engine::store {
namespace engine_store_compaction_test {

using dynamo::engine::test::count_users;
using dynamo::engine::test::counts_of;
using dynamo::engine::test::definition_of;
using dynamo::engine::test::items_of;
using dynamo::engine::test::key_of;
using dynamo::engine::test::open_quickly;
using dynamo::engine::test::put;
using dynamo::engine::test::remove;
using dynamo::engine::test::sample_table;
using dynamo::test::contents_of;
using dynamo::test::temporary_folder;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

owned_item long_item(int number) {
  return dynamo::engine::test::long_item(number, 3'000);
}

// 300 items of which 30 are left, in a database in memory or in a file.
class compaction : public testing::TestWithParam<bool> {
 protected:
  compaction() : db_(GetParam() ? open_quickly(path_) : database::in_memory({})) {
    table_definition table = sample_table();
    table.stream = stream_view::new_and_old_images;
    table.stream_label = "one";
    table.time_to_live = "until";
    db_->write([&](transaction& changes) {
      changes.create_table(std::move(table));
      for (int i = 0; i < 300; ++i) put(changes, "users", long_item(i));
    });
    db_->write([](transaction& changes) {
      for (int i = 0; i < 300; ++i) {
        if (i % 10 != 0) remove(changes, "users", key_of(long_item(i)));
      }
    });
  }

  // All rows of the table and its indexes, with their figures and the records of the stream.
  std::vector<std::string> everything() {
    std::vector<std::string> all;
    db_->read([&](const snapshot& now) {
      const auto table = now.find_table("users");
      std::vector<row_set> sets{table->rows};
      for (const auto& index : table->indexes) sets.push_back(index.rows);
      for (const row_set rows : sets) {
        for (std::string& item : items_of(now, rows)) all.push_back(std::move(item));
        const row_counts counts = now.counts(rows);
        all.push_back(std::to_string(counts.items) + ' ' + std::to_string(counts.bytes));
      }
      for (const change_record& record : now.changes(table->stream_rows, 0, 1'000, 100'000'000)) {
        all.push_back(std::to_string(record.sequence) + record.keys);
      }
    });
    return all;
  }

  const dynamo::test::watchdog watch_{"a compaction"};
  const temporary_folder folder_;
  const std::string path_ = folder_ / "data.db";
  std::unique_ptr<database> db_;
};

INSTANTIATE_TEST_SUITE_P(places, compaction, testing::Bool(),
                         [](const auto& place) { return place.param ? "File" : "Memory"; });

TEST_P(compaction, leaves_everything_as_it_was) {
  // Through a connection that knows the statements already, and goes on with them.
  const auto before = everything();
  EXPECT_GT(before.size(), 400U);
  for (int round = 0; round < 3; ++round) {
    EXPECT_TRUE(db_->compact({}));
    EXPECT_EQ(everything(), before);
    EXPECT_THAT(db_->check(), IsEmpty());
  }
  EXPECT_EQ(counts_of(*db_, definition_of(*db_, "users")->rows).items, 30U);
  put(*db_, "users", long_item(1'000));
  EXPECT_EQ(counts_of(*db_, definition_of(*db_, "users")->rows).items, 31U);
  EXPECT_EQ(db_->remove_expired(1'700'000'000 + 5, 100), 1U);
  EXPECT_THAT(db_->check(), IsEmpty());
}

TEST_P(compaction, that_is_stopped_before_it_begins_changes_nothing) {
  const auto before = everything();
  const std::string file = GetParam() ? contents_of(path_) : "";
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(db_->compact(stop.get_token()));
  EXPECT_EQ(everything(), before);
  EXPECT_TRUE(db_->compact({}));
}

TEST_P(compaction, writers_and_readers_beside_it_lose_nothing) {
  constexpr int threads = 4;
  constexpr int each = 40;
  std::atomic<int> writing = threads;
  std::vector<std::thread> others;
  for (int t = 0; t < threads; ++t) {
    others.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) {
        const int number = 1'000 * (t + 1) + i;
        put(*db_, "users", long_item(number));
        if (i % 2 == 0) remove(*db_, "users", key_of(long_item(number)));
      }
      --writing;
    });
  }
  for (int t = 0; t < 2; ++t) {
    others.emplace_back([&] {
      while (writing > 0) {
        db_->read([](const snapshot& now) {
          const auto table = now.find_table("users");
          EXPECT_EQ(items_of(now, table->rows).size(), now.counts(table->rows).items);
        });
      }
    });
  }
  int compactions = 0;
  for (; writing > 0; ++compactions) EXPECT_TRUE(db_->compact({}));
  for (std::thread& other : others) other.join();
  EXPECT_GT(compactions, 0);
  EXPECT_EQ(count_users(*db_), 30U + threads * each / 2);
  EXPECT_THAT(db_->check(), IsEmpty());
}

class compacted_file : public compaction {
 protected:
  [[nodiscard]] std::uintmax_t size() const { return std::filesystem::file_size(path_); }
  [[nodiscard]] std::uintmax_t wal_size() const {
    return std::filesystem::file_size(path_ + "-wal");
  }
};

INSTANTIATE_TEST_SUITE_P(places, compacted_file, testing::Values(true),
                         [](const auto&) { return "File"; });

TEST_P(compacted_file, is_small_at_once) {
  // As it is when it was closed before.
  db_.reset();
  const std::uintmax_t before = size();
  db_ = open_quickly(path_);
  (void)everything();
  EXPECT_TRUE(db_->compact({}));
  EXPECT_LT(size() * 2, before);
  EXPECT_EQ(wal_size(), 0U);
  EXPECT_THAT(folder_.names(), ElementsAre("data.db", "data.db-wal"));
}

TEST_P(compacted_file, is_still_the_engines_and_whole) {
  EXPECT_TRUE(db_->compact({}));
  db_.reset();
  EXPECT_THAT(folder_.names(), ElementsAre("data.db"));
  connection plain(path_, path_, SQLITE_OPEN_READWRITE, nullptr);
  EXPECT_EQ(plain.integer_of("PRAGMA application_id"), application_id);
  EXPECT_EQ(plain.integer_of("PRAGMA user_version"),
            static_cast<std::int64_t>(schema_steps().size()));
  EXPECT_EQ(plain.integer_of("PRAGMA page_size"), 16'384);
  EXPECT_EQ(plain.integer_of("PRAGMA auto_vacuum"), 0);
  EXPECT_EQ(plain.integer_of("PRAGMA freelist_count"), 0);
  EXPECT_EQ(plain.integer_of("SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
}

// One that reads all the time keeps the old file; the next commit behind it lets it go.
TEST_P(compacted_file, shrinks_when_the_last_old_reader_has_gone) {
  db_.reset();
  const std::uintmax_t before = size();
  db_ = open_quickly(path_);
  const auto seen_before = everything();
  db_->read([&](const snapshot& then) {
    const auto table = then.find_table("users");
    int seen = 0;
    then.visit(table->rows, {}, true, [&](const row&) {
      if (++seen == 10) std::thread([&] { EXPECT_TRUE(db_->compact({})); }).join();
      return true;
    });
    EXPECT_EQ(seen, 30);
    EXPECT_EQ(then.counts(table->rows).items, 30U);
  });
  EXPECT_EQ(size(), before);
  EXPECT_EQ(everything(), seen_before);
  put(*db_, "users", long_item(1'000));
  EXPECT_LT(size() * 2, before);
  EXPECT_EQ(wal_size(), 0U);
  EXPECT_EQ(counts_of(*db_, definition_of(*db_, "users")->rows).items, 31U);
  EXPECT_THAT(db_->check(), IsEmpty());
}

// A file beside which SQLite is watched.
class rewritten_file : public testing::Test {
 protected:
  // 60 MB, of which half are removed.
  void fill() {
    file_->execute(
        "CREATE TABLE filling (x BLOB);"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)"
        "INSERT INTO filling SELECT randomblob(100000) FROM n;"
        "DELETE FROM filling WHERE rowid % 2 = 0");
  }
  std::int64_t sum() { return file_->integer_of("SELECT sum(unicode(hex(x))) FROM filling"); }
  // Files without a name that this process has open and whose name began as that of the database.
  [[nodiscard]] std::vector<std::string> nameless() const {
    std::vector<std::string> found;
    for (const auto& each : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code gone;
      const std::string target = std::filesystem::read_symlink(each.path(), gone).string();
      if (target.starts_with(path_ + "-") && target.ends_with(" (deleted)"))
        found.push_back(target);
    }
    return found;
  }

  const temporary_folder folder_;
  const std::string path_ = folder_ / "data.db";
  const std::unique_ptr<connection> file_ = open_writer(path_, durability::process_crash);
};

TEST_F(rewritten_file, needs_little_memory) {
  fill();
  file_->execute("PRAGMA shrink_memory");
  const auto before = sqlite3_memory_used();
  sqlite3_memory_highwater(1);
  EXPECT_TRUE(compact_file(*file_, {}));
  EXPECT_LT(sqlite3_memory_highwater(0) - before, 25'000'000);
  EXPECT_LT(file_->integer_of("PRAGMA page_count"), 32'000'000 / 16'384);
  // As the connection was set up.
  EXPECT_EQ(file_->integer_of("PRAGMA temp_store"), 2);
  EXPECT_EQ(file_->integer_of("PRAGMA cache_size"), -16'000);
}

TEST_F(rewritten_file, that_is_stopped_in_the_midst_is_as_it_was) {
  fill();
  const std::int64_t wanted = sum();
  const std::int64_t pages = file_->integer_of("PRAGMA page_count");
  // VACUUM runs statements of its own; SQLite asks whether this one may be.
  std::stop_source stop;
  sqlite3_set_authorizer(
      file_->handle(),
      [](void* source, int action, const char* table, const char*, const char*, const char*) {
        if (action == SQLITE_INSERT && table == std::string_view("filling"))
          static_cast<std::stop_source*>(source)->request_stop();
        return SQLITE_OK;
      },
      &stop);
  EXPECT_FALSE(compact_file(*file_, stop.get_token()));
  EXPECT_TRUE(stop.stop_requested());
  sqlite3_set_authorizer(file_->handle(), nullptr, nullptr);
  EXPECT_EQ(file_->integer_of("PRAGMA page_count"), pages);
  EXPECT_EQ(sum(), wanted);
  EXPECT_THAT(nameless(), IsEmpty());
  EXPECT_TRUE(compact_file(*file_, {}));
  EXPECT_EQ(sum(), wanted);
}

TEST_F(rewritten_file, has_temporary_files_beside_it_that_lose_their_names) {
  connection other(path_, path_, SQLITE_OPEN_READWRITE, exclusive_vfs());
  other.execute("PRAGMA temp_store=FILE; PRAGMA cache_size=1");
  {
    const temporary_files_beside beside(path_);
    other.execute("CREATE TEMP TABLE t (x)");
    other.execute("PRAGMA temp.cache_size=1");
    for (int i = 0; i < 100; ++i) other.execute("INSERT INTO t VALUES (zeroblob(10000))");
    EXPECT_THAT(nameless(), ElementsAre(StartsWith(path_ + "-")));
    EXPECT_THAT(folder_.names(), ElementsAre("data.db", "data.db-wal"));
    EXPECT_EQ(other.integer_of("SELECT sum(length(x)) FROM t"), 1'000'000);
    other.execute("DROP TABLE t; PRAGMA temp_store=MEMORY");
  }
  EXPECT_THAT(nameless(), IsEmpty());
}

TEST(compacted_memory, gives_pages_back) {
  const auto memory = open_memory();
  memory->execute(
      "CREATE TABLE filling (x BLOB);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)"
      "INSERT INTO filling SELECT zeroblob(100000) FROM n;"
      "DELETE FROM filling WHERE rowid > 10");
  const std::int64_t before = memory->integer_of("PRAGMA page_count");
  const auto used = sqlite3_memory_used();
  EXPECT_TRUE(compact_memory(*memory, {}));
  EXPECT_LT(memory->integer_of("PRAGMA page_count") * 5, before);
  EXPECT_LT(sqlite3_memory_used(), used - 8'000'000);
  EXPECT_EQ(memory->integer_of("SELECT sum(length(x)) FROM filling"), 1'000'000);
}

}  // namespace engine_store_compaction_test
}  // namespace dynamo::engine::store
