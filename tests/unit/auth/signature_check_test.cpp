#include "auth/signature_check.hpp"

#include "support/planted.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace auth_signature_check_test {

using namespace dynamo;
using namespace dynamo::auth;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr auto noon = std::chrono::sys_days(std::chrono::January / 15 / 2026) + 12h;

credentials someone(std::string id, std::string token = {}) {
  credentials who;
  who.access_key_id = std::move(id);
  who.secret_access_key = test::planted_secret_key;
  who.session_token = std::move(token);
  return who;
}

// A request as a client signs it, and as a test spoils it.
struct signed_by_client {
  std::string method = "POST";
  std::string path = "/";
  std::string query{};
  std::string body = R"({"TableName":"users"})";
  header_list headers = {{"Host", "127.0.0.1:8000"},
                         {"Content-Type", "application/x-amz-json-1.0"},
                         {"X-Amz-Target", "DynamoDB_20120810.Scan"}};
  std::string region = "eu-west-1";
  std::string service = "dynamodb";

  signed_by_client& sign(const credentials& who, std::chrono::system_clock::time_point at = noon) {
    signer by;
    const std::string hash = sha256_hex(body);
    auto added = by.sign(
        {.method = method, .path = path, .query = query, .headers = headers, .payload_hash = hash},
        who, {.region = region, .service = service}, at);
    EXPECT_TRUE(added) << added.error().message;
    headers.insert(headers.end(), added->begin(), added->end());
    return *this;
  }

  std::string& operator[](std::string_view name) {
    const auto at = std::ranges::find(headers, name, &header::first);
    if (at != headers.end()) return at->second;
    return headers.emplace_back(name, "").second;
  }
  void remove(std::string_view name) {
    std::erase_if(headers, [&](const header& each) { return each.first == name; });
  }
  void replace_in_authorization(const std::string& part, const std::string& with) {
    std::string& claim = (*this)["Authorization"];
    ASSERT_NE(claim.find(part), std::string::npos);
    claim.replace(claim.find(part), part.size(), with);
  }
};

class signature_check_test : public ::testing::Test {
 protected:
  signature_check_test() {
    credentials other = someone("AKOTHER");
    other.secret_access_key = "another one";
    accept({someone("AKFIRST"), someone("AKSECOND", "token-of-the-session"), other});
  }

  // "accepted", or the refusal's type; its sentence is in `message`.
  std::string answer(const signed_by_client& sent,
                     std::chrono::system_clock::time_point now = noon) {
    std::vector<std::pair<std::string_view, std::string_view>> views(sent.headers.begin(),
                                                                     sent.headers.end());
    const auto refused = check->refuse({.method = sent.method,
                                        .path = sent.path,
                                        .query = sent.query,
                                        .headers = views,
                                        .body = sent.body},
                                       now);
    message = refused ? refused->message : "";
    test::expect_nothing_planted(message, "a refusal");
    EXPECT_EQ(message.find("Canonical"), std::string::npos);
    return refused ? std::string(refused->type) : "accepted";
  }

  void accept(std::vector<credentials> who) {
    check = std::make_unique<signature_check>(std::move(who));
  }

  std::unique_ptr<signature_check> check;
  std::string message;
};

TEST_F(signature_check_test, accepts_what_its_credentials_signed) {
  EXPECT_EQ(answer(signed_by_client().sign(someone("AKFIRST"))), "accepted");
  EXPECT_EQ(answer(signed_by_client().sign(someone("AKSECOND", "token-of-the-session"))),
            "accepted");
}

TEST_F(signature_check_test, accepts_any_region_path_and_query) {
  signed_by_client sent{.path = "/a b/../c", .query = "x=1&a=%20b", .region = "us-gov-east-1"};
  EXPECT_EQ(answer(sent.sign(someone("AKFIRST"))), "accepted");
}

TEST_F(signature_check_test, accepts_the_date_header_in_place_of_its_own) {
  signed_by_client sent;
  sent["Date"] = "Thu, 15 Jan 2026 12:00:00 GMT";
  signer by;
  std::string text =
      "POST\n/\n\ndate:Thu, 15 Jan 2026 12:00:00 GMT\nhost:127.0.0.1:8000\n"
      "x-amz-target:DynamoDB_20120810.Scan\n\ndate;host;x-amz-target\n" +
      sha256_hex(sent.body);
  sent["Authorization"] =
      "AWS4-HMAC-SHA256 Credential=AKFIRST/20260115/eu-west-1/dynamodb/aws4_request, "
      "SignedHeaders=date;host;x-amz-target, Signature=" +
      by.signature(text, test::planted_secret_key, "20260115T120000Z",
                   {.region = "eu-west-1", .service = "dynamodb"});
  EXPECT_EQ(answer(sent), "accepted");
  EXPECT_EQ(answer(sent, noon + 16min), "InvalidSignatureException");
}

TEST_F(signature_check_test, wants_a_signature) {
  EXPECT_EQ(answer(signed_by_client()), "MissingAuthenticationTokenException");
  EXPECT_EQ(message, "Request is missing Authentication Token");
  signed_by_client sent;
  sent["Authorization"] = "  ";
  EXPECT_EQ(answer(sent), "MissingAuthenticationTokenException");
}

TEST_F(signature_check_test, wants_all_of_it) {
  signed_by_client sent = signed_by_client().sign(someone("AKFIRST"));
  sent["Authorization"] = "Basic dXNlcjpwYXNzd29yZA==";
  EXPECT_EQ(answer(sent), "IncompleteSignatureException");
  sent = signed_by_client().sign(someone("AKFIRST"));
  sent.remove("X-Amz-Date");
  EXPECT_EQ(answer(sent), "IncompleteSignatureException");
  EXPECT_EQ(message,
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  for (const char* date : {"", "2026-01-15T12:00:00Z", "20260115T1200", "20261315T120000Z",
                           "20260115T126000Z", "20260115 120000Z", "xxxxxxxxTxxxxxxZ"}) {
    sent["X-Amz-Date"] = date;
    EXPECT_EQ(answer(sent), "IncompleteSignatureException") << date;
    EXPECT_EQ(message, "Date must be in ISO-8601 'basic format'.") << date;
  }
}

TEST_F(signature_check_test, refuses_what_changed_on_the_way) {
  const auto changed = [&](auto change) {
    signed_by_client sent = signed_by_client().sign(someone("AKFIRST"));
    change(sent);
    return answer(sent);
  };
  constexpr const char* refused = "InvalidSignatureException";
  EXPECT_EQ(changed([](auto& sent) { sent.body += ' '; }), refused);
  EXPECT_EQ(message,
            "The request signature we calculated does not match the signature you provided. Check "
            "your AWS Secret Access Key and signing method. Consult the service documentation for "
            "details.");
  EXPECT_EQ(changed([](auto& sent) { sent.method = "PUT"; }), refused);
  EXPECT_EQ(changed([](auto& sent) { sent.path = "/other"; }), refused);
  EXPECT_EQ(changed([](auto& sent) { sent.query = "a=b"; }), refused);
  EXPECT_EQ(changed([](auto& sent) { sent["X-Amz-Target"] = "DynamoDB_20120810.DeleteTable"; }),
            refused);
  EXPECT_EQ(changed([](auto& sent) { sent["Host"] = "elsewhere"; }), refused);
  EXPECT_EQ(changed([](auto& sent) { sent.remove("Content-Type"); }), refused);
  EXPECT_EQ(changed([](auto& sent) { sent.headers.emplace_back("Content-Type", "text/plain"); }),
            refused);
  EXPECT_EQ(changed([](auto& sent) { sent["X-Amz-Date"] = "20260115T120001Z"; }), refused);
  EXPECT_EQ(changed([](auto& sent) { sent.replace_in_authorization("eu-west-1", "eu-west-2"); }),
            refused);
  EXPECT_EQ(changed([](auto& sent) { sent["Authorization"].back() ^= 1; }), refused);
  EXPECT_EQ(changed([](auto& sent) { sent["Authorization"] += "0"; }), refused);
  EXPECT_EQ(changed([](auto& sent) { sent["Authorization"].pop_back(); }), refused);
  EXPECT_EQ(changed([](auto&) {}), "accepted");
}

TEST_F(signature_check_test, wants_everything_signed_that_says_what_to_do) {
  signed_by_client sent = signed_by_client().sign(someone("AKFIRST"));
  sent["X-Amz-Other"] = "added";
  EXPECT_EQ(answer(sent), "InvalidSignatureException");
  EXPECT_EQ(message, "'X-Amz-Other' must be a 'SignedHeader' in the AWS Authorization.");
  sent = signed_by_client().sign(someone("AKFIRST"));
  sent.replace_in_authorization("host;", "");
  EXPECT_EQ(answer(sent), "InvalidSignatureException");
  EXPECT_EQ(message, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  sent = signed_by_client().sign(someone("AKFIRST"));
  sent.replace_in_authorization(";x-amz-target", "");
  EXPECT_EQ(answer(sent), "InvalidSignatureException");
  EXPECT_EQ(message, "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.");
  // A name is shown only if it is one.
  sent = signed_by_client().sign(someone("AKFIRST"));
  sent["X-Amz-\"\n\xff"] = "added";
  EXPECT_EQ(answer(sent), "InvalidSignatureException");
  EXPECT_EQ(message, "'X-Amz-*' must be a 'SignedHeader' in the AWS Authorization.");
}

TEST_F(signature_check_test, knows_only_its_credentials) {
  const std::string unknown = "The security token included in the request is invalid.";
  for (const credentials& who :
       {someone("AKNOBODY"), someone("AKFIRST", "a-token"), someone("AKSECOND"),
        someone("AKSECOND", "token-of-another"), someone("akfirst")}) {
    EXPECT_EQ(answer(signed_by_client().sign(who)), "UnrecognizedClientException")
        << who.access_key_id;
    EXPECT_EQ(message, unknown);
  }
  EXPECT_EQ(answer(signed_by_client().sign(someone("AKOTHER"))), "InvalidSignatureException");
}

TEST_F(signature_check_test, accepts_one_key_with_several_secrets) {
  credentials old = someone("AK");
  old.secret_access_key = "old";
  credentials other = someone("AK");
  other.secret_access_key = "new";
  accept({old, someone("AK")});
  EXPECT_EQ(answer(signed_by_client().sign(someone("AK"))), "accepted");
  EXPECT_EQ(answer(signed_by_client().sign(old)), "accepted");
  EXPECT_EQ(answer(signed_by_client().sign(other)), "InvalidSignatureException");
}

TEST_F(signature_check_test, wants_a_scope_of_dynamo_db) {
  signed_by_client streams{.service = "streams"};
  EXPECT_EQ(answer(streams.sign(someone("AKFIRST"))), "InvalidSignatureException");
  EXPECT_EQ(message, "Credential should be scoped to correct service: 'dynamodb'.");
  signed_by_client sent = signed_by_client().sign(someone("AKFIRST"));
  sent.replace_in_authorization("aws4_request", "aws5_request");
  EXPECT_EQ(answer(sent), "InvalidSignatureException");
  EXPECT_EQ(message, "Credential should be scoped with a valid terminator: 'aws4_request'.");
  sent = signed_by_client().sign(someone("AKFIRST"));
  sent.replace_in_authorization("20260115/", "20260114/");
  EXPECT_EQ(answer(sent), "InvalidSignatureException");
  EXPECT_THAT(message, StartsWith("Date in Credential scope does not match YYYYMMDD"));
}

TEST_F(signature_check_test, takes_clocks_that_are_a_quarter_of_an_hour_off) {
  const signed_by_client sent = signed_by_client().sign(someone("AKFIRST"));
  for (const auto difference : {-15min, 0min, 15min}) {
    EXPECT_EQ(answer(sent, noon + difference), "accepted") << difference.count();
  }
  EXPECT_EQ(answer(sent, noon + 15min + 1s), "InvalidSignatureException");
  EXPECT_EQ(message,
            "Signature expired: 20260115T120000Z is now earlier than 20260115T120001Z "
            "(20260115T121501Z - 15 min.)");
  EXPECT_EQ(answer(sent, noon - 15min - 1s), "InvalidSignatureException");
  EXPECT_EQ(message,
            "Signature not yet current: 20260115T120000Z is still later than 20260115T115959Z "
            "(20260115T114459Z + 15 min.)");
}

}  // namespace auth_signature_check_test
