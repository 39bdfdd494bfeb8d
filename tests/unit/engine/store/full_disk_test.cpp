// A disk that is full, and files that cannot be written to.
#include "engine/store/database.hpp"
#include "engine/store/schema.hpp"
#include "engine/store/store_failure.hpp"
#include "support/file_size_limit.hpp"
#include "support/store_sample.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/fsuid.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace dynamo::engine::store {
namespace {

namespace fs = std::filesystem;
using dynamo::engine::test::definition_of;
using dynamo::engine::test::items_of;
using dynamo::engine::test::put;
using dynamo::engine::test::sample_item;
using dynamo::engine::test::sample_table;
using dynamo::test::contents_of;
using dynamo::test::file_size_limit;
using dynamo::test::temporary_folder;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const engine_options quick{.durable = durability::process_crash};

class FullDisk : public ::testing::Test {
 protected:
  static owned_item long_item(int number) {
    owned_item item = sample_item(number);
    item.insert_or_assign("name", std::string(5'000, 'n'));
    return item;
  }
  [[nodiscard]] std::unique_ptr<database> made() const {
    auto db = database::open(path_, quick).value();
    db->write([](transaction& changes) { changes.create_table(sample_table()); });
    return db;
  }
  static std::size_t count(database& db) {
    return items_of(db, definition_of(db, "users")->rows).size();
  }
  // The sentence with which a write fails.
  static std::string failure_of(database& db, int number) {
    try {
      put(db, "users", long_item(number));
      return "written";
    } catch (const store_failure& failure) {
      return failure.what();
    }
  }
  [[nodiscard]] std::uintmax_t wal_size() const { return fs::file_size(path_ + "-wal"); }

  const temporary_folder folder_;
  const std::string path_ = folder_ / "data.db";
};

TEST_F(FullDisk, TheLogIsCopiedIntoTheFileEarly) {
  const auto db = made();
  std::uintmax_t largest = 0;
  for (int i = 0; i < 600; ++i) {
    put(*db, "users", long_item(i));
    largest = std::max(largest, wal_size());
  }
  EXPECT_LT(largest, 9'000'000U);
}

TEST_F(FullDisk, TheLogGivesBackWhatALargeWriteTook) {
  const auto db = made();
  db->write([](transaction& changes) {
    for (int i = 0; i < 3'000; ++i) put(changes, "users", long_item(i));
  });
  EXPECT_GT(wal_size(), 20'000'000U);
  for (int i = 0; i < 3; ++i) put(*db, "users", long_item(i + 5'000));
  EXPECT_LT(wal_size(), 17'000'000U);
}

// What a write needs is there as soon as the log is copied: the file has room for that.
TEST_F(FullDisk, AWriteThatFailsMakesRoomForTheNext) {
  const auto db = made();
  for (int i = 0; i < 25; ++i) put(*db, "users", long_item(i));
  ASSERT_GT(wal_size(), 1'000'000U);
  {
    const file_size_limit full(wal_size());
    EXPECT_THAT(failure_of(*db, 25), AllOf(HasSubstr(path_), HasSubstr("disk")));
    EXPECT_EQ(count(*db), 25U);
    EXPECT_EQ(failure_of(*db, 25), "written");
  }
  EXPECT_EQ(count(*db), 26U);
  EXPECT_THAT(db->check(), IsEmpty());
}

TEST_F(FullDisk, IsReadAndWrittenAgainWhenThereIsRoom) {
  (void)made();
  auto db = database::open(path_, quick).value();
  for (int i = 0; i < 10; ++i) put(*db, "users", long_item(i));
  {
    const file_size_limit full(0);
    for (int i = 0; i < 3; ++i) {
      EXPECT_THAT(failure_of(*db, 10), HasSubstr("disk"));
      EXPECT_EQ(count(*db), 10U);
    }
    db.reset();
    db = database::open(path_, quick).value();
    EXPECT_EQ(count(*db), 10U);
    EXPECT_THAT(failure_of(*db, 10), HasSubstr("disk"));
  }
  EXPECT_EQ(failure_of(*db, 10), "written");
  EXPECT_EQ(count(*db), 11U);
  EXPECT_THAT(db->check(), IsEmpty());
}

TEST_F(FullDisk, AFileThatWouldHaveToBeBroughtUpToDateIsRead) {
  {
    connection old(path_, path_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    old.execute("PRAGMA page_size=16384");
    old.execute(schema_steps().front());
    old.execute("PRAGMA user_version=1; PRAGMA application_id=" + std::to_string(application_id) +
                "; PRAGMA journal_mode=WAL");
  }
  {
    const file_size_limit full(0);
    const auto db = database::open(path_, quick).value();
    db->read([](const snapshot& now) { EXPECT_THAT(now.table_names("", 10), IsEmpty()); });
    EXPECT_THROW(db->write([](transaction& changes) { changes.create_table(sample_table()); }),
                 store_failure);
  }
  EXPECT_EQ(count(*made()), 0U);
}

// As a user to whom the file's permissions apply, which they do not to root.
void as_nobody(const std::function<void()>& work) {
  std::thread([&] {
    constexpr uid_t nobody = 65'534;
    ::setfsuid(nobody);
    work();
  }).join();
}

class ReadOnlyFile : public FullDisk {
 protected:
  ReadOnlyFile() {
    const auto db = made();
    for (int i = 0; i < 10; ++i) put(*db, "users", long_item(i));
    // With the log that a crash leaves.
    fs::create_directory(folder_ / "crashed");
    fs::copy_file(path_, folder_ / "crashed/data.db");
    fs::copy_file(path_ + "-wal", folder_ / "crashed/data.db-wal");
  }
  ~ReadOnlyFile() override {
    for (const char* const each : {"", "crashed"}) permit(folder_ / each, fs::perms::owner_all);
  }
  static void permit(const std::string& path, fs::perms what) { fs::permissions(path, what); }
  static void close_to_writers(const std::string& folder) {
    constexpr auto readable =
        fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read;
    for (const auto& each : fs::directory_iterator(folder)) {
      if (each.is_regular_file()) permit(each.path(), readable);
    }
    permit(folder,
           readable | fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec);
  }
};

TEST_F(ReadOnlyFile, IsReadAndNotWritten) {
  for (const std::string folder : {"", "crashed/"}) {
    const std::string file = folder_ / (folder + "data.db");
    close_to_writers(folder_ / folder);
    const std::string before = contents_of(file);
    as_nobody([&] {
      const auto opened = database::open(file, quick);
      ASSERT_TRUE(opened) << opened.error().message;
      database& db = **opened;
      EXPECT_EQ(count(db), 10U);
      EXPECT_EQ(failure_of(db, 10),
                "the database '" + file +
                    "' is open for reading only, because it could not be opened for writing: '" +
                    file + "' cannot be written to; open it again when that is mended");
      EXPECT_THROW((void)db.compact({}), store_failure);
      // Another reader is no trouble.
      EXPECT_EQ(count(*database::open(file, quick).value()), 10U);
      EXPECT_EQ(count(db), 10U);
      EXPECT_THAT(db.check(), IsEmpty());
    });
    EXPECT_EQ(contents_of(file), before);
  }
  EXPECT_THAT(folder_.names(), ElementsAre("crashed", "data.db"));
}

TEST_F(ReadOnlyFile, ThatIsNoDatabaseOfOursIsRefused) {
  const std::string file = folder_ / "text";
  dynamo::test::write_file(file, "to be or not to be");
  close_to_writers(folder_.path());
  as_nobody([&] {
    const auto opened = database::open(file, quick);
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message, HasSubstr("is not a database of this program"));
  });
}

}  // namespace
}  // namespace dynamo::engine::store
