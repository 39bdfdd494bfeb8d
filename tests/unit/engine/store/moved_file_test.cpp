// Files that are removed or replaced while a database has them open.
#include "engine/store/database.hpp"
#include "engine/store/store_failure.hpp"
#include "support/stored_file.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>

namespace dynamo::engine::store {
namespace engine_store_moved_file_test {

namespace fs = std::filesystem;
using dynamo::engine::test::count_users;
using dynamo::engine::test::failure_of;
using dynamo::engine::test::put;
using dynamo::engine::test::sample_item;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class moved_file : public ::testing::Test {
 protected:
  moved_file() {
    dynamo::engine::test::create_users(*db_);
    put(*db_, "users", sample_item(1));
    // The connection that has read is kept.
    EXPECT_EQ(count_users(*db_), 1U);
  }
  void expect_only_reads(const std::string& what) {
    EXPECT_THAT(failure_of([&] { put(*db_, "users", sample_item(2)); }),
                AllOf(HasSubstr("cannot write to the database '" + path_ + "': " + what),
                      HasSubstr("was removed or replaced while it was open")));
    EXPECT_THROW((void)db_->compact({}), store_failure);
    EXPECT_EQ(count_users(*db_), 1U);
  }
  void expect_writes() {
    put(*db_, "users", sample_item(2));
    EXPECT_EQ(count_users(*db_), 2U);
    EXPECT_THAT(db_->check(), IsEmpty());
  }

  const dynamo::test::temporary_folder folder_;
  const std::string path_ = folder_ / "data.db";
  std::unique_ptr<database> db_ = dynamo::engine::test::open_quickly(path_);
};

TEST_F(moved_file, without_its_name_is_not_written_to) {
  fs::remove(path_);
  expect_only_reads("its file");
}

TEST_F(moved_file, that_is_replaced_is_not_written_to) {
  fs::copy_file(path_, folder_ / "other.db");
  fs::rename(folder_ / "other.db", path_);
  expect_only_reads("its file");
}

// A further reader would open the other file.
TEST_F(moved_file, that_is_replaced_has_no_new_readers) {
  fs::copy_file(path_, folder_ / "other.db");
  fs::rename(folder_ / "other.db", path_);
  db_->read([&](const snapshot&) {
    std::thread([&] {
      EXPECT_THAT(failure_of([&] { db_->read([](const snapshot&) {}); }),
                  HasSubstr("cannot read the database '" + path_ + "': its file was removed"));
    }).join();
  });
}

TEST_F(moved_file, that_is_put_back_is_written_to) {
  fs::rename(path_, folder_ / "other.db");
  expect_only_reads("its file");
  fs::rename(folder_ / "other.db", path_);
  expect_writes();
}

TEST_F(moved_file, without_its_log_is_not_written_to) {
  fs::rename(path_ + "-wal", folder_ / "log");
  expect_only_reads("its log '" + path_ + "-wal'");
  fs::rename(folder_ / "log", path_ + "-wal");
  expect_writes();
}

}  // namespace engine_store_moved_file_test
}  // namespace dynamo::engine::store
