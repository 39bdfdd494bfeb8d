// Files that are read whole, and replaced whole; and the lines of others that are shown.
#include "auth/small_file.hpp"

#include "auth/foreign_text.hpp"
#include "core/descriptor.hpp"
#include "unit/auth/fake_dependencies.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>
#include <string>

namespace auth_small_file_test {

using namespace dynamo::auth;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(small_file, is_read_up_to_its_limit) {
  const temporary_home home;
  const std::string path = home.path() + "/f";
  EXPECT_FALSE(read_small_file(path, 10).value());
  EXPECT_FALSE(read_small_file(path + "/below", 10).value());
  temporary_home::write(path, "0123456789");
  EXPECT_EQ(read_small_file(path, 10).value(), "0123456789");
  const auto large = read_small_file(path, 9);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().kind, dynamo::errc::configuration);
  EXPECT_THAT(large.error().message, AllOf(HasSubstr(path), HasSubstr("larger than 9 bytes")));
  EXPECT_EQ(read_small_file("/dev/null", 10).value(), "");
}

// None of them is waited for, and none is read: pipes with a writer and without, devices, folders.
TEST(small_file, is_refused_unread_unless_it_is_regular) {
  const temporary_home home;
  const std::string pipe = home.path() + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const auto message_of = [](const std::string& path) {
    const auto read = read_small_file(path, 100'000);
    return read ? "it was read" : read.error().message;
  };
  EXPECT_THAT(message_of(pipe),
              AllOf(HasSubstr(pipe), HasSubstr("cannot be read: it is a pipe; name a regular")));
  const dynamo::detail::descriptor both(::open(pipe.c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_EQ(::write(both.get(), "token", 5), 5);
  EXPECT_THAT(message_of(pipe), HasSubstr("it is a pipe"));
  // As a process substitution of a shell gives it.
  EXPECT_THAT(message_of("/proc/self/fd/" + std::to_string(both.get())), HasSubstr("it is a pipe"));
  EXPECT_THAT(message_of(home.path()), HasSubstr("it is a directory"));
  EXPECT_THAT(message_of("/dev/zero"), HasSubstr("it is a character device"));
  EXPECT_THAT(message_of("/dev/ptmx"), HasSubstr("cannot be read"));
}

TEST(small_file, is_replaced_in_one_step_for_its_owner_only) {
  const temporary_home home;
  const std::string path = home.path() + "/f";
  temporary_home::write(path, "old");
  ::chmod(path.c_str(), 0644);
  ASSERT_TRUE(replace_private_file(path, "new"));
  EXPECT_EQ(read_small_file(path, 10).value(), "new");
  struct stat about{};
  ASSERT_EQ(::stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777, 0600U);
  const std::filesystem::directory_iterator files(home.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 2) << "the file, .aws, and no leftover";
}

TEST(small_file, a_replacement_that_fails_leaves_everything_as_it_was) {
  const temporary_home home;
  const std::string path = home.path() + "/f";
  std::filesystem::create_directories(path + "/in the way");
  const auto failed = replace_private_file(path, "new");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, dynamo::errc::io);
  EXPECT_THAT(failed.error().message, HasSubstr(path));
  EXPECT_TRUE(std::filesystem::is_directory(path));
  const std::filesystem::directory_iterator files(home.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 2);
  EXPECT_FALSE(replace_private_file(home.path() + "/gone/f", "new"));
}

TEST(shown_line, is_the_first_one_without_secrets) {
  EXPECT_EQ(
      shown_line("\n  Denied: SECRET-1 and SECRET-1, TOKEN-2.\nsecond", {"SECRET-1", "TOKEN-2"}),
      "Denied: *** and ***, ***.");
  EXPECT_EQ(shown_line(" \n ", {}), "");
  EXPECT_EQ(shown_line("a cat", {"", "cat"}), "a cat") << "too short for a secret";
}

TEST(shown_line, is_short_and_safe_to_show) {
  EXPECT_EQ(shown_line(std::string(400, 'x'), {}), std::string(300, 'x') + "...");
  EXPECT_EQ(shown_line("a\x1b[2J\tb\x7f", {}), "a [2J b ");
  EXPECT_EQ(shown_line("\xc3\xa4", {}), "\xc3\xa4");
  EXPECT_EQ(shown_line("\xc3(", {}), "?(");
  // A secret across the limit is not shown in part.
  const std::string line = shown_line(std::string(296, 'x') + "SECRET-1", {"SECRET-1"});
  EXPECT_EQ(line, std::string(296, 'x') + "***");
}

}  // namespace auth_small_file_test
