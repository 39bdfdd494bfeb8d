#include "support/temporary_folder.hpp"

#include <dynamo/sink/output_file.hpp>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <thread>
#include <utility>

namespace dynamo {
namespace sink_output_file_test {

using test::contents_of;
using test::mode_of;
using test::temporary_folder;
using test::write_file;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(output_file, has_its_name_only_after_commit) {
  const temporary_folder folder;
  output_file file = output_file::create(folder / "a.jsonl");
  file.write("one\n");
  file.flush();
  EXPECT_THAT(folder.names(), ElementsAre("a.jsonl.partial"));
  file.write("two\n");
  EXPECT_EQ(file.size(), 8U);
  file.commit();
  EXPECT_THAT(folder.names(), ElementsAre("a.jsonl"));
  EXPECT_EQ(contents_of(folder / "a.jsonl"), "one\ntwo\n");
}

TEST(output_file, ends_without_a_trace_if_not_committed) {
  const temporary_folder folder;
  {
    output_file file = output_file::create(folder / "a");
    file.write("one");
    file.flush();
  }
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(output_file, moved_from_file_removes_nothing) {
  const temporary_folder folder;
  output_file first = output_file::create(folder / "a");
  first.write("one");
  output_file second = std::move(first);
  {
    const output_file gone = std::move(first);
  }
  second.write("two");
  second.commit();
  EXPECT_EQ(contents_of(folder / "a"), "onetwo");
}

TEST(output_file, writes_any_length_in_order) {
  const temporary_folder folder;
  std::string expected;
  output_file file = output_file::create(folder / "a", {.buffer_bytes = 10});
  for (std::size_t length = 0; length < 40; ++length) {
    const std::string part(length, static_cast<char>('a' + length % 26));
    expected += part;
    file.write(part);
  }
  file.commit();
  EXPECT_EQ(contents_of(folder / "a"), expected);
}

TEST(output_file, keeps_an_existing_file) {
  const temporary_folder folder;
  write_file(folder / "a", "precious");
  const auto created = output_file::try_create(folder / "a");
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, errc::io);
  EXPECT_THAT(created.error().message, HasSubstr("a' exists already"));
  EXPECT_THAT(folder.names(), ElementsAre("a"));
}

TEST(output_file, keeps_a_file_that_came_up_meanwhile) {
  const temporary_folder folder;
  {
    output_file file = output_file::create(folder / "a");
    file.write("new");
    write_file(folder / "a", "precious");
    const auto committed = file.try_commit();
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().kind, errc::io);
    EXPECT_THAT(committed.error().message, HasSubstr("exists already"));
  }
  EXPECT_EQ(contents_of(folder / "a"), "precious");
  EXPECT_THAT(folder.names(), ElementsAre("a"));
}

TEST(output_file, replaces_on_purpose_and_keeps_the_permissions) {
  const temporary_folder folder;
  write_file(folder / "a", "old");
  ASSERT_EQ(::chmod((folder / "a").c_str(), 0600), 0);
  output_file file = output_file::create(folder / "a", {.replace = true});
  file.write("new");
  file.flush();
  EXPECT_EQ(contents_of(folder / "a"), "old");
  EXPECT_EQ(mode_of(folder / "a.partial"), 0600U);
  file.commit();
  EXPECT_EQ(contents_of(folder / "a"), "new");
  EXPECT_EQ(mode_of(folder / "a"), 0600U);
  EXPECT_THAT(folder.names(), ElementsAre("a"));
}

TEST(output_file, follows_a_symbolic_link) {
  const temporary_folder folder;
  write_file(folder / "real", "old");
  ASSERT_EQ(::symlink((folder / "real").c_str(), (folder / "link").c_str()), 0);
  output_file file = output_file::create(folder / "link", {.replace = true});
  file.write("new");
  file.commit();
  EXPECT_EQ(contents_of(folder / "real"), "new");
  EXPECT_THAT(folder.names(), ElementsAre("link", "real"));
}

TEST(output_file, refuses_a_link_that_leads_nowhere) {
  const temporary_folder folder;
  ASSERT_EQ(::symlink("nothing", (folder / "link").c_str()), 0);
  const auto created = output_file::try_create(folder / "link", {.replace = true});
  ASSERT_FALSE(created);
  EXPECT_THAT(created.error().message, HasSubstr("symbolic link"));
}

TEST(output_file, replaces_the_leftover_of_a_killed_process) {
  const temporary_folder folder;
  write_file(folder / "a.partial", "half");
  output_file file = output_file::create(folder / "a");
  file.write("whole");
  file.commit();
  EXPECT_EQ(contents_of(folder / "a"), "whole");
  EXPECT_THAT(folder.names(), ElementsAre("a"));
}

TEST(output_file, leaves_what_another_is_writing) {
  const temporary_folder folder;
  output_file first = output_file::create(folder / "a");
  const auto second = output_file::try_create(folder / "a");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, errc::io);
  EXPECT_THAT(second.error().message, HasSubstr("being written by another export"));
  first.write("first");
  first.commit();
  EXPECT_EQ(contents_of(folder / "a"), "first");
}

TEST(output_file, does_not_write_through_a_link_in_the_partials_place) {
  const temporary_folder folder;
  write_file(folder / "victim", "precious");
  ASSERT_EQ(::symlink((folder / "victim").c_str(), (folder / "a.partial").c_str()), 0);
  const auto created = output_file::try_create(folder / "a");
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, errc::io);
  EXPECT_EQ(contents_of(folder / "victim"), "precious");
}

TEST(output_file, names_a_missing_folder) {
  const temporary_folder folder;
  const auto created = output_file::try_create(folder / "missing/a");
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, errc::io);
  EXPECT_THAT(created.error().message, HasSubstr("missing/a"));
  EXPECT_THAT(created.error().message, HasSubstr("does not exist"));
}

TEST(output_file, refuses_a_folder) {
  const temporary_folder folder;
  const auto created = output_file::try_create(folder.path(), {.replace = true});
  ASSERT_FALSE(created);
  EXPECT_THAT(created.error().message, HasSubstr("is a folder"));
}

TEST(output_file, reports_a_full_disk) {
  output_file file = output_file::create("/dev/full", {.buffer_bytes = 4});
  const auto written = file.try_write("more than fits");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, errc::io);
  EXPECT_EQ(written.error().message, "cannot write '/dev/full': No space left on device");
  // Every further call says the same, also one that the buffer had room for.
  const auto again = file.try_write("x");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message, written.error().message);
  EXPECT_FALSE(file.try_commit());
}

TEST(output_file, reports_a_full_disk_at_the_end) {
  output_file file = output_file::create("/dev/full");
  file.write("fits into the buffer");
  const auto committed = file.try_commit();
  ASSERT_FALSE(committed);
  EXPECT_THAT(committed.error().message, HasSubstr("No space left on device"));
}

TEST(output_file, writes_devices_directly) {
  output_file file = output_file::create("/dev/null");
  file.write("gone");
  file.commit();
  EXPECT_EQ(::access("/dev/null.partial", F_OK), -1);
}

TEST(output_file, writes_a_fifo_directly) {
  const temporary_folder folder;
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  std::string read;
  std::thread reader([&] { read = contents_of(folder / "fifo"); });
  output_file file = output_file::create(folder / "fifo");
  const std::string text(200'000, 'x');
  file.write(text);
  file.commit();
  reader.join();
  EXPECT_EQ(read, text);
  EXPECT_THAT(folder.names(), ElementsAre("fifo"));
}

TEST(output_file, a_fifo_that_is_not_read_ends_with_a_stop) {
  const temporary_folder folder;
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  std::stop_source stop;
  stop.request_stop();
  const auto created = output_file::try_create(folder / "fifo", {.stop = stop.get_token()});
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, errc::cancelled);
}

TEST(output_file, a_descriptor_by_its_path_is_not_opened_again) {
  const temporary_folder folder;
  write_file(folder / "log", "before\n");
  const int log = ::open((folder / "log").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  ASSERT_GE(log, 0);
  output_file file = output_file::create("/dev/fd/" + std::to_string(log));
  file.write("after\n");
  file.commit();
  ::close(log);
  EXPECT_EQ(contents_of(folder / "log"), "before\nafter\n");
}

TEST(output_file, does_not_write_into_a_pipe_that_another_user_put_into_a_shared_folder) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make a pipe of another user";
  const temporary_folder folder;
  ASSERT_EQ(::chmod(folder.path().c_str(), S_ISVTX | 0777), 0);
  ASSERT_EQ(::mkfifo((folder / "a").c_str(), 0666), 0);
  ASSERT_EQ(::chown((folder / "a").c_str(), 65534, 65534), 0);
  const auto opened = output_file::try_create(folder / "a");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, errc::io);
  EXPECT_THAT(opened.error().message, HasSubstr("another user's pipe"));
}

class output_file_on_pipe : public ::testing::Test {
 protected:
  void SetUp() override {
    std::signal(SIGPIPE, SIG_IGN);
    ASSERT_EQ(::pipe2(ends_, O_CLOEXEC), 0);
  }
  void TearDown() override {
    close_reader();
    ::close(ends_[1]);
    std::signal(SIGPIPE, SIG_DFL);
  }
  void close_reader() {
    if (ends_[0] >= 0) ::close(std::exchange(ends_[0], -1));
  }
  int ends_[2] = {-1, -1};
  std::stop_source stop_;
};

TEST_F(output_file_on_pipe, reports_that_the_reader_is_gone) {
  output_file file = output_file::on_descriptor(ends_[1], "standard output");
  EXPECT_FALSE(file.reader_gone());
  file.write("one");
  file.flush();
  EXPECT_FALSE(file.reader_gone());
  close_reader();
  EXPECT_TRUE(file.reader_gone());
  file.write("two");
  const auto flushed = file.try_flush();
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().kind, errc::io);
  EXPECT_THAT(flushed.error().message, HasSubstr("standard output"));
}

TEST_F(output_file_on_pipe, a_reader_that_does_not_read_ends_with_a_stop) {
  output_file file =
      output_file::on_descriptor(ends_[1], "standard output", {.stop = stop_.get_token()});
  // A pipe holds 64 KB; nobody reads them, and the stop comes while the writer waits or before.
  std::thread stopper([&] { stop_.request_stop(); });
  const std::string text(1'000'000, 'x');
  const auto written = file.try_write(text);
  stopper.join();
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, errc::cancelled);
}

TEST_F(output_file_on_pipe, leaves_the_descriptor_open) {
  {
    output_file::on_descriptor(ends_[1], "standard output").commit();
  }
  EXPECT_NE(::fcntl(ends_[1], F_GETFD), -1);
}

}  // namespace sink_output_file_test
}  // namespace dynamo
