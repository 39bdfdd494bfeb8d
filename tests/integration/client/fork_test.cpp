// What a child process that a fork made has of its parent's clients: errors at once.
#include "support/hostile.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace {

using namespace dynamo;
using namespace dynamo::test;
using ::testing::HasSubstr;

// Runs `body` in a child process. What it returns must be empty; a child that hangs is ended.
void expect_in_child(const std::function<std::string()>& body) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::alarm(20);
    const std::string wrong = body();
    const bool told = ::write(ends[1], wrong.data(), wrong.size()) >= 0;
    ::_exit(told && wrong.empty() ? 0 : 1);
  }
  ::close(ends[1]);
  std::string wrong(4096, '\0');
  const ssize_t size = ::read(ends[0], wrong.data(), wrong.size());
  wrong.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  ::close(ends[0]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status)) << "it hung, or crashed: signal " << WTERMSIG(status);
  EXPECT_EQ(wrong, "");
}

template <class T>
std::string unless_refused(const result<T>& answer) {
  if (answer) return "it was carried out";
  const error& reason = answer.error();
  if (reason.kind != errc::invalid_argument || reason.message.find("fork()") == std::string::npos)
    return reason.to_string();
  return {};
}

std::string unless_all_are_refused(const client& db) {
  if (auto wrong = unless_refused(db.try_get_item({.table = "t", .key = owned_item{{"id", "a"}}}));
      !wrong.empty())
    return wrong;
  if (auto wrong = unless_refused(db.try_scan({.table = "t"})); !wrong.empty()) return wrong;
  return unless_refused(db.try_list_tables());
}

TEST(Fork, AClientOverTheWireFailsInTheChildAtOnce) {
  const loopback_server server(in_turn({respond(200, "{}")}));
  for (const bool used : {true, false}) {
    auto db = std::make_unique<client>(impatient_config(server.url()));
    const auto get = [&] {
      return db->try_get_item({.table = "t", .key = owned_item{{"id", "a"}}});
    };
    if (used) {
      ASSERT_TRUE(get());
    }
    expect_in_child([&] {
      std::string wrong = unless_all_are_refused(*db);
      db.reset();
      return wrong;
    });
    EXPECT_TRUE(get()) << "the parent's goes on";
  }
}

TEST(Fork, AClientOfAnEngineFailsInTheChildAndLeavesTheFileAlone) {
  const temporary_folder folder;
  const std::string path = folder / "t.db";
  const auto put = [](const client& db, const std::string& id) {
    return db.try_put_item({.table = "things", .item = owned_item{{"id", id}}});
  };
  for (const bool in_file : {true, false}) {
    std::optional<embedded_engine> engine =
        in_file ? embedded_engine::open(path) : embedded_engine::in_memory();
    auto db = std::make_unique<client>(*engine);
    db->create_table({.table = "things", .key = {.partition_key = {"id"}}});
    ASSERT_TRUE(put(*db, "a"));
    ASSERT_TRUE(db->try_scan({.table = "things"})) << "on a thread of its own";
    expect_in_child([&] {
      std::string wrong = unless_all_are_refused(*db);
      db.reset();
      // A client that is made here is still one of the parent's engine.
      if (wrong.empty()) wrong = unless_all_are_refused(client(*engine));
      if (wrong.empty()) wrong = unless_refused(engine->try_compact());
      engine.reset();
      const client fresh = client::in_memory();
      fresh.create_table({.table = "things", .key = {.partition_key = {"id"}}});
      if (wrong.empty() && !put(fresh, "b")) wrong = "a client of the child's own fails";
      return wrong;
    });
    ASSERT_TRUE(put(*db, "b"));
    EXPECT_EQ(db->scan({.table = "things"}).items.size(), 2U);
  }
}

TEST(Fork, AProviderOfCredentialsFailsInTheChildAtOnce) {
  const temporary_folder folder;
  std::ofstream(folder / "config") << "[profile p]\ncredential_process = /bin/false\n";
  ASSERT_EQ(::setenv("AWS_CONFIG_FILE", (folder / "config").c_str(), 1), 0);
  auto provider = default_credentials("p");
  std::promise<void> answered;
  provider->resolve([&](const auto&) { answered.set_value(); });
  answered.get_future().wait();  // its thread runs
  ASSERT_EQ(::unsetenv("AWS_CONFIG_FILE"), 0);
  expect_in_child([&] {
    std::string wrong = "there was no answer";
    provider->resolve([&](const result<credentials>& who) { wrong = unless_refused(who); });
    provider->invalidate();
    provider.reset();
    return wrong;
  });
}

}  // namespace
