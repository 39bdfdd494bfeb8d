// Whose file it is that has a name of ours.
#include "sink/named_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <string>

namespace dynamo::sink {
namespace sink_named_file_test {

using ::testing::HasSubstr;

constexpr uid_t me = 1000;
constexpr uid_t another = 1001;

struct stat properties(mode_t mode, uid_t user, nlink_t links = 1) {
  struct stat about{};
  about.st_mode = mode;
  about.st_uid = user;
  about.st_nlink = links;
  return about;
}

std::string refusal(const struct stat& about) {
  const auto checked = check_own(about, me, "/tmp/a.partial");
  if (checked) return "";
  EXPECT_EQ(checked.error().kind, errc::io);
  EXPECT_THAT(checked.error().message, HasSubstr("cannot use '/tmp/a.partial': "));
  return checked.error().message;
}

TEST(check_own, what_one_user_alone_writes_is_his) {
  for (const mode_t mode : {0600U, 0644U, 0400U, 0755U}) {
    EXPECT_EQ(refusal(properties(S_IFREG | mode, me)), "") << mode;
  }
}

TEST(check_own, names_what_is_wrong) {
  EXPECT_THAT(refusal(properties(S_IFREG | 0600, another)),
              HasSubstr("it belongs to another user, of id 1001; remove it, or name another file"));
  EXPECT_THAT(refusal(properties(S_IFREG | 0600, 0)), HasSubstr("of id 0"));
  EXPECT_THAT(refusal(properties(S_IFREG | 0660, me)), HasSubstr("other users may write to it"));
  EXPECT_THAT(refusal(properties(S_IFREG | 0602, me)), HasSubstr("other users may write to it"));
  EXPECT_THAT(refusal(properties(S_IFREG | 0600, me, 2)), HasSubstr("hard link"));
  for (const mode_t kind : std::array<mode_t, 4>{S_IFIFO, S_IFSOCK, S_IFCHR, S_IFDIR}) {
    EXPECT_THAT(refusal(properties(kind | 0600, me)), HasSubstr("is not a regular file"));
  }
}

TEST(may_be_planted, is_anothers_pipe_in_a_shared_folder) {
  const struct stat shared = properties(S_IFDIR | S_ISVTX | 0777, 0);
  EXPECT_TRUE(may_be_planted(properties(S_IFIFO | 0666, another), shared, me));
  EXPECT_TRUE(may_be_planted(properties(S_IFSOCK | 0666, another), shared, me));
  EXPECT_FALSE(may_be_planted(properties(S_IFIFO | 0600, me), shared, me));
  EXPECT_FALSE(may_be_planted(properties(S_IFIFO | 0622, 0), shared, me)) << "the folder's owner";
  EXPECT_FALSE(may_be_planted(properties(S_IFCHR | 0666, another), shared, me));
  const struct stat own = properties(S_IFDIR | 0755, another);
  EXPECT_FALSE(may_be_planted(properties(S_IFIFO | 0666, another), own, me));
}

}  // namespace sink_named_file_test
}  // namespace dynamo::sink
