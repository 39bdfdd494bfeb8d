// Programs that print credentials: what they begin with, and every way in which they fail.
#include "auth/process_credentials.hpp"
#include "integration/auth/local_sources.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace dynamo::test {
namespace auth_process_test {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class credential_process : public LocalSources {
 protected:
  /// The profile "p" runs `command` with the shell script at its place.
  void write(const std::string& body, const std::string& arguments = "",
             const std::string& more = "") {
    const std::string path = home_.path() + "/program";
    auth::temporary_home::write(path, "#!/bin/sh\n" + body + "\n");
    ASSERT_EQ(::chmod(path.c_str(), 0700), 0);
    configure(path + " " + arguments, more);
  }
  void configure(const std::string& command, const std::string& more = "") {
    home_.write_config("[profile p]\ncredential_process = " + command + "\n" + more);
  }
  static std::string printed(const std::string& expiration) {
    return R"({"Version":1,"AccessKeyId":"AKPROC","SecretAccessKey":"pLaNtEd-SECRET-0123456789",)"
           R"("SessionToken":"tok","Expiration":")" +
           expiration + R"(","AccountId":"111111111111"})";
  }
  static std::string print(const std::string& expiration) {
    return "echo '" + printed(expiration) + "'";
  }
  auth::credential_source::answer run(std::chrono::milliseconds timeout = 60s) {
    return ask(*auth::process_credentials(context_, "p", timeout));
  }
  /// The error of a program that printed this with this status.
  error failure_of(const std::string& body, std::chrono::milliseconds timeout = 60s) {
    write(body, "--token pLaNtEd-SECRET-0123456789");
    const error got = failure(run(timeout));
    EXPECT_EQ(got.kind, errc::credentials);
    EXPECT_THAT(got.message, AllOf(HasSubstr("The program '" + home_.path() + "/program'"),
                                   HasSubstr("profile 'p' in " + home_.config_path())));
    return got;
  }
};

TEST_F(credential_process, gives_credentials) {
  write(print(timestamp_in(1h)));
  const credentials who = found(run());
  EXPECT_EQ(who.access_key_id, "AKPROC");
  EXPECT_EQ(who.secret_access_key, planted_secret);
  EXPECT_EQ(who.session_token, "tok");
  EXPECT_EQ(who.account_id, "111111111111");
  EXPECT_TRUE(who.expiration);
  EXPECT_THAT(who.provider, HasSubstr("credential_process"));
}

TEST_F(credential_process, is_nothing_where_the_profile_has_none) {
  home_.write_config("[profile p]\nregion = us-east-1\n");
  const auto nothing = run();
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(*nothing);
}

TEST_F(credential_process, may_leave_out_what_does_not_apply) {
  write(R"(echo '{"Version":1,"AccessKeyId":"AK","SecretAccessKey":"s","SessionToken":null}')", "",
        "aws_account_id = 222222222222\n");
  const credentials who = found(run());
  EXPECT_EQ(who.session_token, "");
  EXPECT_FALSE(who.expiration);
  EXPECT_EQ(who.account_id, "222222222222") << "the profile's";
}

TEST_F(credential_process, gets_its_arguments_without_a_shell) {
  write(R"(printf '<%s>' "$@" > "$0.arguments"; )" + print(timestamp_in(1h)),
        R"(a "b c" 'd  e' "" $HOME `id` f;g)");
  (void)found(run());
  std::ifstream file(home_.path() + "/program.arguments");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}),
            "<a><b c><d  e><><$HOME><`id`><f;g>");
}

// An empty folder in PATH would be the current one, where anybody may have put a program.
TEST_F(credential_process, is_not_looked_for_in_the_current_folder) {
  write("echo planted");
  const std::string before = std::getenv("PATH");
  const std::filesystem::path folder = std::filesystem::current_path();
  std::filesystem::current_path(home_.path());
  configure("program");
  for (const std::string& path :
       {":" + before, before + ":", "/nowhere::" + before, std::string()}) {
    ASSERT_EQ(::setenv("PATH", path.c_str(), 1), 0);
    EXPECT_THAT(failure(run()).message, HasSubstr("could not be run")) << path;
  }
  ASSERT_EQ(::setenv("PATH", (home_.path() + ":" + before).c_str(), 1), 0);
  EXPECT_THAT(failure(run()).message, HasSubstr("not one JSON object"));
  ASSERT_EQ(::setenv("PATH", before.c_str(), 1), 0);
  std::filesystem::current_path(folder);
}

TEST_F(credential_process, is_looked_for_in_the_path) {
  configure("echo '" + printed(timestamp_in(1h)) + "'");
  EXPECT_EQ(found(run()).access_key_id, "AKPROC");
}

// Its signals are not blocked, its input is at its end, and it has no descriptor of this process.
TEST_F(credential_process, begins_clean) {
  const int leaked = ::dup(STDERR_FILENO);
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ASSERT_EQ(pthread_sigmask(SIG_SETMASK, &all, &before), 0);
  const auto pipe = ::signal(SIGPIPE, SIG_IGN);
  write(
      "cat > \"$0.seen\"\n"
      "grep -E 'SigBlk|SigIgn' /proc/self/status | tr -d '\\n' >> \"$0.seen\"\n"
      "test -e /proc/self/fd/" +
      std::to_string(leaked) + " && echo leaked >> \"$0.seen\"\n" + print(timestamp_in(1h)));
  (void)found(run());
  ::signal(SIGPIPE, pipe);
  ASSERT_EQ(pthread_sigmask(SIG_SETMASK, &before, nullptr), 0);
  ::close(leaked);
  std::ifstream file(home_.path() + "/program.seen");
  // glibc has its children ignore two signals of its own.
  EXPECT_THAT(std::string(std::istreambuf_iterator<char>(file), {}),
              ::testing::AnyOf("SigBlk:\t0000000000000000SigIgn:\t0000000000000000",
                               "SigBlk:\t0000000000000000SigIgn:\t0000000180000000"));
}

TEST_F(credential_process, cannot_be_run) {
  for (const std::string program : {"/nowhere/program", "no-program-of-this-name", "/etc/passwd"}) {
    configure(program + " --password pLaNtEd-SECRET-0123456789");
    const error got = failure(run());
    EXPECT_EQ(got.kind, errc::credentials);
    EXPECT_THAT(got.message, AllOf(HasSubstr("'" + program + "'"), HasSubstr("could not be run")));
  }
  configure("program \"--password pLaNtEd-SECRET-0123456789");
  const error split = failure(run());
  EXPECT_EQ(split.kind, errc::configuration);
  EXPECT_THAT(split.message, AllOf(HasSubstr("close its quotes"), HasSubstr("'p'")));
}

TEST_F(credential_process, fails) {
  EXPECT_THAT(
      failure_of("echo pLaNtEd-SECRET-0123456789; echo pLaNtEd-SECRET-0123456789 >&2; exit 7")
          .message,
      AllOf(HasSubstr("exited with status 7"), HasSubstr("run it by hand")));
  EXPECT_THAT(failure_of("kill -TERM $$").message, HasSubstr("signal 15"));
}

TEST_F(credential_process, is_slow) {
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_THAT(failure_of("exec sleep 60", 200ms).message, HasSubstr("did not exit within 200 ms"));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 30s);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "it is still there, or a zombie";
  EXPECT_EQ(errno, ECHILD);
}

// Its children end with it: those that obey SIGTERM and can clean up, and those that do not.
TEST_F(credential_process, is_slow_with_its_children) {
  const std::string folder = home_.path();
  EXPECT_THAT(failure_of("(trap 'sleep 0.1; : > " + folder +
                             "/cleaned; exit' TERM; while :; do sleep 0.05; done) &\n"
                             "(trap '' TERM; exec sh -c 'echo $$ > " +
                             folder + "/stubborn; while :; do sleep 0.05; done') &\nwait",
                         500ms)
                  .message,
              HasSubstr("did not exit within 500 ms"));
  EXPECT_TRUE(std::filesystem::exists(folder + "/cleaned")) << "it had time for it";
  pid_t stubborn = 0;
  std::ifstream(folder + "/stubborn") >> stubborn;
  ASSERT_GT(stubborn, 0);
  // A child of nobody's by now: whoever adopts it reaps it at some time.
  for (int i = 0; i < 1000 && ::kill(stubborn, 0) == 0; ++i) {
    std::ifstream about("/proc/" + std::to_string(stubborn) + "/stat");
    std::string number;
    std::string name;
    char state = 0;
    about >> number >> name >> state;
    if (state == 'Z' || state == 'X') break;
    ASSERT_LT(i, 999) << "it still runs";
    std::this_thread::sleep_for(10ms);
  }
}

TEST_F(credential_process, prints_without_end) {
  EXPECT_THAT(failure_of("exec yes pLaNtEd-SECRET-0123456789").message,
              HasSubstr("printed more than 65536 bytes"));
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
}

TEST_F(credential_process, prints_garbage) {
  for (const std::string text : {"", "pLaNtEd-SECRET-0123456789", "{\"Version\":1}{}"})
    EXPECT_THAT(failure_of("printf %s '" + text + "'").message, HasSubstr("not one JSON object"));
  for (const std::string version : {"2", "\"1\"", "1.0", "null"})
    EXPECT_THAT(failure_of("echo '{\"Version\":" + version + "}'").message,
                HasSubstr("whose Version is not 1"));
  EXPECT_THAT(failure_of("echo '{\"AccessKeyId\":\"AK\"}'").message,
              HasSubstr("whose Version is not 1"));
  EXPECT_THAT(failure_of("echo '{\"Version\":1,\"AccessKeyId\":\"AK\"}'").message,
              HasSubstr("without SecretAccessKey"));
}

TEST_F(credential_process, prints_expired_ones) {
  EXPECT_THAT(failure_of(print(timestamp_in(-1min))).message,
              AllOf(HasSubstr("expired at"), HasSubstr("this machine's clock")));
}

TEST_F(credential_process, prints_those_of_another_account) {
  write(print(timestamp_in(1h)), "", "aws_account_id = 222222222222\n");
  const error other = failure(run());
  EXPECT_EQ(other.kind, errc::credentials);
  EXPECT_THAT(other.message, AllOf(HasSubstr("account 111111111111"), HasSubstr("aws_account_id"),
                                   HasSubstr("is 222222222222"), HasSubstr("correct one of them")));
}

// Its own end counts: what it leaves behind may hold its output open.
TEST_F(credential_process, may_leave_a_program_behind) {
  const auto begun = std::chrono::steady_clock::now();
  write("sleep 20 &\n" + print(timestamp_in(1h)));
  (void)found(run());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 15s);
}

TEST_F(credential_process, is_asked_on_a_thread_of_its_own_and_killed_at_the_end) {
  write("exec sleep 60");
  const auto source = auth::process_credentials(context_, "p");
  std::promise<auth::credential_source::answer> answered;
  source->find([&](auth::credential_source::answer got) { answered.set_value(std::move(got)); });
  std::promise<auth::credential_source::answer> behind;
  source->find([&](auth::credential_source::answer got) { behind.set_value(std::move(got)); });
  context_.close();
  EXPECT_EQ(failure(answered.get_future().get()).kind, errc::cancelled);
  EXPECT_EQ(failure(behind.get_future().get()).kind, errc::cancelled);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(failure(run()).kind, errc::cancelled) << "behind the end";
}

}  // namespace auth_process_test
}  // namespace dynamo::test
