#include "support/temporary_folder.hpp"

#include <dynamo/sink/checkpoint_file.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

namespace dynamo {
namespace sink_checkpoint_file_test {

using test::contents_of;
using test::mode_of;
using test::temporary_folder;
using test::write_file;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

void expect_error(result<void> outcome, errc kind, const std::string& sentence) {
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, kind);
  EXPECT_THAT(outcome.error().message, HasSubstr(sentence));
}

TEST(checkpoint_file, keeps_the_last_text_for_its_owner_alone) {
  const temporary_folder folder;
  const auto store = checkpoint_file(folder / "c");
  EXPECT_EQ(store->name(), folder / "c");
  ASSERT_TRUE(store->acquire());
  EXPECT_EQ(store->load().value(), std::nullopt);
  ASSERT_TRUE(store->save("first"));
  ASSERT_TRUE(store->save("second"));
  EXPECT_EQ(store->load().value(), "second");
  EXPECT_EQ(contents_of(folder / "c"), "second");
  EXPECT_EQ(mode_of(folder / "c"), 0600U);
  store->release();
  EXPECT_THAT(folder.names(), ElementsAre("c"));
  EXPECT_EQ(checkpoint_file(folder / "c")->load().value(), "second");
}

TEST(checkpoint_file, where_nothing_was_saved_nothing_stays) {
  const temporary_folder folder;
  const auto store = checkpoint_file(folder / "c");
  EXPECT_EQ(store->load().value(), std::nullopt);
  EXPECT_THAT(folder.names(), IsEmpty());
  ASSERT_TRUE(store->acquire());
  store->release();
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(checkpoint_file, a_second_one_is_refused_also_after_a_save) {
  const temporary_folder folder;
  const auto first = checkpoint_file(folder / "c");
  const auto second = checkpoint_file(folder / "c");
  ASSERT_TRUE(first->acquire());
  expect_error(second->acquire(), errc::checkpoint, "is in use by another scan");
  expect_error(first->acquire(), errc::checkpoint, "is in use by another scan");
  ASSERT_TRUE(first->save("text"));  // the name is of another file now
  expect_error(second->acquire(), errc::checkpoint, folder / "c");
  EXPECT_EQ(second->load().value(), "text");  // reading is free
  first->release();
  EXPECT_TRUE(second->acquire());
  expect_error(first->acquire(), errc::checkpoint, "is in use by another scan");
}

TEST(checkpoint_file, a_leftover_of_a_save_that_was_killed_is_replaced) {
  const temporary_folder folder;
  write_file(folder / "c.tmp", "a torn te");
  const auto store = checkpoint_file(folder / "c");
  ASSERT_TRUE(store->acquire());
  ASSERT_TRUE(store->save("text"));
  store->release();
  EXPECT_THAT(folder.names(), ElementsAre("c"));
  EXPECT_EQ(contents_of(folder / "c"), "text");
}

TEST(checkpoint_file, does_not_follow_symbolic_links) {
  const temporary_folder folder;
  write_file(folder / "other", "precious");
  std::filesystem::create_symlink(folder / "other", folder / "c");
  std::filesystem::create_symlink(folder / "other", folder / "d.tmp");
  const auto linked = checkpoint_file(folder / "c");
  expect_error(linked->acquire(), errc::io, "is a symbolic link");
  EXPECT_FALSE(linked->load());
  const auto store = checkpoint_file(folder / "d");
  ASSERT_TRUE(store->acquire());
  ASSERT_TRUE(store->save("text"));
  store->release();
  EXPECT_EQ(contents_of(folder / "other"), "precious");
  EXPECT_EQ(contents_of(folder / "d"), "text");
}

// What others may write would choose where a scan goes on, and which bytes of a file are kept.
TEST(checkpoint_file, is_not_what_others_may_write) {
  const temporary_folder folder;
  const auto store = checkpoint_file(folder / "c");
  write_file(folder / "c", "text");
  ASSERT_EQ(::chmod((folder / "c").c_str(), 0622), 0);
  expect_error(store->acquire(), errc::io, "c': other users may write to it");
  EXPECT_FALSE(store->load());
  ASSERT_EQ(::chmod((folder / "c").c_str(), 0600), 0);
  ASSERT_EQ(::link((folder / "c").c_str(), (folder / "second").c_str()), 0);
  expect_error(store->acquire(), errc::io, "c': it has a second name");
  EXPECT_FALSE(store->load());
  EXPECT_EQ(contents_of(folder / "c"), "text");
}

TEST(checkpoint_file, is_not_the_file_of_another_user) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make a file of another user";
  const temporary_folder folder;
  write_file(folder / "c", "text");
  ASSERT_EQ(::chown((folder / "c").c_str(), 65534, 65534), 0);
  expect_error(checkpoint_file(folder / "c")->acquire(), errc::io, "belongs to another user");
  EXPECT_FALSE(checkpoint_file(folder / "c")->load());
}

TEST(checkpoint_file, reports_what_cannot_be_a_checkpoint) {
  const temporary_folder folder;
  expect_error(checkpoint_file(folder / "missing/c")->acquire(), errc::io, "No such file");
  expect_error(checkpoint_file(folder.path())->acquire(), errc::io, folder.path());
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  expect_error(checkpoint_file(folder / "pipe")->acquire(), errc::io, "is not a regular file");
  EXPECT_FALSE(checkpoint_file(folder / "pipe")->load());
}

TEST(checkpoint_file, a_failed_save_leaves_the_old_text) {
  const temporary_folder folder;
  const auto store = checkpoint_file(folder / "c");
  ASSERT_TRUE(store->acquire());
  ASSERT_TRUE(store->save("first"));
  std::filesystem::create_directories(folder / "c.tmp/in the way");
  expect_error(store->save("second"), errc::io, "c.tmp");
  EXPECT_EQ(store->load().value(), "first");
  std::filesystem::remove_all(folder / "c.tmp");
  EXPECT_TRUE(store->save("third"));
  EXPECT_EQ(store->load().value(), "third");
}

TEST(checkpoint_file, is_not_made_again_when_somebody_removed_it) {
  const temporary_folder folder;
  const auto store = checkpoint_file(folder / "c");
  ASSERT_TRUE(store->acquire());
  std::filesystem::remove(folder / "c");
  const auto other = checkpoint_file(folder / "c");
  ASSERT_TRUE(other->acquire());
  ASSERT_TRUE(other->save("other"));
  expect_error(store->save("text"), errc::io, "was removed or replaced");
  EXPECT_EQ(contents_of(folder / "c"), "other");
  store->release();
  EXPECT_EQ(contents_of(folder / "c"), "other") << "it is not the one that was acquired";
  EXPECT_TRUE(other->save("goes on"));
}

}  // namespace sink_checkpoint_file_test
}  // namespace dynamo
