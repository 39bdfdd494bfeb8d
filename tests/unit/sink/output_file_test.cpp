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
namespace {

using test::contents_of;
using test::mode_of;
using test::temporary_folder;
using test::write_file;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(OutputFile, HasItsNameOnlyAfterCommit) {
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

TEST(OutputFile, EndsWithoutATraceIfNotCommitted) {
  const temporary_folder folder;
  {
    output_file file = output_file::create(folder / "a");
    file.write("one");
    file.flush();
  }
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(OutputFile, MovedFromFileRemovesNothing) {
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

TEST(OutputFile, WritesAnyLengthInOrder) {
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

TEST(OutputFile, KeepsAnExistingFile) {
  const temporary_folder folder;
  write_file(folder / "a", "precious");
  const auto created = output_file::try_create(folder / "a");
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, errc::io);
  EXPECT_THAT(created.error().message, HasSubstr("a' exists already"));
  EXPECT_THAT(folder.names(), ElementsAre("a"));
}

TEST(OutputFile, KeepsAFileThatCameUpMeanwhile) {
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

TEST(OutputFile, ReplacesOnPurposeAndKeepsThePermissions) {
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

TEST(OutputFile, FollowsASymbolicLink) {
  const temporary_folder folder;
  write_file(folder / "real", "old");
  ASSERT_EQ(::symlink((folder / "real").c_str(), (folder / "link").c_str()), 0);
  output_file file = output_file::create(folder / "link", {.replace = true});
  file.write("new");
  file.commit();
  EXPECT_EQ(contents_of(folder / "real"), "new");
  EXPECT_THAT(folder.names(), ElementsAre("link", "real"));
}

TEST(OutputFile, RefusesALinkThatLeadsNowhere) {
  const temporary_folder folder;
  ASSERT_EQ(::symlink("nothing", (folder / "link").c_str()), 0);
  const auto created = output_file::try_create(folder / "link", {.replace = true});
  ASSERT_FALSE(created);
  EXPECT_THAT(created.error().message, HasSubstr("symbolic link"));
}

TEST(OutputFile, ReplacesTheLeftoverOfAKilledProcess) {
  const temporary_folder folder;
  write_file(folder / "a.partial", "half");
  output_file file = output_file::create(folder / "a");
  file.write("whole");
  file.commit();
  EXPECT_EQ(contents_of(folder / "a"), "whole");
  EXPECT_THAT(folder.names(), ElementsAre("a"));
}

TEST(OutputFile, LeavesWhatAnotherIsWriting) {
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

TEST(OutputFile, DoesNotWriteThroughALinkInThePartialsPlace) {
  const temporary_folder folder;
  write_file(folder / "victim", "precious");
  ASSERT_EQ(::symlink((folder / "victim").c_str(), (folder / "a.partial").c_str()), 0);
  const auto created = output_file::try_create(folder / "a");
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, errc::io);
  EXPECT_EQ(contents_of(folder / "victim"), "precious");
}

TEST(OutputFile, NamesAMissingFolder) {
  const temporary_folder folder;
  const auto created = output_file::try_create(folder / "missing/a");
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, errc::io);
  EXPECT_THAT(created.error().message, HasSubstr("missing/a"));
  EXPECT_THAT(created.error().message, HasSubstr("does not exist"));
}

TEST(OutputFile, RefusesAFolder) {
  const temporary_folder folder;
  const auto created = output_file::try_create(folder.path(), {.replace = true});
  ASSERT_FALSE(created);
  EXPECT_THAT(created.error().message, HasSubstr("is a folder"));
}

TEST(OutputFile, TellsOfAFullDisk) {
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

TEST(OutputFile, TellsOfAFullDiskAtTheEnd) {
  output_file file = output_file::create("/dev/full");
  file.write("fits into the buffer");
  const auto committed = file.try_commit();
  ASSERT_FALSE(committed);
  EXPECT_THAT(committed.error().message, HasSubstr("No space left on device"));
}

TEST(OutputFile, WritesDevicesDirectly) {
  output_file file = output_file::create("/dev/null");
  file.write("gone");
  file.commit();
  EXPECT_EQ(::access("/dev/null.partial", F_OK), -1);
}

TEST(OutputFile, WritesAFifoDirectly) {
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

TEST(OutputFile, AFifoThatNobodyReadsEndsWithAStop) {
  const temporary_folder folder;
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  std::stop_source stop;
  stop.request_stop();
  const auto created = output_file::try_create(folder / "fifo", {.stop = stop.get_token()});
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, errc::cancelled);
}

TEST(OutputFile, ADescriptorByItsPathIsNotOpenedAnew) {
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

TEST(OutputFile, DoesNotWriteIntoAPipeThatAnotherUserPutIntoASharedFolder) {
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

class OutputFileOnPipe : public ::testing::Test {
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

TEST_F(OutputFileOnPipe, TellsThatTheReaderIsGone) {
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

TEST_F(OutputFileOnPipe, AReaderThatDoesNotReadEndsWithAStop) {
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

TEST_F(OutputFileOnPipe, LeavesTheDescriptorOpen) {
  {
    output_file::on_descriptor(ends_[1], "standard output").commit();
  }
  EXPECT_NE(::fcntl(ends_[1], F_GETFD), -1);
}

}  // namespace
}  // namespace dynamo
