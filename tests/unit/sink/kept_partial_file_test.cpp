// Partial files that are kept, and resumed by another output_file.
#include "support/temporary_folder.hpp"

#include <dynamo/sink/output_file.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace dynamo {
namespace sink_kept_partial_file_test {

using test::contents_of;
using test::mode_of;
using test::temporary_folder;
using test::write_file;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(kept_partial_file, keeps_its_partial_file_if_asked_to) {
  const temporary_folder folder;
  {
    output_file file = output_file::create(folder / "a", {.keep_partial = true});
    file.write("one");
    file.sync();
    EXPECT_EQ(contents_of(folder / "a.partial"), "one");
  }
  EXPECT_THAT(folder.names(), ElementsAre("a.partial"));
  // Without more said, the next one begins afresh.
  output_file file = output_file::create(folder / "a", {.keep_partial = true});
  EXPECT_EQ(contents_of(folder / "a.partial"), "");
  file.commit();
  EXPECT_THAT(folder.names(), ElementsAre("a"));
}

TEST(kept_partial_file, continues_where_it_is_reported) {
  const temporary_folder folder;
  write_file(folder / "a.partial", "one\ntwo\nthr");
  output_file file = output_file::create(folder / "a", {.resume_at = 8});
  EXPECT_EQ(contents_of(folder / "a.partial"), "one\ntwo\n");
  EXPECT_EQ(file.size(), 8U);
  file.write("three\n");
  EXPECT_EQ(file.size(), 14U);
  file.commit();
  EXPECT_EQ(contents_of(folder / "a"), "one\ntwo\nthree\n");
  EXPECT_THAT(folder.names(), ElementsAre("a"));
}

TEST(kept_partial_file, does_not_continue_with_less_than_there_was) {
  const temporary_folder folder;
  const output_file_options options{.keep_partial = true, .resume_at = 8};
  auto missing = output_file::try_create(folder / "a", options);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("cannot go on with '" + folder / "a.partial"));
  write_file(folder / "a.partial", "one");
  auto shorter = output_file::try_create(folder / "a", options);
  ASSERT_FALSE(shorter);
  EXPECT_THAT(shorter.error().message, HasSubstr("has 3 bytes, not the 8"));
  EXPECT_EQ(contents_of(folder / "a.partial"), "one");
}

TEST(kept_partial_file, does_not_continue_with_what_another_one_writes) {
  const temporary_folder folder;
  const output_file first = output_file::create(folder / "a", {.keep_partial = true});
  auto second = output_file::try_create(folder / "a", {.keep_partial = true, .resume_at = 0});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("is being written by another export"));
}

TEST(kept_partial_file, what_cannot_be_cut_back_is_not_kept) {
  auto opened = output_file::try_create("/dev/null", {.keep_partial = true});
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("is not a regular file"));
}

// In a folder such as /tmp another user may put a file under the name of a partial one.
TEST(kept_partial_file, does_not_continue_with_what_others_may_write) {
  const temporary_folder folder;
  const std::string partial = folder / "a.partial";
  const output_file_options options{.keep_partial = true, .resume_at = 2};
  write_file(partial, "precious");
  ASSERT_EQ(::chmod(partial.c_str(), 0666), 0);
  auto opened = output_file::try_create(folder / "a", options);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, errc::io);
  EXPECT_THAT(opened.error().message, HasSubstr("other users may write to it"));
  ASSERT_EQ(::chmod(partial.c_str(), 0644), 0);
  ASSERT_EQ(::link(partial.c_str(), (folder / "second").c_str()), 0);
  opened = output_file::try_create(folder / "a", options);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("a.partial': it has a second name"));
  EXPECT_EQ(contents_of(folder / "second"), "precious");
}

TEST(kept_partial_file, does_not_continue_with_the_file_of_another_user) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make a file of another user";
  const temporary_folder folder;
  write_file(folder / "a.partial", "precious");
  ASSERT_EQ(::chown((folder / "a.partial").c_str(), 65534, 65534), 0);
  const auto opened = output_file::try_create(folder / "a", {.resume_at = 2});
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("it belongs to another user, of id 65534"));
  EXPECT_EQ(contents_of(folder / "a.partial"), "precious");
}

TEST(kept_partial_file, while_it_is_written_nobody_else_may_write_to_it) {
  const temporary_folder folder;
  write_file(folder / "a", "old");
  ASSERT_EQ(::chmod((folder / "a").c_str(), 0664), 0);
  {
    const auto kept = output_file::create(folder / "a", {.replace = true, .keep_partial = true});
  }
  EXPECT_EQ(mode_of(folder / "a.partial"), 0644U);
  auto file =
      output_file::create(folder / "a", {.replace = true, .keep_partial = true, .resume_at = 0});
  file.commit();
  EXPECT_EQ(mode_of(folder / "a"), 0664U);
}

TEST(kept_partial_file, of_a_read_only_file_the_partial_one_stays_writable) {
  const temporary_folder folder;
  write_file(folder / "a", "old");
  std::filesystem::permissions(folder / "a", std::filesystem::perms::owner_read);
  {
    auto file = output_file::create(folder / "a", {.replace = true, .keep_partial = true});
    file.write("new");
    file.sync();
  }
  EXPECT_EQ(mode_of(folder / "a.partial"), 0600U);
  auto file =
      output_file::create(folder / "a", {.replace = true, .keep_partial = true, .resume_at = 3});
  file.commit();
  EXPECT_EQ(mode_of(folder / "a"), 0400U);
  EXPECT_EQ(contents_of(folder / "a"), "new");
}

}  // namespace sink_kept_partial_file_test
}  // namespace dynamo
