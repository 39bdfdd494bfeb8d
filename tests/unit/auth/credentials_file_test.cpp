#include "support/temporary_folder.hpp"

#include <dynamo/auth/credentials_file.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace auth_credentials_file_test {

using namespace dynamo;
using ::testing::HasSubstr;

class credentials_file_test : public ::testing::Test {
 protected:
  credentials_file_test() { folder.has_inputs(); }

  result<std::vector<credentials>> read(const std::string& text) {
    test::write_file(folder / "credentials", text);
    return try_read_credentials_file(folder / "credentials");
  }
  std::string fault_of(const std::string& text) {
    const auto found = read(text);
    EXPECT_FALSE(found);
    if (found) return {};
    EXPECT_EQ(found.error().kind, errc::configuration);
    EXPECT_THAT(found.error().message, HasSubstr(folder / "credentials"));
    test::expect_nothing_planted(found.error().message, "an error");
    return found.error().message;
  }

  test::temporary_folder folder;
};

TEST_F(credentials_file_test, gives_the_keys_of_all_profiles_that_have_some) {
  const auto found = read(
      "[default]\naws_access_key_id = AK1\naws_secret_access_key = S1\n"
      "[role]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = default\n"
      "[session]\naws_access_key_id=AK2\naws_secret_access_key=S2\naws_session_token=T2\n");
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ((*found)[0].access_key_id, "AK1");
  EXPECT_EQ((*found)[0].secret_access_key, "S1");
  EXPECT_EQ((*found)[0].session_token, "");
  EXPECT_EQ((*found)[1].access_key_id, "AK2");
  EXPECT_EQ((*found)[1].secret_access_key, "S2");
  EXPECT_EQ((*found)[1].session_token, "T2");
}

TEST_F(credentials_file_test, reports_half_a_pair) {
  EXPECT_THAT(fault_of("[a]\naws_secret_access_key = pLaNtEdSecret\n"),
              HasSubstr("no aws_access_key_id"));
}

TEST_F(credentials_file_test, reports_a_file_without_keys) {
  EXPECT_THAT(fault_of("[a]\nregion = eu-west-1\n"), HasSubstr("No profile in"));
  EXPECT_THAT(fault_of(""), HasSubstr("No profile in"));
  EXPECT_THAT(fault_of("aws_secret_access_key = pLaNtEdSecret\n"), HasSubstr("line 1"));
}

TEST_F(credentials_file_test, reports_a_file_that_is_not_there) {
  const auto found = try_read_credentials_file(folder / "other");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, errc::configuration);
  EXPECT_THAT(found.error().message, HasSubstr(folder / "other"));
}

}  // namespace auth_credentials_file_test
