// Exports that are killed, run out of disk and lose power, and go on until they are done: every
// item is in the file once.
#include "integration/tool/resumable_export.hpp"
#include "support/watchdog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace dynamo::test {
namespace tool_resume_test {

using ::testing::HasSubstr;
namespace files = std::filesystem;

constexpr int rounds = DYNAMO_TEST_INTERRUPTIONS;

class tool_resume : public ::testing::Test {
 protected:
  void expect_whole(const std::string& file, paged_server& server) {
    EXPECT_TRUE(sorted_lines(file) == server.all()) << file << " has other items than the table";
    EXPECT_FALSE(files::exists(file + ".partial"));
    EXPECT_FALSE(files::exists(file + ".checkpoint.tmp"));
    const ended_process again = run_tool(export_arguments(file), at_endpoint(server.url()));
    EXPECT_EQ(again.status, 0) << again.err;
    EXPECT_THAT(again.err, HasSubstr("is already complete"));
  }

  // An export that is killed at a moment that `random` says, or false: it came to its end before,
  // or ended otherwise, which is a failure.
  static bool is_killed(paged_server& server, const std::string& file, std::mt19937& random) {
    const std::size_t requests = random() % 80;
    const ended_process ended =
        server.run(export_arguments(file), requests, std::chrono::microseconds(random() % 3000),
                   at_endpoint(server.url()));
    if (ended.status == 0) return false;
    EXPECT_EQ(ended.status, 128 + SIGKILL) << ended.err;
    return !HasFailure();
  }

  watchdog dog{"exports that are interrupted", std::chrono::minutes(10)};
  temporary_folder folder;
};

TEST_F(tool_resume, killed_at_any_moment_it_has_every_item_once) {
  paged_server server(20'000, 100);
  std::mt19937 random(1);
  int kills = 0;
  int finished = 0;
  while (kills < rounds) {
    const std::string file = folder / ("a" + std::to_string(finished));
    while (is_killed(server, file, random)) ++kills;
    if (HasFailure()) return;
    expect_whole(file, server);
    if (HasFailure()) return;
    ++finished;
  }
  std::cout << kills << " kills in " << finished << " exports\n";
}

// A limit on the size of files stands for a disk that is full: writes stop in the middle of a line.
TEST_F(tool_resume, with_the_disk_full_at_any_moment_it_has_every_item_once) {
  paged_server server(2'000, 10);
  std::mt19937 random(2);
  int full = 0;
  int finished = 0;
  while (full < rounds) {
    const std::string file = folder / ("a" + std::to_string(finished));
    for (;;) {
      // One block at least: the sentence about it needs room, too.
      const std::string partial = file + ".partial";
      const std::size_t so_far = files::exists(partial) ? files::file_size(partial) : 0;
      const std::size_t blocks = 1 + so_far / 1024 + random() % (server.bytes() / 1024 / 8);
      std::vector<std::string> command = {
          "bash", "-c", "trap '' XFSZ; ulimit -f " + std::to_string(blocks) + "; exec \"$@\"",
          "bash", DYNAMO_TOOL};
      const auto arguments = export_arguments(file);
      command.insert(command.end(), arguments.begin(), arguments.end());
      child_process run(command, at_endpoint(server.url()));
      const ended_process ended = run.wait();
      if (ended.status == 0) break;
      ASSERT_EQ(ended.status, 7) << ended.err;
      EXPECT_THAT(ended.err, HasSubstr("File too large"));
      ++full;
    }
    expect_whole(file, server);
    if (HasFailure()) return;
    ++finished;
  }
  std::cout << full << " full disks in " << finished << " exports\n";
}

// What a loss of power may leave: of the data, all that was waited for, and any part of the rest,
// zeros in its place even; of the checkpoint, the last one, or the one before if its new name was
// not waited for. Beside that, the temporary file of a save.
TEST_F(tool_resume, with_power_lost_at_any_moment_it_has_every_item_once) {
  paged_server server(2'000, 10);
  std::mt19937 random(3);
  int losses = 0;
  int finished = 0;
  while (losses < rounds) {
    const std::string file = folder / ("a" + std::to_string(finished));
    const std::string partial = file + ".partial";
    const std::string checkpoint = file + ".checkpoint";
    std::optional<std::string> before;
    while (is_killed(server, file, random)) {
      ++losses;
      // Named already: the last thing that is waited for is that name.
      if (!files::exists(partial)) {
        if (files::exists(file) && random() % 2 == 0) files::rename(file, partial);
        continue;
      }
      const bool saved = files::exists(checkpoint) && files::file_size(checkpoint) != 0;
      std::optional<std::string> now;
      if (saved) now = contents_of(checkpoint);
      if (before && random() % 3 == 0) {
        write_file(checkpoint, *before);
        now = before;
      }
      const std::uint64_t kept = now ? kept_length(*now) : 0;
      const std::uint64_t written = files::file_size(partial);
      ASSERT_LE(kept, written);
      const std::uint64_t left = kept + random() % (written - kept + 1);
      files::resize_file(partial, left);
      if (random() % 2 == 0) files::resize_file(partial, written);  // zeros
      if (random() % 4 == 0) write_file(checkpoint + ".tmp", std::string(random() % 100, '\0'));
      before = now;
    }
    if (HasFailure()) return;
    expect_whole(file, server);
    if (HasFailure()) return;
    ++finished;
  }
  std::cout << losses << " losses of power in " << finished << " exports\n";
}

TEST_F(tool_resume, of_two_at_a_time_the_second_is_refused) {
  paged_server server(100, 10);
  loopback_server stalls([](const received_request& request) {
    return request.number == 0 ? respond(200, described_table("users")) : script{step::stall{}};
  });
  const std::string file = folder / "a";
  child_process first(tool_command(export_arguments(file)), at_endpoint(stalls.url()));
  stalls.wait_for_requests(2);
  const ended_process second = run_tool(export_arguments(file), at_endpoint(server.url()));
  EXPECT_EQ(second.status, 8);
  EXPECT_THAT(second.err, HasSubstr("is in use by another scan"));
  first.send(SIGTERM);
  EXPECT_EQ(first.wait().status, 143);
  EXPECT_EQ(run_tool(export_arguments(file), at_endpoint(server.url())).status, 0);
  expect_whole(file, server);
}

}  // namespace tool_resume_test
}  // namespace dynamo::test
