// Which files with secret keys are reported because other users can read them.
#include "auth/exposed_keys.hpp"

#include "unit/auth/fake_dependencies.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <optional>
#include <string>
#include <utility>

namespace dynamo::auth {
namespace auth_exposed_keys_test {

constexpr const char* keys =
    "[p]\naws_access_key_id = AK\naws_secret_access_key = pLaNtEd-SECRET-0123456789\n";

class exposed_keys_test : public ::testing::Test {
 protected:
  std::optional<std::string> found() const {
    return exposed_keys(load_shared_files(fake_environment({{"HOME", home.path()}})).value());
  }
  const temporary_home home;
};

TEST_F(exposed_keys_test, are_those_that_group_or_others_can_read) {
  EXPECT_EQ(found(), std::nullopt) << "there is no file";
  home.write_credentials(keys);
  for (const auto& [mode, exposed] : {std::pair(0600U, false),
                                      {0400U, false},
                                      {0622U, false},
                                      {0640U, true},
                                      {0604U, true},
                                      {0644U, true}}) {
    ASSERT_EQ(::chmod(home.credentials_path().c_str(), mode), 0);
    EXPECT_EQ(found(), exposed ? std::optional(home.credentials_path()) : std::nullopt) << mode;
  }
}

TEST_F(exposed_keys_test, may_be_in_the_config_file) {
  home.write_credentials("[p]\nregion = us-east-1\n");
  home.write_config("[profile q]\naws_session_token = pLaNtEd-SESSION-TOKEN-0123456789\n");
  ASSERT_EQ(::chmod(home.credentials_path().c_str(), 0644), 0);
  ASSERT_EQ(::chmod(home.config_path().c_str(), 0644), 0);
  EXPECT_EQ(found(), home.config_path());
}

TEST_F(exposed_keys_test, are_none_where_a_file_has_none) {
  home.write_credentials("[p]\nregion = us-east-1\n");
  home.write_config("[profile p]\ncredential_process = program\n");
  ASSERT_EQ(::chmod(home.credentials_path().c_str(), 0666), 0);
  ASSERT_EQ(::chmod(home.config_path().c_str(), 0666), 0);
  EXPECT_EQ(found(), std::nullopt);
}

}  // namespace auth_exposed_keys_test
}  // namespace dynamo::auth
