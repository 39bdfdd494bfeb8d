#include "engine/store/schema.hpp"

#include "engine/store/database.hpp"
#include "engine/store/exclusive_vfs.hpp"
#include "support/stored_file.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <vector>

namespace dynamo::engine::store {
namespace engine_store_schema_test {

using dynamo::engine::test::put;
using dynamo::engine::test::quick;
using dynamo::test::contents_of;
using dynamo::test::temporary_folder;
using dynamo::test::write_file;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The sentence with which a file is not opened; the file is as it was.
std::string refusal_of(const std::string& path) {
  const std::string before = contents_of(path);
  const auto opened = database::open(path, quick);
  if (opened) return "opened";
  EXPECT_EQ(opened.error().kind, errc::io);
  EXPECT_EQ(contents_of(path), before);
  EXPECT_FALSE(std::filesystem::exists(path + "-wal"));
  EXPECT_FALSE(std::filesystem::exists(path + "-journal"));
  return opened.error().message;
}

std::unique_ptr<connection> plain(const std::string& path) {
  return std::make_unique<connection>(path, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                                      nullptr);
}

TEST(schema, a_file_that_is_closed_is_alone) {
  const temporary_folder folder;
  {
    auto db = database::open(folder / "data.db", quick).value();
    db->write(
        [](transaction& changes) { changes.create_table(dynamo::engine::test::sample_table()); });
  }
  EXPECT_THAT(folder.names(), ElementsAre("data.db"));
  auto db = database::open(folder / "data.db", quick).value();
  EXPECT_TRUE(dynamo::engine::test::definition_of(*db, "users"));
}

TEST(schema, an_empty_file_is_a_database_to_be) {
  const temporary_folder folder;
  write_file(folder / "data.db", "");
  EXPECT_TRUE(database::open(folder / "data.db", quick));
}

TEST(schema, names_that_sqlite_takes_for_something_else_are_files) {
  const temporary_folder folder;
  const auto here = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  for (const char* const name : {":memory:", "file:x?mode=memory", "a b%20#c?d"}) {
    EXPECT_TRUE(database::open(name, quick)) << name;
    EXPECT_TRUE(std::filesystem::is_regular_file(folder / name)) << name;
    EXPECT_TRUE(database::open(name, quick)) << name << ", for the second time";
  }
  std::filesystem::current_path(here);
}

TEST(schema, other_files_are_refused_and_not_changed) {
  const temporary_folder folder;
  write_file(folder / "text", "to be or not to be");
  EXPECT_THAT(refusal_of(folder / "text"), HasSubstr("is not a database of this program"));
  write_file(folder / "long", std::string(100'000, 'x'));
  EXPECT_THAT(refusal_of(folder / "long"), HasSubstr("is not a database of this program"));
  plain(folder / "theirs")->execute("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
  EXPECT_THAT(refusal_of(folder / "theirs"), HasSubstr("is not a database of this program"));
}

TEST(schema, another_programs_file_with_a_wal_keeps_it) {
  const temporary_folder folder;
  const auto theirs = plain(folder / "theirs");
  theirs->execute("PRAGMA journal_mode=WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)");
  const std::string wal = contents_of(folder / "theirs-wal");
  EXPECT_FALSE(wal.empty());
  const auto opened = database::open(folder / "theirs", quick);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("is not a database of this program"));
  EXPECT_EQ(contents_of(folder / "theirs-wal"), wal);
  EXPECT_EQ(theirs->integer_of("SELECT x FROM t"), 1);
}

TEST(schema, what_is_no_file_is_refused) {
  const temporary_folder folder;
  const auto message_of = [](const std::string& path) {
    const auto opened = database::open(path, quick);
    return opened ? "opened" : opened.error().message;
  };
  EXPECT_EQ(message_of(folder.path()), "'" + folder.path() + "' is a folder: name a file");
  EXPECT_EQ(message_of("/dev/null"), "'/dev/null' is not a regular file: name another one");
  EXPECT_THAT(message_of(""), HasSubstr("invalid database file name"));
  EXPECT_THAT(message_of(std::string("a\0b", 3)), HasSubstr("invalid database file name"));
  EXPECT_THAT(message_of(folder / "no/data.db"), HasSubstr("unable to open database file"));
}

TEST(schema, a_newer_version_is_refused) {
  const temporary_folder folder;
  ASSERT_TRUE(database::open(folder / "data.db", quick));
  plain(folder / "data.db")->execute("PRAGMA user_version=99");
  // The other connection has left the WAL mode's files.
  EXPECT_THAT(refusal_of(folder / "data.db"), HasSubstr("was written by a newer version"));
}

TEST(schema, a_newer_version_that_is_in_the_wal_alone_is_refused) {
  const temporary_folder folder;
  ASSERT_TRUE(database::open(folder / "data.db", quick));
  const std::string before = contents_of(folder / "data.db");
  {
    const auto other = plain(folder / "data.db");
    other->execute("PRAGMA user_version=99");
    std::filesystem::copy(folder / "data.db-wal", folder / "kept");
    write_file(folder / "copy.db", before);
    std::filesystem::copy(folder / "kept", folder / "copy.db-wal");
  }
  const std::string wal = contents_of(folder / "copy.db-wal");
  const auto opened = database::open(folder / "copy.db", quick);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("was written by a newer version"));
  EXPECT_EQ(contents_of(folder / "copy.db"), before);
  EXPECT_EQ(contents_of(folder / "copy.db-wal"), wal);
}

// Versions to come, as this one will see them.
class migration : public testing::Test {
 protected:
  void SetUp() override {
    auto db = database::open(path_, quick).value();
    db->write(
        [](transaction& changes) { changes.create_table(dynamo::engine::test::sample_table()); });
    put(*db, "users", dynamo::engine::test::sample_item(1));
  }

  const temporary_folder folder_;
  const std::string path_ = folder_ / "data.db";
  std::vector<const char*> steps_{schema_steps().begin(), schema_steps().end()};
};

TEST_F(migration, an_old_file_is_brought_to_the_newest_version) {
  steps_.push_back("CREATE TABLE more (x INTEGER); INSERT INTO more SELECT items FROM figures");
  steps_.push_back("UPDATE more SET x = x + 10");
  {
    const auto file = open_writer(path_, durability::process_crash, steps_);
    EXPECT_EQ(file->integer_of("PRAGMA user_version"), 4);
    EXPECT_EQ(file->integer_of("SELECT min(x) FROM more"), 11);
    EXPECT_EQ(file->integer_of("SELECT count(*) FROM tables"), 1);
  }
  {
    // Steps that were done are not done again.
    const auto file = open_writer(path_, durability::process_crash, steps_);
    EXPECT_EQ(file->integer_of("SELECT min(x) FROM more"), 11);
  }
  // This version does not know it any more.
  EXPECT_THAT(refusal_of(path_), HasSubstr("was written by a newer version"));
}

TEST_F(migration, a_step_that_fails_leaves_the_old_file) {
  steps_.push_back("CREATE TABLE more (x INTEGER); DELETE FROM tables");
  steps_.push_back("INSERT INTO nowhere VALUES (1)");
  EXPECT_THROW((void)open_writer(path_, durability::process_crash, steps_), store_failure);
  auto db = database::open(path_, quick).value();
  EXPECT_TRUE(dynamo::engine::test::definition_of(*db, "users"));
  EXPECT_THAT(db->check(), IsEmpty());
}

TEST_F(migration, a_new_file_has_the_newest_version) {
  steps_.push_back("CREATE TABLE more (x INTEGER)");
  const auto file = open_writer(folder_ / "new.db", durability::process_crash, steps_);
  EXPECT_EQ(file->integer_of("PRAGMA user_version"), 3);
  EXPECT_EQ(file->integer_of("PRAGMA application_id"), application_id);
  EXPECT_EQ(file->integer_of("PRAGMA page_size"), 16'384);
}

TEST(schema, writes_are_as_durable_as_wanted) {
  const temporary_folder folder;
  constexpr int normal = 1;
  constexpr int full = 2;
  {
    const auto file = open_writer(folder / "data.db", durability::machine_crash);
    EXPECT_EQ(file->integer_of("PRAGMA synchronous"), full);
  }
  const auto file = open_writer(folder / "data.db", durability::process_crash);
  EXPECT_EQ(file->integer_of("PRAGMA synchronous"), normal);
}

TEST(schema, two_objects_of_one_process_share_a_file) {
  const temporary_folder folder;
  auto one = database::open(folder / "data.db", quick).value();
  auto two = database::open(folder / "data.db", quick).value();
  one->write(
      [](transaction& changes) { changes.create_table(dynamo::engine::test::sample_table()); });
  put(*two, "users", dynamo::engine::test::sample_item(1));
  put(*one, "users", dynamo::engine::test::sample_item(2));
  EXPECT_THAT(dynamo::engine::test::items_of(
                  *one, dynamo::engine::test::definition_of(*two, "users")->rows),
              testing::SizeIs(2));
  EXPECT_THAT(two->check(), IsEmpty());
}

TEST(schema, a_damaged_definition_is_reported) {
  const temporary_folder folder;
  {
    auto db = database::open(folder / "data.db", quick).value();
    db->write(
        [](transaction& changes) { changes.create_table(dynamo::engine::test::sample_table()); });
  }
  for (const char* const json : {"", "{", "{\"name\":\"users\"", "{\"unknown\":1}", "{} x"}) {
    // With checksums that are right.
    connection(folder / "data.db", folder / "data.db", SQLITE_OPEN_READWRITE, exclusive_vfs())
        .execute("UPDATE tables SET definition = '" + std::string(json) + "'");
    auto db = database::open(folder / "data.db", quick).value();
    EXPECT_THROW((void)dynamo::engine::test::definition_of(*db, "users"), store_failure) << json;
  }
}

}  // namespace engine_store_schema_test
}  // namespace dynamo::engine::store
