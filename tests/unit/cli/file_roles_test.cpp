// No file for two purposes.
#include "cli/file_roles.hpp"

#include "unit/cli/command_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace dynamo::cli {
namespace cli_file_roles_test {

using test::contents_of;
using test::write_file;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class file_roles_test : public ::testing::Test {
 protected:
  // The sentence, or nothing where the files are all different.
  std::string refusal(const std::vector<std::string>& arguments) {
    const auto parsed = parse_arguments(arguments);
    if (const auto* end = std::get_if<early_end>(&parsed)) return "usage: " + end->err;
    const auto checked = check_file_roles(file_roles(std::get<invocation>(parsed), on));
    if (checked) return "";
    EXPECT_EQ(checked.error().kind, errc::invalid_argument);
    return checked.error().message;
  }
  std::string conflict(const std::string& first, const std::string& second,
                       const std::string& file) {
    return "cannot start: " + first + " and " + second + " are the same file, '" + file +
           "'; name different files";
  }

  const test::temporary_folder folder;
  const std::string db = folder / "own.db";
  const console on{.out = -1};
};

TEST_F(file_roles_test, different_files_are_fine) {
  EXPECT_EQ(refusal({"export", "users", "-o", folder / "a.jsonl", "--report", folder / "r.json",
                     "--metrics-file", folder / "m.prom", "--local", db}),
            "");
  EXPECT_EQ(refusal({"count", "users", "--local", db}), "");
  EXPECT_EQ(refusal({"export", "users", "-o", "-", "--ca-bundle", folder / "ca"}), "");
}

TEST_F(file_roles_test, a_database_is_no_report_and_no_output) {
  write_file(db, "precious");
  EXPECT_EQ(refusal({"count", "users", "--local", db, "--report", db}),
            conflict("--local", "--report", db));
  EXPECT_EQ(refusal({"count", "users", "--local", db, "--metrics-file", db}),
            conflict("--local", "--metrics-file", db));
  EXPECT_EQ(refusal({"export", "users", "--local", db, "-o", db, "--format", "json", "--force"}),
            conflict("--local", "--output", db));
}

TEST_F(file_roles_test, what_is_written_is_not_written_twice) {
  const std::string file = folder / "a";
  EXPECT_EQ(refusal({"export", "users", "-o", file, "--report", file}),
            conflict("--output", "--report", file));
  EXPECT_EQ(refusal({"export", "users", "-o", file, "--metrics-file", file}),
            conflict("--output", "--metrics-file", file));
  for (const std::string command : {"scan", "count"}) {
    EXPECT_EQ(refusal({command, "users", "--metrics-file", file, "--report", file}),
              conflict("--report", "--metrics-file", file));
  }
}

TEST_F(file_roles_test, neither_is_what_goes_beside_it) {
  for (const std::string suffix : {"-wal", "-shm", "-journal"}) {
    EXPECT_THAT(refusal({"count", "users", "--local", db, "--report", db + suffix}),
                AllOf(HasSubstr("of --local and --report"), HasSubstr(db + suffix)));
  }
  const std::string file = folder / "a.jsonl";
  EXPECT_EQ(refusal({"export", "users", "-o", file, "--report", file + ".partial"}),
            conflict("the partial file of --output", "--report", file + ".partial"));
  EXPECT_EQ(refusal({"export", "users", "-o", file, "--report", file + ".checkpoint"}),
            conflict("the checkpoint of --output", "--report", file + ".checkpoint"));
  EXPECT_EQ(refusal({"export", "users", "-o", file, "--report", file + ".checkpoint.tmp"}),
            conflict("the checkpoint of --output", "--report", file + ".checkpoint.tmp"));
  EXPECT_EQ(refusal({"count", "users", "--metrics-file", file + ".partial", "--report", file}),
            conflict("the partial file of --report", "--metrics-file", file + ".partial"));
}

TEST_F(file_roles_test, the_same_file_by_another_name) {
  write_file(db, "precious");
  std::filesystem::create_symlink(db, folder / "link");
  std::filesystem::create_hard_link(db, folder / "hard");
  for (const std::string& name :
       {folder / "link", folder / "hard", folder / "./own.db",
        folder / "../" + folder.path().substr(folder.path().rfind('/') + 1) + "/own.db"}) {
    EXPECT_EQ(refusal({"count", "users", "--local", db, "--report", name}),
              conflict("--local", "--report", db));
  }
  // Neither is there yet.
  std::filesystem::create_directory_symlink(folder.path(), folder / "here");
  EXPECT_EQ(refusal({"export", "users", "-o", folder / "x.csv", "--report", folder / "here/x.csv"}),
            conflict("--output", "--report", folder / "x.csv"));
}

TEST_F(file_roles_test, what_is_read_is_not_replaced) {
  write_file(folder / "ca", "certificates");
  EXPECT_EQ(refusal({"count", "users", "--ca-bundle", folder / "ca", "--report", folder / "ca"}),
            conflict("--report", "--ca-bundle", folder / "ca"));
  EXPECT_EQ(refusal({"serve", "--local", db, "--credentials", db}),
            conflict("--local", "--credentials", db));
}

TEST_F(file_roles_test, the_shells_redirection_is_one_too) {
  write_file(db, "precious");
  const int out = ::open(db.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  const console appending{.out = out};
  invocation run;
  run.local = db;
  run.command = tables_command{};
  auto checked = check_file_roles(file_roles(run, appending));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().message, conflict("--local", "standard output", db));
  run.local.reset();
  run.command = compact_command{.file = db};
  checked = check_file_roles(file_roles(run, appending));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().message, conflict("FILE", "standard output", db));
  ::close(out);
}

TEST_F(file_roles_test, a_device_may_have_several) {
  EXPECT_EQ(refusal({"export", "users", "-o", "/dev/null", "--report", "/dev/null"}), "");
}

TEST_F(file_roles_test, nothing_is_opened_or_sent) {
  write_file(db, "precious");
  invocation run;
  run.local = db;
  run.command = export_command{.scan = {.table = "users"}, .file = db, .force = true};
  std::string told;
  const console with{.out = -1, .err = [&](std::string_view text) { told += text; }};
  EXPECT_EQ(run_invocation(run, nullptr, with, [] { return 0; }), exit_code::usage);
  EXPECT_EQ(told, "dynamo: " + conflict("--local", "--output", db) + "\n");
  EXPECT_EQ(contents_of(db), "precious");
  EXPECT_THAT(folder.names(), ElementsAre("own.db"));
}

}  // namespace cli_file_roles_test
}  // namespace dynamo::cli
