// `dynamo serve`, as scripts start and end it.
#include "integration/tool/tool_run.hpp"
#include "support/plain_http.hpp"
#include "support/temporary_folder.hpp"
#include "support/watchdog.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::test {
namespace tool_serve_test {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

// A server that has said that it is ready.
class running_server {
 public:
  explicit running_server(std::vector<std::string> options) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
    options.insert(options.begin(), "serve");
    process_ = std::make_unique<child_process>(
        tool_command(std::move(options)), without_configuration(), redirections{.out = ends[1]});
    ::close(ends[1]);
    out_ = ends[0];
    for (char byte = 0; ::read(out_, &byte, 1) == 1;) {
      line_ += byte;
      if (byte == '\n') break;
    }
  }
  running_server(const running_server&) = delete;
  running_server& operator=(const running_server&) = delete;
  ~running_server() { ::close(out_); }

  [[nodiscard]] const std::string& line() const { return line_; }
  [[nodiscard]] std::string url() const { return line_.substr(13, line_.size() - 14); }
  [[nodiscard]] std::uint16_t port() const {
    return static_cast<std::uint16_t>(std::stoul(line_.substr(line_.rfind(':') + 1)));
  }
  ended_process end(int signal = SIGTERM) {
    process_->send(signal);
    return process_->wait();
  }

 private:
  std::unique_ptr<child_process> process_;
  int out_ = -1;
  std::string line_;
};

class serve_test : public ::testing::Test {
 protected:
  const watchdog dog{"dynamo serve"};
};

TEST_F(serve_test, reports_where_it_listens_and_ends_in_order) {
  for (const int signal : {SIGTERM, SIGINT}) {
    running_server server({"--port", "0"});
    EXPECT_THAT(server.line(), MatchesRegex("listening at http://127\\.0\\.0\\.1:[0-9]+\n"));
    EXPECT_THAT(ask(server.port(), "GET /"), HasSubstr("200 OK"));
    const plain_connection idle(server.port());
    const ended_process ended = server.end(signal);
    EXPECT_EQ(ended.status, 0);
    EXPECT_EQ(ended.err,
              "dynamo: tables are in memory and are lost at exit; --local FILE keeps them\n");
  }
}

TEST_F(serve_test, keeps_tables_in_its_file) {
  const temporary_folder folder;
  const std::string file = folder / "data.db";
  {
    running_server server({"--port", "0", "--local", file});
    const ended_process filled =
        run_tool({"sample", "users", "--items", "200"}, at_endpoint(server.url()));
    ASSERT_EQ(filled.status, 0) << filled.err;
    const ended_process ended = server.end();
    EXPECT_EQ(ended.status, 0);
    EXPECT_EQ(ended.err, "");
  }
  running_server server({"--port", "0", "--local", file, "--durability", "process"});
  const ended_process counted = run_tool({"count", "users"}, at_endpoint(server.url()));
  EXPECT_EQ(counted.out, "200\n") << counted.err;
}

TEST_F(serve_test, answers_only_those_whom_its_file_names) {
  temporary_folder folder;
  folder.has_inputs();
  const std::string file = folder / "accepted";
  write_file(file, "[someone]\naws_access_key_id = test\naws_secret_access_key = " +
                       std::string(planted_secret_key) +
                       "\naws_session_token = " + std::string(planted_session_token) + "\n");
  running_server server({"--port", "0", "--credentials", file});
  environment_changes who = at_endpoint(server.url());
  EXPECT_EQ(run_tool({"tables"}, who).status, 0);
  who["AWS_SECRET_ACCESS_KEY"] = "another";
  EXPECT_THAT(run_tool({"tables"}, who).err, HasSubstr("InvalidSignatureException"));
  who["AWS_ACCESS_KEY_ID"] = "nobody";
  const ended_process refused = run_tool({"tables"}, who);
  EXPECT_EQ(refused.status, 3);
  EXPECT_THAT(refused.err, HasSubstr("UnrecognizedClientException"));
}

TEST_F(serve_test, warns_where_others_reach_it) {
  running_server server({"--listen", "0.0.0.0:0"});
  EXPECT_THAT(server.line(), HasSubstr("http://0.0.0.0:"));
  EXPECT_THAT(server.end().err, HasSubstr("--credentials FILE requires signed requests"));
}

TEST_F(serve_test, says_nothing_more_if_it_is_to_be_quiet) {
  running_server server({"--port", "0", "--quiet"});
  EXPECT_EQ(server.end().err, "");
}

TEST_F(serve_test, reports_each_request_if_that_is_wanted) {
  running_server server({"--port", "0", "-vvv"});
  EXPECT_EQ(run_tool({"tables"}, at_endpoint(server.url())).status, 0);
  EXPECT_THAT(server.end().err,
              AllOf(HasSubstr(" trace request_served "), HasSubstr("\"ListTables, status 200\"")));
}

TEST_F(serve_test, says_in_one_sentence_why_it_cannot) {
  const running_server first({"--port", "0"});
  const temporary_folder folder;
  write_file(folder / "text", "this is no database, and far from one: " + std::string(5000, 'x'));
  const auto failure_of = [&](std::vector<std::string> options, int status) {
    options.insert(options.begin(), "serve");
    const ended_process ended = run_tool(std::move(options), without_configuration());
    EXPECT_EQ(ended.status, status) << ended.err;
    EXPECT_EQ(ended.out, "");
    EXPECT_EQ(ended.err.find('\n'), ended.err.size() - 1) << ended.err;
    return ended.err;
  };
  EXPECT_THAT(failure_of({"--port", std::to_string(first.port())}, 3),
              HasSubstr("the port is in use; choose another one"));
  EXPECT_THAT(failure_of({"--listen", "somewhere"}, 2), HasSubstr("'somewhere'"));
  EXPECT_THAT(failure_of({"--port", "0", "--credentials", folder / "absent"}, 3),
              HasSubstr(folder / "absent"));
  EXPECT_THAT(failure_of({"--port", "0", "--local", folder / "text"}, 7),
              HasSubstr(folder / "text"));
  EXPECT_THAT(failure_of({"--port", "0", "--local", folder / "absent/data.db"}, 7),
              HasSubstr(folder / "absent/data.db"));
}

}  // namespace tool_serve_test
}  // namespace dynamo::test
