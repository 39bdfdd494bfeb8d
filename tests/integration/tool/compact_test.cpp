// `dynamo compact`: what it prints and leaves, also when it is stopped, killed or out of room.
#include "engine/store/database.hpp"
#include "integration/tool/tool_run.hpp"
#include "support/file_calls.hpp"
#include "support/store_sample.hpp"
#include "support/temporary_folder.hpp"
#include "support/watchdog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace dynamo::test {
namespace tool_compact_test {

namespace fs = std::filesystem;
using engine::database;
using engine::transaction;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

constexpr int items = 300;

class compact_test : public ::testing::Test {
 protected:
  // 30 MB in one table, of which two thirds remain.
  void fill() {
    auto db = database::open(file, {.durable = durability::process_crash}).value();
    db->write([](transaction& in) { in.create_table(engine::test::sample_table()); });
    for (int i = 0; i < items; ++i) {
      owned_item item = engine::test::sample_item(i);
      item.insert_or_assign("much", std::string(50'000, static_cast<char>('a' + i % 26)));
      engine::test::put(*db, "users", item);
    }
    for (int i = 0; i < items; ++i) {
      if (i % 3 == 0) {
        engine::test::remove(*db, "users", engine::test::key_of(engine::test::sample_item(i)));
      }
    }
  }
  void expect_everything_there() {
    auto db = database::open(file, {.durable = durability::process_crash});
    ASSERT_TRUE(db) << db.error().message;
    EXPECT_THAT((*db)->check(), IsEmpty());
    const auto rows = engine::test::definition_of(**db, "users")->rows;
    EXPECT_EQ(engine::test::counts_of(**db, rows).items, items * 2 / 3);
  }
  ended_process run(std::vector<std::string> more = {},
                    const environment_changes& environment = without_configuration()) {
    more.insert(more.begin(), {"compact", file});
    return run_tool(std::move(more), environment);
  }
  [[nodiscard]] std::uintmax_t size() const { return fs::file_size(file); }
  [[nodiscard]] std::string done() const { return file + ": [0-9.]+ MB -> [0-9.]+ MB\n"; }

  const watchdog dog{"dynamo compact"};
  const temporary_folder folder;
  const std::string file = folder / "data.db";
};

TEST_F(compact_test, reports_the_sizes_in_one_line) {
  fill();
  const std::uintmax_t before = size();
  const ended_process ended = run();
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.err, "");
  EXPECT_THAT(ended.out, MatchesRegex(done()));
  EXPECT_LT(size() * 4, before * 3);
  EXPECT_THAT(folder.names(), ElementsAre("data.db"));
  expect_everything_there();
}

TEST_F(compact_test, makes_no_file) {
  const ended_process ended = run();
  EXPECT_EQ(ended.status, 7);
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(ended.err, "dynamo: cannot open '" + file + "': No such file or directory\n");
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST_F(compact_test, leaves_alone_what_is_no_database) {
  write_file(file, "name,age\nAda,36\n");
  const ended_process ended = run();
  EXPECT_EQ(ended.status, 7);
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, HasSubstr("is not a database of this program"));
  EXPECT_EQ(contents_of(file), "name,age\nAda,36\n");
  EXPECT_THAT(folder.names(), ElementsAre("data.db"));
  const ended_process of_folder = run_tool({"compact", folder.path()}, without_configuration());
  EXPECT_EQ(of_folder.status, 7);
  EXPECT_THAT(of_folder.err, HasSubstr("is a folder: name a file"));
}

TEST_F(compact_test, makes_no_database_of_an_empty_file) {
  write_file(file, "");
  const ended_process ended = run();
  EXPECT_EQ(ended.status, 7);
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(ended.err,
            "dynamo: cannot compact '" + file + "': it is empty; name a database file\n");
  EXPECT_EQ(size(), 0U);
}

// Opening a file once more, and closing it, leaves the locks of those who have it.
TEST_F(compact_test, is_refused_while_two_engines_of_another_program_had_it) {
  fill();
  const std::string refusal =
      "dynamo: '" + file +
      "' is in use by another program: end that program, or name another file\n";
  const auto first = database::open(file, {.durable = durability::process_crash}).value();
  engine::test::put(*first, "users", engine::test::sample_item(1));
  {
    const auto second = database::open(file, {.durable = durability::process_crash}).value();
    EXPECT_EQ(run().err, refusal);
  }
  EXPECT_EQ(run().err, refusal);
  engine::test::remove(*first, "users", engine::test::key_of(engine::test::sample_item(1)));
  EXPECT_EQ(run().err, refusal);
  EXPECT_THAT(first->check(), IsEmpty());
}

TEST_F(compact_test, is_refused_while_another_program_has_it) {
  fill();
  const ended_process ended = run_tool(
      {"serve", "--local", file, "--", DYNAMO_TOOL, "compact", file}, without_configuration());
  EXPECT_EQ(ended.status, 7);
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(ended.err,
            "dynamo: '" + file +
                "' is in use by another program: end that program, or name another file\n");
  expect_everything_there();
}

TEST_F(compact_test, that_is_stopped_or_killed_loses_nothing) {
  fill();
  const std::uintmax_t before = size();
  const std::string kept = folder / "kept";
  fs::copy_file(file, kept);
  int stopped = 0;
  for (const int signal : {SIGINT, SIGTERM, SIGKILL}) {
    for (int round = 0; round < 8; ++round) {
      fs::copy_file(kept, file, fs::copy_options::overwrite_existing);
      child_process program(tool_command({"compact", file}), without_configuration());
      // Not a wait for something: the moment of the signal is what is varied.
      std::this_thread::sleep_for(std::chrono::milliseconds(round * round * 2));
      program.send(signal);
      const ended_process ended = program.wait();
      EXPECT_THAT(ended.status, AnyOf(0, 128 + signal)) << ended.err;
      if (ended.status == 0) {
        EXPECT_THAT(ended.out, MatchesRegex(done()));
        EXPECT_LT(size() * 4, before * 3);
      } else if (signal != SIGKILL) {
        ++stopped;
        EXPECT_EQ(ended.out, "");
        // Before it listens to signals, it ends without a word.
        EXPECT_THAT(ended.err,
                    AnyOf("", "dynamo: compacting was cancelled: nothing has changed\n"));
        EXPECT_EQ(size(), before);
        EXPECT_THAT(folder.names(), ElementsAre("data.db", "kept"));
      }
      expect_everything_there();
      EXPECT_THAT(folder.names(), ElementsAre("data.db", "kept"));
    }
  }
  EXPECT_GT(stopped, 0);
}

TEST_F(compact_test, without_room_says_where_and_changes_nothing) {
  fill();
  const std::uintmax_t before = size();
  const temporary_folder logs;
  // For a part of the copy, and for the copy and a part of the log.
  for (const long room : {100'000L, 1'000'000L, 10'000'000L}) {
    const environment_changes full = watching(
        without_configuration(), {.folder = folder.path(), .log = logs / "log", .room = room});
    const ended_process ended = run({}, full);
    EXPECT_EQ(ended.status, 7) << room;
    EXPECT_EQ(ended.out, "");
    EXPECT_EQ(ended.err, "dynamo: the database '" + file +
                             "' was not compacted and is unchanged: the disk of '" + folder.path() +
                             "' is full; free up to twice the file's size there\n");
    EXPECT_EQ(size(), before);
    // A log may be left: this disk takes nothing more, not even in the place of something else.
    expect_everything_there();
    EXPECT_THAT(folder.names(), ElementsAre("data.db"));
  }
  // Nothing of it was anywhere else.
  EXPECT_THAT(contents_of(logs / "log"), ContainsRegex("open " + file + "-[0-9a-f]{16}\n"));
}

TEST_F(compact_test, says_what_became_of_the_file_wherever_the_disk_is_full) {
  fill();
  const std::uintmax_t before = size();
  const std::string kept = folder / "kept";
  fs::copy_file(file, kept);
  const temporary_folder logs;
  int done = 0;
  for (long room = 16'000'000L; room < 100'000'000L; room += 3'000'000L) {
    fs::copy_file(kept, file, fs::copy_options::overwrite_existing);
    const ended_process ended =
        run({}, watching(without_configuration(),
                         {.folder = folder.path(), .log = logs / "log", .room = room}));
    expect_everything_there();
    if (ended.status == 0 || ended.err.find("is compacted, but") != std::string::npos) {
      ++done;
      EXPECT_LT(size() * 4, before * 3) << room;
    } else {
      EXPECT_EQ(ended.status, 7) << room;
      EXPECT_THAT(ended.err, HasSubstr("is unchanged")) << room;
      EXPECT_EQ(size(), before) << room;
    }
    if (ended.status == 0) break;
  }
  EXPECT_GT(done, 0);
}

TEST_F(compact_test, beyond_a_limit_of_file_sizes_says_so) {
  fill();
  child_process program(
      {"/bin/sh", "-c", "trap '' XFSZ; ulimit -f 4000; exec \"$0\" compact \"$1\"", DYNAMO_TOOL,
       file},
      without_configuration());
  const ended_process ended = program.wait();
  EXPECT_EQ(ended.status, 7);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("a file in '" + folder.path() + "' cannot grow"),
                               HasSubstr("is unchanged")));
  EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
  expect_everything_there();
}

}  // namespace tool_compact_test
}  // namespace dynamo::test
