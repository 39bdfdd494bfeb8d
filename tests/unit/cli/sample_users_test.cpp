#include "cli/sample_users.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>

namespace cli_sample_users_test {

using dynamo::cli::sample_user;
using dynamo::cli::sample_user_at;
using dynamo::cli::sample_user_json;

// A reader that knows only the grammar of RFC 8259, to judge the generator by other code than the
// project's own JSON reader.
class json_grammar {
 public:
  static bool accepts(std::string_view text) {
    json_grammar reader(text);
    return reader.value() && reader.rest_.empty();
  }

 private:
  explicit json_grammar(std::string_view text) : rest_(text) {}

  bool take(char sign) {
    if (rest_.empty() || rest_.front() != sign) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool string() {
    if (!take('"')) return false;
    while (!rest_.empty()) {
      const auto sign = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      if (sign == '"') return true;
      if (sign < 0x20) return false;
      if (sign != '\\') continue;
      if (rest_.empty() || std::string_view("\"\\/bfnrt").find(rest_.front()) == rest_.npos) {
        return false;
      }
      rest_.remove_prefix(1);
    }
    return false;
  }

  // DynamoDB JSON of strings, numbers, lists and maps has no bare numbers, true, false or null.
  bool value() {
    if (rest_.starts_with('"')) return string();
    if (take('[')) {
      if (take(']')) return true;
      do {
        if (!value()) return false;
      } while (take(','));
      return take(']');
    }
    if (!take('{')) return false;
    if (take('}')) return true;
    do {
      if (!string() || !take(':') || !value()) return false;
    } while (take(','));
    return take('}');
  }

  std::string_view rest_;
};

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
  }));
}

// Whoever changes the generator changes every data set that was made with it: on purpose only.
TEST(sample_users, first_user_never_changes) {
  EXPECT_EQ(sample_user_json(1, 0),
            R"({"id":{"S":"6ec85f1f-8547-4c0c-acf6-3afcc21a470a"},"email":{"S":"lukasz.santos0@)"
            R"(example.com"},"name":{"S":"Łukasz Santos"},"tenant_id":{"S":"tenant-001"},"statu)"
            R"(s":{"S":"inactive"},"age":{"N":"80"},"created_at":{"S":"2024-10-19T22:18:07Z"},")"
            R"(tags":{"L":[{"S":"referral"},{"S":"us"},{"S":"weekly-digest"},{"S":"api"},{"S":")"
            R"(churn-risk"}]},"address":{"M":{"street":{"S":"4 Chapel Walk"},"city":{"S":"Krakó)"
            R"(w"},"postcode":{"S":"34-974"},"country":{"S":"PL"},"location":{"M":{"lat":{"N":")"
            R"(50.097444"},"lon":{"N":"19.948099"}}}}},"bio":{"S":"Bicycle mountains river near)"
            R"( near and teaches bread yellow plays. Stories likes builds on stories grows near)"
            R"(. Sails quiet builds stories bicycle. On from runs climbs garden reads. Writes g)"
            R"(uitar data bakes maps climbs bicycle builds."},"score":{"N":"75.34"}})");
}

TEST(sample_users, depend_on_seed_and_index_only) {
  const std::string late = sample_user_json(7, 99'999);
  (void)sample_user_json(7, 3);
  EXPECT_EQ(sample_user_json(7, 99'999), late);
  EXPECT_NE(sample_user_json(8, 99'999), late);
  EXPECT_NE(sample_user_json(7, 99'998), late);
}

TEST(sample_users, key_is_that_of_the_item) {
  const sample_user user = sample_user_at(1, 5);
  std::string key;
  append_dynamodb_key_json(user, key);
  EXPECT_EQ(key, R"({"id":{"S":")" + user.id + R"("},"email":{"S":")" + user.email + R"("}})");
  const std::string item = sample_user_json(1, 5);
  EXPECT_EQ(item.substr(0, key.size() - 1), key.substr(0, key.size() - 1));
}

TEST(sample_users, appending_keeps_what_is_there) {
  std::string out = "before ";
  append_dynamodb_json(sample_user_at(1, 2), out);
  EXPECT_EQ(out, "before " + sample_user_json(1, 2));
}

TEST(sample_users, are_valid_json_of_the_expected_size) {
  constexpr std::size_t count = 10'000;
  std::size_t bytes = 0;
  std::size_t escaped = 0;
  std::size_t foreign = 0;
  for (std::size_t index = 0; index < count; ++index) {
    const std::string json = sample_user_json(1, index);
    ASSERT_TRUE(json_grammar::accepts(json)) << json;
    bytes += json.size();
    escaped += json.find('\\') != json.npos ? 1U : 0U;
    foreign += characters(json) != json.size() ? 1U : 0U;
  }
  EXPECT_GE(bytes / count, 650U);
  EXPECT_LE(bytes / count, 750U);
  EXPECT_GT(escaped, count / 20);
  EXPECT_LT(escaped, count / 5);
  EXPECT_GT(foreign, count / 10);
}

TEST(sample_users, the_grammar_used_above_refuses_broken_json) {
  const std::string json = sample_user_json(1, 0);
  EXPECT_FALSE(json_grammar::accepts(json.substr(0, json.size() - 1)));
  EXPECT_FALSE(json_grammar::accepts(json + "}"));
  EXPECT_FALSE(json_grammar::accepts("{\"a\":\"\n\"}"));
  EXPECT_FALSE(json_grammar::accepts(R"({"a":"\q"})"));
  EXPECT_FALSE(json_grammar::accepts(R"({"a":{"S":"x"},})"));
}

TEST(sample_users, fields_have_their_form) {
  const std::regex id("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  const std::regex email(R"([a-z]+\.[a-z]+[0-9]+@[a-z.]+)");
  const std::regex time(
      "20(1[5-9]|2[0-4])-(0[1-9]|1[0-2])-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:"
      "[0-5][0-9]Z");
  const std::regex number(R"(0|-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?)");
  std::set<std::string> ids;
  std::set<std::string> emails;
  constexpr std::size_t count = 2'000;
  for (std::size_t index = 0; index < count; ++index) {
    const sample_user user = sample_user_at(3, index);
    SCOPED_TRACE(sample_user_json(3, index));
    EXPECT_TRUE(std::regex_match(user.id, id));
    EXPECT_TRUE(std::regex_match(user.email, email));
    EXPECT_TRUE(std::regex_match(user.created_at, time));
    EXPECT_TRUE(std::regex_match(user.score, number));
    EXPECT_TRUE(std::regex_match(user.address.latitude, number));
    EXPECT_TRUE(std::regex_match(user.address.longitude, number));
    EXPECT_GE(user.age.value_or(18), 18);
    EXPECT_LE(user.age.value_or(90), 90);
    EXPECT_LE(user.tags.size(), 6U);
    EXPECT_EQ(std::set(user.tags.begin(), user.tags.end()).size(), user.tags.size());
    EXPECT_LE(characters(user.bio), 400U);
    ids.insert(user.id);
    emails.insert(user.email);
  }
  EXPECT_EQ(ids.size(), count);
  EXPECT_EQ(emails.size(), count);
}

TEST(sample_users, are_spread_as_promised) {
  constexpr std::size_t count = 20'000;
  std::map<std::string, std::size_t> tenants;
  std::map<std::string_view, std::size_t> statuses;
  std::map<std::size_t, std::size_t> tag_counts;
  std::size_t without_age = 0;
  std::size_t without_bio = 0;
  std::size_t longest_bio = 0;
  for (std::size_t index = 0; index < count; ++index) {
    const sample_user user = sample_user_at(1, index);
    ++tenants[user.tenant_id];
    ++statuses[user.status];
    ++tag_counts[user.tags.size()];
    without_age += user.age ? 0U : 1U;
    without_bio += user.bio.empty() ? 1U : 0U;
    longest_bio = std::max(longest_bio, characters(user.bio));
  }
  EXPECT_EQ(tenants.size(), static_cast<std::size_t>(dynamo::cli::sample_tenants));
  const auto share = [](std::size_t part) { return 100.0 * static_cast<double>(part) / count; };
  EXPECT_NEAR(share(tenants["tenant-001"]), 17.0, 1.0);
  EXPECT_NEAR(share(tenants["tenant-002"]), 8.5, 1.0);
  EXPECT_LT(share(tenants["tenant-200"]), 0.3);
  EXPECT_EQ(statuses.size(), 4U);
  EXPECT_NEAR(share(statuses["active"]), 70.0, 1.5);
  EXPECT_NEAR(share(statuses["inactive"]), 15.0, 1.0);
  EXPECT_NEAR(share(statuses["pending"]), 10.0, 1.0);
  EXPECT_NEAR(share(statuses["suspended"]), 5.0, 1.0);
  EXPECT_NEAR(share(without_age), 4.0, 0.6);
  EXPECT_NEAR(share(without_bio), 11.0, 2.0);
  EXPECT_GT(longest_bio, 390U);
  EXPECT_EQ(tag_counts.size(), 7U);
}

}  // namespace cli_sample_users_test
