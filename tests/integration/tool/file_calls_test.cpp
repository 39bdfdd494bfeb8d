// What an export asks of the disk, call by call: in which order it waits for what, and what it does
// when nothing fits any more.
#include "support/file_calls.hpp"

#include "integration/tool/resumable_export.hpp"
#include "support/watchdog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <sstream>
#include <string>

namespace dynamo::test {
namespace tool_file_calls_test {

using ::testing::HasSubstr;
namespace files = std::filesystem;

constexpr int rounds = DYNAMO_TEST_INTERRUPTIONS;

// The export of one file, and what of it is on the disk for certain.
class watched_export {
 public:
  explicit watched_export(const temporary_folder& folder, const std::string& name)
      : file(folder / (name + "/a")),
        what_{.folder = folder / name, .log = folder / (name + ".log")} {
    files::create_directory(what_.folder);
  }

  [[nodiscard]] watched_files watch(watched_files limits = {}) {
    what_.room = limits.room;
    what_.syncs = limits.syncs;
    files::remove(what_.log);
    disk_ = {};
    for (const std::string& path : {file, partial(), checkpoint()})
      if (files::exists(path)) disk_.add(path, files::file_size(path), contents_of(path));
    // The folder itself is older than all that is in it.
    disk_.add(what_.folder, 0);
    return what_;
  }

  /// Replays the calls and looks after each for what a loss of power would cost. "" or what is
  /// wrong.
  std::string first_loss() {
    if (!files::exists(what_.log)) return "";  // killed before its first call
    std::istringstream lines(contents_of(what_.log));
    std::string line;
    while (std::getline(lines, line)) {
      ++calls;
      disk_.take(line);
      // The one that has its name for certain, and the one that just got it. Where waiting fails,
      // the next save is not held up by it.
      if (what_.syncs < 0 && disk_.candidates(checkpoint()).size() > 2)
        return "a save does not wait for its name";
      for (const auto& saved : disk_.candidates(checkpoint())) {
        const std::string wrong = loss_with(saved.get());
        if (!wrong.empty()) return wrong + " behind the call: " + line;
      }
    }
    return "";
  }

  /// The file and the checkpoint have their names for certain.
  [[nodiscard]] bool is_named() const {
    return disk_.candidates(file).size() == 1 && disk_.candidates(checkpoint()).size() == 1;
  }

  /// Makes the partial file as short as it may be.
  void forget_unsafe() {
    const auto kept = disk_.candidates(partial()).back();
    if (kept && files::exists(partial())) files::resize_file(partial(), kept->safe_length);
  }

  [[nodiscard]] std::string partial() const { return file + ".partial"; }
  [[nodiscard]] std::string checkpoint() const { return file + ".checkpoint"; }

  const std::string file;
  int calls = 0;

 private:
  // If this is the checkpoint that is found.
  std::string loss_with(const forgetful_disk::file* saved) const {
    if (saved == nullptr || saved->length == 0) return "";
    if (saved->safe_length != saved->length) return "a checkpoint has its name before its text";
    const std::uint64_t kept = kept_length(saved->text);
    if (kept == 0) return "";
    bool has_name = false;
    for (const std::string& path : {partial(), file}) {
      for (const auto& data : disk_.candidates(path)) {
        if (data == nullptr) continue;
        has_name = true;
        if (data->safe_length < kept) return "a checkpoint counts bytes that are not safe";
        if (path == file && data->safe_length != data->length) return "the file has its name early";
      }
    }
    return has_name ? "" : "a checkpoint counts bytes of a file without a name";
  }

  watched_files what_;
  forgetful_disk disk_;
};

class tool_file_calls : public ::testing::Test {
 protected:
  void expect_whole(const watched_export& made) {
    EXPECT_TRUE(sorted_lines(made.file) == server.all()) << "other items than the table's";
    EXPECT_FALSE(files::exists(made.partial()));
  }
  ended_process run(watched_export& of, const watched_files& watched) {
    return run_tool(export_arguments(of.file), watching(at_endpoint(server.url()), watched));
  }

  watchdog dog{"exports whose calls are watched", std::chrono::minutes(5)};
  temporary_folder folder;
  paged_server server{2'000, 10};
};

TEST_F(tool_file_calls, power_lost_after_any_call_costs_nothing_that_the_checkpoint_counts) {
  std::mt19937 random(4);
  int calls = 0;
  for (int i = 0; i < 10; ++i) {
    watched_export made(folder, std::to_string(i));
    for (bool done = false; !done;) {
      const auto environment = watching(at_endpoint(server.url()), made.watch());
      const ended_process ended =
          server.run(export_arguments(made.file), random() % 150,
                     std::chrono::microseconds(random() % 3000), environment);
      done = ended.status == 0;
      ASSERT_TRUE(done || ended.status == 128 + SIGKILL) << ended.err;
      ASSERT_EQ(made.first_loss(), "");
      made.forget_unsafe();
    }
    expect_whole(made);
    EXPECT_TRUE(made.is_named()) << "it came to its end before the names were safe";
    calls += made.calls;
  }
  // An export waits for each of its saves.
  EXPECT_GT(calls, 10 * 100);
  std::cout << calls << " calls\n";
}

TEST_F(tool_file_calls, with_no_room_for_any_byte_it_says_so_and_continues) {
  std::mt19937 random(5);
  int full = 0;
  for (int finished = 0; full < rounds; ++finished) {
    watched_export made(folder, std::to_string(finished));
    for (;;) {
      watched_files limits;
      // Some file systems tell only when they are waited for.
      if (random() % 4 == 0) {
        limits.syncs = static_cast<long>(random() % 500);
      } else {
        limits.room = static_cast<long>(random() % 40'000);
      }
      const ended_process ended = run(made, made.watch(limits));
      if (ended.status == 0) break;
      ASSERT_EQ(ended.status, 7) << ended.err;
      EXPECT_THAT(ended.err, HasSubstr("No space left on device"));
      ASSERT_EQ(made.first_loss(), "");
      made.forget_unsafe();
      ++full;
    }
    expect_whole(made);
    if (HasFailure()) return;
  }
  std::cout << full << " times no room\n";
}

// The judge itself: each of the waits is missed once.
TEST(forgetful_disk, keeps_what_was_waited_for) {
  forgetful_disk disk;
  disk.add("/f", 0);
  const auto safe = [&](const std::string& name) {
    const auto found = disk.candidates(name).front();
    return found ? static_cast<long>(found->safe_length) : -1;
  };
  disk.take("open /f/a.tmp");
  disk.take("write /f/a.tmp 5 hello");
  EXPECT_EQ(disk.candidates("/f/a.tmp").back()->text, "hello");
  EXPECT_EQ(disk.candidates("/f/a.tmp").back()->safe_length, 0);
  disk.take("sync /f/a.tmp");
  EXPECT_EQ(disk.candidates("/f/a.tmp").back()->safe_length, 5);
  EXPECT_EQ(safe("/f/a.tmp"), -1) << "without its folder it has no name for certain";
  disk.take("rename /f/a.tmp /f/a");
  EXPECT_EQ(safe("/f/a"), -1);
  EXPECT_EQ(disk.candidates("/f/a").size(), 2);
  disk.take("sync /f");
  EXPECT_EQ(safe("/f/a"), 5);
  EXPECT_EQ(safe("/f/a.tmp"), -1);
  EXPECT_EQ(disk.candidates("/f/a").size(), 1);
  disk.take("truncate /f/a 3");
  EXPECT_EQ(safe("/f/a"), 3);
  disk.take("unlink /f/a");
  EXPECT_EQ(safe("/f/a"), 3) << "until the folder is waited for";
  EXPECT_EQ(disk.candidates("/f/a").back(), nullptr);
  EXPECT_THROW(disk.take("write /f/b 1"), std::invalid_argument);
}

}  // namespace tool_file_calls_test
}  // namespace dynamo::test
