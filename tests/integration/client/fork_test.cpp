// What a child process that a fork made has of its parent's clients: errors at once.
#include "support/hostile.hpp"
#include "support/temporary_folder.hpp"

#include <dynamo/dynamo.hpp>

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <ranges>
#include <semaphore>
#include <span>
#include <string>
#include <utility>

namespace fork_test {

struct thing {
  std::string id;
};

}  // namespace fork_test

template <>
inline constexpr auto dynamo::mapping<fork_test::thing> =
    dynamo::table_mapping("things", dynamo::partition_key("id", &fork_test::thing::id));

namespace {

using fork_test::thing;
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

TEST(fork, a_client_over_the_wire_fails_in_the_child_at_once) {
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

TEST(fork, a_client_of_an_engine_fails_in_the_child_and_leaves_the_file_alone) {
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

client with_things(int count) {
  client db = client::in_memory();
  db.create_table({.table = "things", .key = {.partition_key = {"id"}}});
  for (int i = 0; i < count; ++i) {
    db.put_item({.table = "things", .item = owned_item{{"id", std::to_string(i)}}});
  }
  return db;
}

std::string unless_refused_by(const std::function<void()>& call) {
  try {
    call();
  } catch (const exception& refusal) {
    return unless_refused(result<void>(refusal.details()));
  }
  return "it was not refused";
}

TEST(fork, a_scan_that_was_begun_before_fails_in_the_child_at_once) {
  const table<thing> things(with_things(100));
  std::optional scan = things.stream_scan({.page_size = 10});
  auto at = scan->begin();
  ASSERT_NE(at, scan->end());
  mailbox<scan_message<thing>> inbox({.capacity = 1});
  std::optional task = things.stream_scan_to_process(inbox, {.page_size = 10, .batch_size = 1});
  expect_in_child([&] {
    std::string wrong = unless_refused_by([&] {
      while (at != scan->end()) ++at;
    });
    if (wrong.empty()) wrong = unless_refused_by([&] { task->wait(); });
    scan.reset();
    task.reset();
    return wrong;
  });
  int left = 0;
  for (; at != scan->end(); ++at) ++left;
  EXPECT_EQ(left, 100) << "the parent's goes on";
}

struct counter {
  int total = 0;
  void on(int more) { total += more; }
};

TEST(fork, what_has_threads_does_not_wait_for_them_in_the_child) {
  struct silent final : log_sink {
    void write(const log_record&) noexcept override {}
  };
  auto log = std::make_shared<logger>(log_level::debug, std::make_shared<silent>());
  auto pool = std::make_shared<worker_pool>(2);
  auto tree = std::make_unique<stage::supervisor>(stage::supervisor_options{.pool = pool});
  auto never = tree->start(stage::producer_from(std::views::iota(0)));
  struct sink {
    void on_events(std::span<const int> /*events*/) {}
  };
  tree->start([] { return sink{}; },
              stage::child_options<int, stage::detail::none>{.subscribe_to = {{never}}});
  std::optional<process<counter, int>> counts([] { return counter(); });
  std::optional<metrics_server> server =
      metrics_server::listen("127.0.0.1:0", [] { return std::string(); });
  expect_in_child([&] {
    std::string wrong = unless_refused(tree->try_wait());
    if (wrong.empty()) wrong = unless_refused_by([&] { tree->stop(); });
    if (wrong.empty()) wrong = unless_refused_by([&] { counts->call([](counter&) {}); });
    if (wrong.empty()) wrong = unless_refused_by([&] { counts->stop_and_join(); });
    log->write({.event = log_event::records_lost});
    log->flush();
    tree.reset();
    pool.reset();
    counts.reset();
    server.reset();
    log.reset();
    return wrong;
  });
  EXPECT_TRUE(counts->cast(3));
  EXPECT_EQ(counts->stop_and_join().total, 3);
}

TEST(fork, timers_of_mailboxes_ring_in_the_child) {
  mailbox<int> before;
  const auto stays = before.get_sender();  // else it has ended, and is ready
  const auto arrives = [](mailbox<int>& inbox) {
    // Also its end is reported.
    auto rang = std::make_shared<std::counting_semaphore<>>(0);
    inbox.on_ready([rang] { rang->release(); });
    inbox.get_sender().send_after(std::chrono::milliseconds(1), 1);
    rang->acquire();
    return inbox.try_receive() == 1 && !inbox.try_receive();
  };
  ASSERT_TRUE(arrives(before)) << "the thread for timers runs";
  expect_in_child([&]() -> std::string {
    mailbox<int> inbox;
    return arrives(inbox) && arrives(before) ? "" : "another message arrived";
  });
}

TEST(fork, a_provider_of_credentials_fails_in_the_child_at_once) {
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
