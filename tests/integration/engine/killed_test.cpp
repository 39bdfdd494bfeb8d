#include "support/child_process.hpp"
#include "support/killed_writes.hpp"
#include "support/temporary_folder.hpp"
#include "support/watchdog.hpp"

#include <dynamo/value/item_parser.hpp>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <thread>

namespace dynamo::engine {
namespace engine_killed_test {

using dynamo::test::child_process;
using test::killed_threads;
using test::killed_writes;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* writer_program = DYNAMO_KILLED_WRITER;

using contents = std::map<int, owned_item>;  // by "at"

contents contents_of(database& db) {
  contents found;
  const auto table = test::definition_of(db, "users");
  if (!table) return found;  // it was killed before there was one
  for (const std::string& json : test::items_of(db, table->rows)) {
    owned_item item = parse_json(json);
    const int at = item.at("at").as_number().to<int>();
    found.emplace(at, std::move(item));
  }
  return found;
}

void make(contents& in, const killed_writes::changes& made) {
  for (const auto& [at, item] : made) {
    if (item) {
      in.insert_or_assign(at, *item);
    } else {
      in.erase(at);
    }
  }
}

contents of_thread(const contents& all, int thread) {
  return {all.lower_bound(thread * 1'000), all.lower_bound((thread + 1) * 1'000)};
}

// A program that writes; what it acknowledges is in a file.
class killed_program {
 public:
  killed_program(const std::string& folder, unsigned seed, const std::string& durable)
      : acknowledged_(folder + "/acknowledged"),
        out_(::open(acknowledged_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC,
                    0600)),
        process_({writer_program, folder + "/data.db", std::to_string(seed), durable}, {},
                 {.out = out_}) {}
  ~killed_program() { ::close(out_); }

  void wait_for_writes() const {
    while (dynamo::test::contents_of(acknowledged_).empty()) std::this_thread::yield();
  }
  dynamo::test::ended_process kill() {
    process_.send(SIGKILL);
    return process_.wait();
  }
  // How many writes of each thread were acknowledged.
  [[nodiscard]] std::array<int, killed_threads> acknowledged() const {
    std::array<int, killed_threads> counts{};
    for (const char c : dynamo::test::contents_of(acknowledged_)) {
      ++counts.at(static_cast<std::size_t>(c - '0'));
    }
    return counts;
  }

 private:
  std::string acknowledged_;
  int out_;
  child_process process_;
};

// Brings `model` to what must be in the database behind a program of this seed, and compares. Of
// each thread one write may have been on its way: it is there as a whole, or not at all.
void expect_nothing_lost(database& db, contents& model, unsigned seed,
                         const std::array<int, killed_threads>& acknowledged) {
  const contents found = contents_of(db);
  for (int thread = 0; thread < killed_threads; ++thread) {
    contents wanted = of_thread(model, thread);
    killed_writes writes(seed, thread);
    for (int i = 0; i < acknowledged.at(static_cast<std::size_t>(thread)); ++i) {
      make(wanted, writes.next());
    }
    contents or_else = wanted;
    make(or_else, writes.next());
    const contents here = of_thread(found, thread);
    EXPECT_TRUE(here == wanted || here == or_else)
        << "thread " << thread << ", behind " << acknowledged.at(static_cast<std::size_t>(thread))
        << " writes";
  }
  model = found;
}

TEST(killed, a_writer_loses_nothing_that_was_acknowledged) {
  constexpr int rounds = 100;
  const dynamo::test::watchdog watch("a writer that is killed", std::chrono::minutes(10));
  const char* const given = std::getenv("DYNAMO_TEST_SEED");
  const unsigned first_seed = given != nullptr
                                  ? static_cast<unsigned>(std::strtoul(given, nullptr, 10))
                                  : std::random_device{}();
  std::printf("DYNAMO_TEST_SEED=%u\n", first_seed);
  std::mt19937 random(first_seed);
  const dynamo::test::temporary_folder folder;
  contents model;
  long acknowledged_in_all = 0;
  for (int round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
    const unsigned seed = static_cast<unsigned>(random());
    {
      killed_program program(folder.path(), seed, round % 2 == 0 ? "machine" : "process");
      // Some are killed while they open the file.
      if (round % 5 != 0) program.wait_for_writes();
      // Not a wait for something: the moment of the crash is what is varied.
      std::this_thread::sleep_for(std::chrono::milliseconds(random() % 150));
      const auto ended = program.kill();
      EXPECT_EQ(ended.status, 128 + SIGKILL) << ended.err;
      const auto acknowledged = program.acknowledged();
      for (const int each : acknowledged) acknowledged_in_all += each;
      auto db = database::open(folder / "data.db", {.durable = durability::process_crash});
      ASSERT_TRUE(db) << db.error().message;
      EXPECT_THAT((*db)->check(), IsEmpty());
      expect_nothing_lost(**db, model, seed, acknowledged);
      EXPECT_FALSE(testing::Test::HasFailure()) << "in round " << round;
    }
  }
  std::printf("%ld writes were acknowledged, %zu items are there\n", acknowledged_in_all,
              model.size());
  EXPECT_GT(acknowledged_in_all, rounds);
}

TEST(killed, while_it_makes_the_file_it_leaves_one_that_opens) {
  constexpr unsigned rounds = 40;
  const dynamo::test::watchdog watch("a program that makes a file and is killed");
  for (unsigned round = 0; round < rounds; ++round) {
    const dynamo::test::temporary_folder folder;
    killed_program program(folder.path(), round, "process");
    // From before there is a file until behind the first writes.
    std::this_thread::sleep_for(std::chrono::milliseconds(round));
    (void)program.kill();
    auto db = database::open(folder / "data.db", {});
    ASSERT_TRUE(db) << db.error().message;
    EXPECT_THAT((*db)->check(), IsEmpty());
    contents model;
    expect_nothing_lost(**db, model, round, program.acknowledged());
  }
}

TEST(killed, a_file_in_use_is_refused_in_one_sentence) {
  const dynamo::test::watchdog watch("a file in use");
  const dynamo::test::temporary_folder folder;
  killed_program program(folder.path(), 1, "process");
  program.wait_for_writes();
  const auto opened = database::open(folder / "data.db", {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, errc::io);
  EXPECT_EQ(opened.error().message, "'" + (folder / "data.db") +
                                        "' is in use by another program: end that program, or name "
                                        "another file");
  const auto ended = program.kill();
  EXPECT_EQ(ended.err, "");
  EXPECT_TRUE(database::open(folder / "data.db", {}));
}

TEST(killed, a_file_that_may_not_grow_fails_in_one_sentence_and_loses_nothing) {
  const dynamo::test::watchdog watch("a full disk");
  const dynamo::test::temporary_folder folder;
  const std::string acknowledged = folder / "acknowledged";
  // The limit of the shell is in KiB or blocks of 512 bytes: some hundred pages either way.
  child_process program({"/bin/sh", "-c",
                         "trap '' XFSZ; ulimit -f 4000; exec \"$0\" \"$1\" 7 process > \"$2\"",
                         writer_program, folder / "data.db", acknowledged});
  const auto ended = program.wait();
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.err, HasSubstr("the database '" + (folder / "data.db") + "' failed: "));
  EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
  std::array<int, killed_threads> counts{};
  for (const char c : dynamo::test::contents_of(acknowledged)) {
    ++counts.at(static_cast<std::size_t>(c - '0'));
  }
  EXPECT_GT(counts[0] + counts[1] + counts[2] + counts[3], 0);
  auto db = database::open(folder / "data.db", {});
  ASSERT_TRUE(db) << db.error().message;
  EXPECT_THAT((*db)->check(), IsEmpty());
  contents model;
  expect_nothing_lost(**db, model, 7, counts);
}

TEST(killed, a_file_that_may_not_be_written_is_refused) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write to everything";
  const dynamo::test::temporary_folder folder;
  ASSERT_TRUE(database::open(folder / "data.db", {}));
  ::chmod((folder / "data.db").c_str(), 0400);
  const auto file = database::open(folder / "data.db", {});
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().message, HasSubstr("cannot be written to"));
  ::chmod((folder / "data.db").c_str(), 0600);
  ::chmod(folder.path().c_str(), 0500);
  const auto in_folder = database::open(folder / "data.db", {});
  ASSERT_FALSE(in_folder);
  EXPECT_THAT(in_folder.error().message, HasSubstr("data.db"));
  ::chmod(folder.path().c_str(), 0700);
}

}  // namespace engine_killed_test
}  // namespace dynamo::engine
