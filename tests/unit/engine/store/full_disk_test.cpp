// A disk that is full, and files that cannot be written to.
#include "engine/store/database.hpp"
#include "engine/store/store_failure.hpp"
#include "support/file_size_limit.hpp"
#include "support/stored_file.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/fsuid.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace dynamo::engine::store {
namespace engine_store_full_disk_test {

namespace fs = std::filesystem;
using dynamo::engine::test::count_users;
using dynamo::engine::test::create_users;
using dynamo::engine::test::open_quickly;
using dynamo::engine::test::put;
using dynamo::engine::test::quick;
using dynamo::test::contents_of;
using dynamo::test::file_size_limit;
using dynamo::test::temporary_folder;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class full_disk : public ::testing::Test {
 protected:
  static owned_item long_item(int number) { return dynamo::engine::test::long_item(number, 5'000); }
  [[nodiscard]] std::unique_ptr<database> made() const {
    auto db = open_quickly(path_);
    create_users(*db);
    return db;
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

TEST_F(full_disk, the_log_is_copied_into_the_file_early) {
  const auto db = made();
  std::uintmax_t largest = 0;
  for (int i = 0; i < 600; ++i) {
    put(*db, "users", long_item(i));
    largest = std::max(largest, wal_size());
  }
  EXPECT_LT(largest, 9'000'000U);
}

TEST_F(full_disk, the_log_gives_back_what_a_large_write_took) {
  const auto db = made();
  db->write([](transaction& changes) {
    for (int i = 0; i < 3'000; ++i) put(changes, "users", long_item(i));
  });
  EXPECT_GT(wal_size(), 20'000'000U);
  for (int i = 0; i < 3; ++i) put(*db, "users", long_item(i + 5'000));
  EXPECT_LT(wal_size(), 17'000'000U);
}

// What a write needs is there as soon as the log is copied: the file has room for that.
TEST_F(full_disk, a_write_that_fails_makes_room_for_the_next) {
  const auto db = made();
  for (int i = 0; i < 25; ++i) put(*db, "users", long_item(i));
  ASSERT_GT(wal_size(), 1'000'000U);
  {
    const file_size_limit full(wal_size());
    EXPECT_THAT(failure_of(*db, 25), AllOf(HasSubstr(path_), HasSubstr("disk")));
    EXPECT_EQ(count_users(*db), 25U);
    EXPECT_EQ(failure_of(*db, 25), "written");
  }
  EXPECT_EQ(count_users(*db), 26U);
  EXPECT_THAT(db->check(), IsEmpty());
}

TEST_F(full_disk, is_read_and_written_again_when_there_is_room) {
  (void)made();
  auto db = open_quickly(path_);
  for (int i = 0; i < 10; ++i) put(*db, "users", long_item(i));
  {
    const file_size_limit full(0);
    for (int i = 0; i < 3; ++i) {
      EXPECT_THAT(failure_of(*db, 10), HasSubstr("disk"));
      EXPECT_EQ(count_users(*db), 10U);
    }
    db.reset();
    db = open_quickly(path_);
    EXPECT_EQ(count_users(*db), 10U);
    EXPECT_THAT(failure_of(*db, 10), HasSubstr("disk"));
  }
  EXPECT_EQ(failure_of(*db, 10), "written");
  EXPECT_EQ(count_users(*db), 11U);
  EXPECT_THAT(db->check(), IsEmpty());
}

TEST_F(full_disk, a_file_that_would_have_to_be_brought_up_to_date_is_read) {
  dynamo::engine::test::create_version_1(path_);
  {
    const file_size_limit full(0);
    const auto db = open_quickly(path_);
    db->read([](const snapshot& now) { EXPECT_THAT(now.table_names("", 10), IsEmpty()); });
    EXPECT_THROW(create_users(*db), store_failure);
  }
  EXPECT_EQ(count_users(*made()), 0U);
}

// As a user to whom the file's permissions apply, which they do not to root.
void as_nobody(const std::function<void()>& work) {
  std::thread([&] {
    constexpr uid_t nobody = 65'534;
    ::setfsuid(nobody);
    work();
  }).join();
}

class read_only_file : public full_disk {
 protected:
  read_only_file() {
    const auto db = made();
    for (int i = 0; i < 10; ++i) put(*db, "users", long_item(i));
    // With the log that a crash leaves.
    fs::create_directory(folder_ / "crashed");
    fs::copy_file(path_, folder_ / "crashed/data.db");
    fs::copy_file(path_ + "-wal", folder_ / "crashed/data.db-wal");
  }
  ~read_only_file() override {
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

TEST_F(read_only_file, is_read_and_not_written) {
  for (const std::string folder : {"", "crashed/"}) {
    const std::string file = folder_ / (folder + "data.db");
    close_to_writers(folder_ / folder);
    const std::string before = contents_of(file);
    as_nobody([&] {
      const auto opened = database::open(file, quick);
      ASSERT_TRUE(opened) << opened.error().message;
      database& db = **opened;
      EXPECT_EQ(count_users(db), 10U);
      EXPECT_EQ(failure_of(db, 10),
                "cannot write to the database '" + file +
                    "', which is open read-only: opening it for writing failed: '" + file +
                    "' cannot be written to; fix that, then open it again");
      EXPECT_THROW((void)db.compact({}), store_failure);
      // Another reader is no trouble.
      EXPECT_EQ(count_users(*open_quickly(file)), 10U);
      EXPECT_EQ(count_users(db), 10U);
      EXPECT_THAT(db.check(), IsEmpty());
    });
    EXPECT_EQ(contents_of(file), before);
  }
  EXPECT_THAT(folder_.names(), ElementsAre("crashed", "data.db"));
}

TEST_F(read_only_file, that_is_no_database_of_ours_is_refused) {
  const std::string file = folder_ / "text";
  dynamo::test::write_file(file, "to be or not to be");
  close_to_writers(folder_.path());
  as_nobody([&] {
    const auto opened = database::open(file, quick);
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message, HasSubstr("is not a database of this program"));
  });
}

}  // namespace engine_store_full_disk_test
}  // namespace dynamo::engine::store
