// Exports that are killed, run out of disk and lose power, and go on until they are done: every
// item is in the file once.
#include "integration/tool/tool_run.hpp"
#include "support/loopback_server.hpp"
#include "support/memory_store.hpp"
#include "support/scripted_backend.hpp"
#include "support/temporary_folder.hpp"
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
namespace {

using ::testing::HasSubstr;
namespace files = std::filesystem;

// A table whose segments have pages of unequal numbers of items, on a server of its own.
class paged_server {
 public:
  paged_server(std::size_t items, std::size_t page_size) {
    std::mt19937 random(7);
    pages_.resize(segments);
    std::size_t made = 0;
    while (made < items) {
      const std::size_t count = std::min(items - made, random() % (2 * page_size + 1));
      std::vector<std::string> page;
      for (std::size_t i = 0; i < count; ++i) {
        all_.push_back(R"({"id":{"S":")" + std::to_string(made + i) + R"("},"text":{"S":")" +
                       std::string(random() % 60, 'x') + "\"}}");
        page.push_back(all_.back());
      }
      made += count;
      pages_[random() % segments].push_back(std::move(page));
    }
    // Segments may be empty, and so may a last page.
    for (auto& each : pages_) each.emplace_back();
    std::ranges::sort(all_);
    server_.emplace([this](const received_request& request) { return answer(request); });
  }

  [[nodiscard]] std::string url() const { return server_->url(); }
  /// Sorted, one a line.
  [[nodiscard]] const std::vector<std::string>& all() const { return all_; }
  [[nodiscard]] std::size_t bytes() const {
    std::size_t sum = 0;
    for (const std::string& each : all_) sum += each.size() + 1;
    return sum;
  }
  /// Runs the tool to its end, or until it is killed: `delay` after the request that comes behind
  /// `requests` others.
  ended_process run(const std::vector<std::string>& arguments, std::size_t requests,
                    std::chrono::microseconds delay) {
    child_process process(tool_command(arguments), at_endpoint(url()));
    {
      const std::lock_guard lock(mutex_);
      victim_ = &process;
      delay_ = delay;
      left_ = requests + 1;
    }
    process.wait_for_end();
    {
      const std::lock_guard lock(mutex_);
      victim_ = nullptr;
    }
    return process.wait();
  }

  static constexpr std::size_t segments = 5;

 private:
  script answer(const received_request& request) {
    kill_if_due();
    if (request.headers.at("x-amz-target").ends_with("DescribeTable")) {
      return respond(200, described_table("users"));
    }
    const std::size_t segment = number_behind(request.body, R"("Segment":)");
    const std::size_t page = number_behind(request.body, R"({"page":{"N":")");
    const auto& of = pages_[segment];
    const std::string key =
        page + 1 < of.size() ? R"({"page":{"N":")" + std::to_string(page + 1) + "\"}}" : "";
    return respond(200, page_body(of[page], key));
  }
  // While the answer is held back, the tool is busy with the ones before.
  void kill_if_due() {
    const std::lock_guard lock(mutex_);
    if (victim_ == nullptr || left_ == 0 || --left_ != 0) return;
    const auto until = std::chrono::steady_clock::now() + delay_;
    while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
    victim_->send(SIGKILL);
  }
  static std::size_t number_behind(const std::string& body, std::string_view what) {
    const std::size_t at = body.find(what);
    return at == std::string::npos ? 0 : std::stoul(body.substr(at + what.size()));
  }

  std::vector<std::vector<std::vector<std::string>>> pages_;
  std::vector<std::string> all_;
  std::mutex mutex_;
  const child_process* victim_ = nullptr;
  std::chrono::microseconds delay_{};
  std::size_t left_ = 0;
  std::optional<loopback_server> server_;  // last: it ends first
};

std::vector<std::string> sorted_lines(const std::string& path) {
  std::vector<std::string> lines;
  const std::string text = contents_of(path);
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  std::ranges::sort(lines);
  return lines;
}

std::vector<std::string> export_arguments(const std::string& file) {
  return {"export",     "users",
          "-o",         file,
          "--segments", std::to_string(paged_server::segments),
          "--resume",   "--checkpoint-interval",
          "0"};
}

// The length that the checkpoint says the partial file has.
std::uint64_t kept_length(const std::string& checkpoint) {
  const std::string text = contents_of(checkpoint);
  const std::string_view note = R"("note":")";
  return std::stoull(text.substr(text.find(note) + note.size()));
}

constexpr int rounds = DYNAMO_TEST_INTERRUPTIONS;

class ToolResume : public ::testing::Test {
 protected:
  void expect_whole(const std::string& file, paged_server& server) {
    EXPECT_TRUE(sorted_lines(file) == server.all()) << file << " has other items than the table";
    EXPECT_FALSE(files::exists(file + ".partial"));
    EXPECT_FALSE(files::exists(file + ".checkpoint.tmp"));
    const ended_process again = run_tool(export_arguments(file), at_endpoint(server.url()));
    EXPECT_EQ(again.status, 0) << again.err;
    EXPECT_THAT(again.err, HasSubstr("was finished before"));
  }

  // An export that is killed at a moment that `random` says, or false: it came to its end before,
  // or ended otherwise, which is a failure.
  static bool is_killed(paged_server& server, const std::string& file, std::mt19937& random) {
    const std::size_t requests = random() % 80;
    const ended_process ended =
        server.run(export_arguments(file), requests, std::chrono::microseconds(random() % 3000));
    if (ended.status == 0) return false;
    EXPECT_EQ(ended.status, 128 + SIGKILL) << ended.err;
    return !HasFailure();
  }

  watchdog dog{"exports that are interrupted", std::chrono::minutes(10)};
  temporary_folder folder;
};

TEST_F(ToolResume, KilledAtAnyMomentItHasEveryItemOnce) {
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
TEST_F(ToolResume, WithTheDiskFullAtAnyMomentItHasEveryItemOnce) {
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
TEST_F(ToolResume, WithPowerLostAtAnyMomentItHasEveryItemOnce) {
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
      const std::uint64_t kept = now ? kept_length(checkpoint) : 0;
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

TEST_F(ToolResume, OfTwoAtATimeTheSecondIsRefused) {
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

}  // namespace
}  // namespace dynamo::test
