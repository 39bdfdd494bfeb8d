// What an export does with everything that can be wrong: one sentence, a status, no file.

#include "integration/tool/tool_run.hpp"
#include "support/hostile.hpp"
#include "support/scripted_backend.hpp"
#include "support/temporary_folder.hpp"
#include "support/tls_identity.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::test {
namespace tool_bad_input_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class bad_input : public ::testing::Test {
 protected:
  // Runs an export and expects that it ends with the status and one line that has these words.
  void refused(int status, const std::vector<std::string>& words,
               const environment_changes& environment, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"export", "users", "-o", file, "--segments", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ended_process ended = run_tool(std::move(arguments), environment);
    EXPECT_EQ(ended.status, status) << ended.err;
    EXPECT_EQ(ended.out, "");
    EXPECT_THAT(ended.err, StartsWith("dynamo: "));
    for (const std::string& word : words) EXPECT_THAT(ended.err, HasSubstr(word));
    EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
    EXPECT_THAT(folder.names(), IsEmpty());
  }
  // The same against a server that always answers so.
  void refused(int status, const std::vector<std::string>& words, const script& answer,
               std::vector<std::string> more = {}) {
    const loopback_server server(in_turn({answer}));
    refused(status, words, at_endpoint(server.url()), std::move(more));
  }
  // Exports these pages, one behind the other, and gives the file.
  std::string exported(const std::vector<std::string>& pages) {
    std::vector<script> answers;
    for (const std::string& page : pages) answers.push_back(respond(200, page));
    const loopback_server server(in_turn(std::move(answers)));
    const ended_process ended =
        run_tool({"export", "users", "-o", file, "--segments", "1"}, at_endpoint(server.url()));
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_EQ(server.requests().size(), pages.size());
    EXPECT_THAT(folder.names(), ElementsAre("a.jsonl"));
    return contents_of(file);
  }

  const temporary_folder folder;
  const temporary_folder elsewhere;
  const std::string file = folder / "a.jsonl";
};

TEST_F(bad_input, malformed_config_file) {
  const std::string config = elsewhere / "config";
  write_file(config, "[profile a]\nregion = us-east-1\n[profile b\n");
  environment_changes environment = at_endpoint("http://127.0.0.1:1");
  environment["AWS_CONFIG_FILE"] = config;
  refused(3, {config, "3"}, environment);
}

TEST_F(bad_input, malformed_credentials_file) {
  const std::string shared = elsewhere / "credentials";
  write_file(shared, "[default]\naws_access_key_id\n");
  environment_changes environment = at_endpoint("http://127.0.0.1:1");
  environment["AWS_ACCESS_KEY_ID"] = environment["AWS_SECRET_ACCESS_KEY"] = std::nullopt;
  environment["AWS_SHARED_CREDENTIALS_FILE"] = shared;
  refused(3, {shared, "2"}, environment);
}

TEST_F(bad_input, unknown_host) {
  refused(1, {"nonexistent.invalid", "--endpoint"}, at_endpoint("http://nonexistent.invalid"));
}

TEST_F(bad_input, endpoint_that_is_no_url) {
  refused(3, {"AWS_ENDPOINT_URL_DYNAMODB", "localhost 8000"}, at_endpoint("localhost 8000"));
}

TEST_F(bad_input, certificate_that_is_not_trusted) {
  const tls_identity identity;
  const loopback_server server(in_turn({respond(200, page_body({}))}), identity.context());
  refused(3, {"not trusted", "AWS_CA_BUNDLE"}, at_endpoint(server.url()));
}

TEST_F(bad_input, expired_token) {
  refused(
      3, {"ExpiredTokenException", "the token is too old"},
      service_error(400, "com.amazon.coral.service#ExpiredTokenException", "the token is too old"));
}

TEST_F(bad_input, access_denied) {
  refused(5, {"not authorized to perform: dynamodb:Scan", "REQUEST-OF-THE-TEST"},
          service_error(400, "com.amazon.coral.service#AccessDeniedException",
                        "User: x is not authorized to perform: dynamodb:Scan"));
}

TEST_F(bad_input, truncated_response) {
  const std::string whole = response_text(200, page_body({R"({"id":{"S":"a"}})"}));
  refused(1, {"users"}, script{step::send{whole.substr(0, whole.size() - 5)}, step::close{}});
}

TEST_F(bad_input, response_that_is_not_json) {
  refused(1, {"not a page of items", "--endpoint"}, respond(200, "<html>Welcome</html>"));
}

TEST_F(bad_input, response_of_the_wrong_shape) {
  refused(1, {"users"}, respond(200, R"({"Items":{"id":{"S":"a"}},"Count":1})"));
  refused(1, {"users"}, respond(200, R"({"TableNames":[]})"));
}

// A damaged body may come whole the next time, so it is asked for until the time is over.
TEST_F(bad_input, wrong_checksum) {
  refused(124, {"CRC-32", "--timeout"}, respond(200, page_body({}), {"x-amz-crc32: 1"}),
          {"--timeout", "0.5"});
}

TEST_F(bad_input, segments_out_of_range) {
  const environment_changes environment = at_endpoint("http://127.0.0.1:1");
  refused(2, {"--segments", "'0'"}, environment, {"--segments", "0"});
  refused(2, {"--segments", "1 to 1000000"}, environment, {"--segments", "1000001"});
}

TEST_F(bad_input, budgets_out_of_range) {
  const environment_changes environment = at_endpoint("http://127.0.0.1:1");
  refused(2, {"--max-rcu", "'0'"}, environment, {"--max-rcu", "0"});
  refused(2, {"--max-rcu", "'many'"}, environment, {"--max-rcu", "many"});
  refused(2, {"--max-bytes", "'0'"}, environment, {"--max-bytes", "0"});
  refused(2, {"--price-per-million", "--estimate"}, environment, {"--price-per-million", "1"});
  refused(2, {"the same file"}, environment, {"--report", file});
}

TEST_F(bad_input, report_that_cannot_be_written) {
  refused(7, {"does not exist"}, at_endpoint("http://127.0.0.1:1"),
          {"--report", elsewhere / "missing/report.json"});
}

TEST_F(bad_input, values_that_are_no_json) {
  refused(2, {"--values"}, at_endpoint("http://127.0.0.1:1"), {"--values", "{"});
}

TEST_F(bad_input, number_of60_digits_is_passed_on_whole) {
  const std::string item = R"({"id":{"S":"a"},"n":{"N":")" + std::string(60, '7') + R"("}})";
  EXPECT_EQ(exported({page_body({item})}), item + "\n");
}

TEST_F(bad_input, item_of400_kilobytes) {
  const std::string item = R"({"id":{"S":"a"},"t":{"S":")" + std::string(400 << 10, 'x') + R"("}})";
  EXPECT_TRUE(exported({page_body({item, item, item})}) == item + "\n" + item + "\n" + item + "\n");
}

TEST_F(bad_input, empty_pages_with_a_key_and_an_empty_key) {
  const std::string item = R"({"id":{"S":"z"}})";
  EXPECT_EQ(exported({page_body({}, R"({"id":{"S":"b"}})"), page_body({}, R"({"id":{"S":"c"}})"),
                      page_body({item}, "{}")}),
            item + "\n");
}

}  // namespace tool_bad_input_test
}  // namespace dynamo::test
