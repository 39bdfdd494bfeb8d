// Exports that go on where they were interrupted.
#include "unit/cli/command_run.hpp"

#include <dynamo/scan/page_source.hpp>
#include <dynamo/sink/checkpoint_file.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <string>

namespace dynamo::cli {
namespace cli_export_resume_test {

using test::contents_of;
using test::temporary_folder;
using test::write_file;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class export_resume : public ::testing::Test {
 protected:
  static constexpr int pages = 4;

  export_command to_file(item_format format = item_format::dynamodb_json) const {
    export_command what;
    what.scan.table = "users";
    what.scan.segments = 1;  // so that the order is known
    what.file = folder / "a";
    what.format = format;
    what.resume = true;
    what.checkpoint_interval = std::chrono::milliseconds(0);
    if (format == item_format::csv) what.columns = {"n", "id"};
    return what;
  }
  // Runs the export on a table of a page for each of a, b, c and d. Request `fails_at` fails.
  int run(const export_command& what, int fails_at = -1) {
    command_run once;
    for (int i = 0; i < pages; ++i) {
      once.server->add_page({simple_item(std::string(1, static_cast<char>('a' + i)), i)});
    }
    once.server->answer(operation::describe_table, users_description(pages));
    if (fails_at >= 0) {
      once.server->fail_at(static_cast<std::size_t>(fails_at), failure);
    }
    const int status = once(what);
    err = once.err;
    requests = once.server->count(operation::scan);
    return status;
  }
  static std::string lines(int from, int to) {
    std::string text;
    for (int i = from; i < to; ++i) {
      text += simple_item(std::string(1, static_cast<char>('a' + i)), i) + "\n";
    }
    return text;
  }

  const temporary_folder folder;
  error failure = failure_of(errc::unavailable, "the network is down");
  std::string err;
  std::size_t requests = 0;
};

TEST_F(export_resume, without_a_partial_export_it_begins_afresh) {
  EXPECT_EQ(run(to_file()), 0);
  EXPECT_EQ(err, "");
  EXPECT_EQ(contents_of(folder / "a"), lines(0, 4));
  EXPECT_THAT(folder.names(), ElementsAre("a", "a.checkpoint"));
}

TEST_F(export_resume, continues_after_a_failure) {
  EXPECT_EQ(run(to_file(), 3), 1);  // request 0 asked for the description
  EXPECT_THAT(err, HasSubstr("the network is down; the same command resumes from here"));
  EXPECT_THAT(folder.names(), ElementsAre("a.checkpoint", "a.partial"));
  EXPECT_EQ(contents_of(folder / "a.partial"), lines(0, 2));
  EXPECT_EQ(run(to_file()), 0);
  EXPECT_EQ(requests, 2U);
  EXPECT_EQ(contents_of(folder / "a"), lines(0, 4));
}

TEST_F(export_resume, what_is_after_the_checkpoint_is_cut_off) {
  EXPECT_EQ(run(to_file(), 3), 1);
  write_file(folder / "a.partial", lines(0, 2) + R"({"id":{"S":"half a li)");
  EXPECT_EQ(run(to_file()), 0);
  EXPECT_EQ(contents_of(folder / "a"), lines(0, 4));
}

TEST_F(export_resume, a_shorter_file_is_an_error_that_names_both) {
  EXPECT_EQ(run(to_file(), 3), 1);
  const std::string partial = folder / "a.partial";
  write_file(partial, "short");
  EXPECT_EQ(run(to_file()), 7);
  EXPECT_THAT(err, HasSubstr("'" + partial + "' has 5 bytes"));
  EXPECT_THAT(err, HasSubstr("'" + folder / "a.checkpoint' contains its position"));
  EXPECT_EQ(requests, 0U);
  EXPECT_EQ(contents_of(partial), "short");
  std::filesystem::remove(partial);
  EXPECT_EQ(run(to_file()), 7);
  EXPECT_THAT(err, HasSubstr("cannot go on with '" + partial + "'"));
}

TEST_F(export_resume, a_finished_one_reads_nothing) {
  EXPECT_EQ(run(to_file()), 0);
  EXPECT_EQ(run(to_file()), 0);
  EXPECT_EQ(requests, 0U);
  EXPECT_THAT(err, HasSubstr("is already complete: nothing was read"));
  EXPECT_EQ(contents_of(folder / "a"), lines(0, 4));
  std::filesystem::remove(folder / "a");
  EXPECT_EQ(run(to_file()), 7);
  EXPECT_THAT(err, HasSubstr("no longer exists: delete '" + folder / "a.checkpoint'"));
}

// The crash came between the last save and the renaming.
TEST_F(export_resume, a_file_that_lacks_only_its_name_gets_it) {
  EXPECT_EQ(run(to_file()), 0);
  std::filesystem::rename(folder / "a", folder / "a.partial");
  EXPECT_EQ(run(to_file()), 0);
  EXPECT_EQ(requests, 0U);
  EXPECT_EQ(contents_of(folder / "a"), lines(0, 4));
  EXPECT_THAT(folder.names(), ElementsAre("a", "a.checkpoint"));
}

TEST_F(export_resume, csv_has_its_header_once) {
  EXPECT_EQ(run(to_file(item_format::csv), 3), 1);
  EXPECT_EQ(contents_of(folder / "a.partial"), "n,id\n0,a\n1,b\n");
  EXPECT_EQ(run(to_file(item_format::csv)), 0);
  EXPECT_EQ(contents_of(folder / "a"), "n,id\n0,a\n1,b\n2,c\n3,d\n");
}

TEST_F(export_resume, other_options_are_refused) {
  EXPECT_EQ(run(to_file(), 3), 1);
  EXPECT_EQ(run(to_file(item_format::csv)), 8);
  EXPECT_THAT(err, HasSubstr("belongs to an export as dynamodb-json, not as csv n,id"));
  export_command what = to_file();
  what.scan.filter = "n > :n";
  EXPECT_EQ(run(what), 8);
  EXPECT_THAT(err, HasSubstr("its filter is '', not 'n > :n'"));
  what = to_file();
  what.scan.segments = 2;
  EXPECT_EQ(run(what), 8);
  EXPECT_EQ(requests, 0U);
  // Without --segments they are those that it began with.
  what.scan.segments.reset();
  EXPECT_EQ(run(what), 0);
  EXPECT_EQ(contents_of(folder / "a"), lines(0, 4));
}

TEST_F(export_resume, an_item_that_cannot_be_written_leaves_no_half_page) {
  export_command what = to_file(item_format::json);
  {
    command_run once;
    once.server->add_page({simple_item("a", 0)});
    once.server->add_page({simple_item("b", 1), R"({"id":{"X":"?"}})"});
    once.server->answer(operation::describe_table, users_description(3));
    EXPECT_EQ(once(what), 1);
  }
  command_run once;
  once.server->add_page({simple_item("a", 0)});
  once.server->add_page({simple_item("b", 1), simple_item("c", 2)});
  once.server->answer(operation::describe_table, users_description(3));
  EXPECT_EQ(once(what), 0) << once.err;
  EXPECT_EQ(contents_of(folder / "a"),
            "{\"id\":\"a\",\"n\":0}\n{\"id\":\"b\",\"n\":1}\n{\"id\":\"c\",\"n\":2}\n");
}

TEST_F(export_resume, a_signal_leaves_what_is_there) {
  // Of pages that are as big no more than two wait: at the last request some are in the file.
  constexpr std::size_t big_pages = 6;
  std::string all;
  auto fill = [&](test::scripted_backend& server) {
    all.clear();
    for (std::size_t i = 0; i < big_pages; ++i) {
      const std::string item = simple_item(std::string(600'000, static_cast<char>('a' + i)), 0);
      server.add_page({item});
      all += item + "\n";
    }
    server.answer(operation::describe_table, users_description(big_pages));
  };
  export_command what = to_file();
  what.scan.max_buffer_mb = 1;
  {
    command_run once;
    fill(*once.server);
    once.server->on_request([&](const test::seen_request&) {
      if (once.server->count(operation::scan) == big_pages) {
        once.signal = SIGINT;
        once.stop.request_stop();
      }
    });
    EXPECT_EQ(once(what), 130);
    EXPECT_THAT(once.err, HasSubstr("the same command resumes from here"));
  }
  EXPECT_THAT(folder.names(), ElementsAre("a.checkpoint", "a.partial"));
  EXPECT_GT(std::filesystem::file_size(folder / "a.partial"), 0U);
  command_run again;
  fill(*again.server);
  EXPECT_EQ(again(what), 0) << again.err;
  EXPECT_LT(again.server->count(operation::scan), big_pages);
  EXPECT_TRUE(contents_of(folder / "a") == all);
}

TEST_F(export_resume, a_second_one_is_refused) {
  const auto store = checkpoint_file(folder / "a.checkpoint");
  ASSERT_TRUE(store->acquire());
  EXPECT_EQ(run(to_file()), 8);
  EXPECT_THAT(err, HasSubstr("is in use by another scan"));
  store->release();
  EXPECT_EQ(run(to_file()), 0);
}

TEST_F(export_resume, what_cannot_be_cut_back_is_refused_before_anything_is_made) {
  std::filesystem::create_directory(folder / "a");
  export_command what = to_file();
  for (const std::string& file : {what.file, std::string("/dev/null")}) {
    what.file = file;
    EXPECT_EQ(run(what), 7);
    EXPECT_THAT(err, HasSubstr("'" + file + "' with --resume: it is not a regular file"));
  }
  EXPECT_FALSE(std::filesystem::exists("/dev/null.checkpoint"));
  EXPECT_THAT(folder.names(), ElementsAre("a"));
  EXPECT_EQ(requests, 0U);
}

TEST_F(export_resume, what_others_may_write_is_not_gone_on_with) {
  EXPECT_EQ(run(to_file(), 3), 1);
  using std::filesystem::perms;
  for (const char* const name : {"a.partial", "a.checkpoint"}) {
    std::filesystem::permissions(folder / name, perms::others_write,
                                 std::filesystem::perm_options::add);
    EXPECT_EQ(run(to_file()), 7);
    EXPECT_THAT(err, HasSubstr("'" + folder / name + "': other users may write to it"));
    EXPECT_EQ(requests, 0U);
    std::filesystem::permissions(folder / name, perms::others_write,
                                 std::filesystem::perm_options::remove);
  }
  EXPECT_EQ(run(to_file()), 0) << err;
}

TEST_F(export_resume, what_is_no_checkpoint_is_not_touched) {
  write_file(folder / "a.checkpoint", "precious");
  EXPECT_EQ(run(to_file()), 8);
  EXPECT_THAT(err, HasSubstr("is not a checkpoint"));
  EXPECT_EQ(contents_of(folder / "a.checkpoint"), "precious");
}

TEST_F(export_resume, a_checkpoint_without_a_length_is_no_exports) {
  command_run once;
  once.server->add_page({simple_item("a", 0)});
  once.server->answer(operation::describe_table, users_description(pages));
  scan_options options;
  options.segments = 1;
  options.checkpoint = checkpoint_file(folder / "a.checkpoint");
  {
    page_source scan(once.server, "users", options, true);
    scan.next().value()->acknowledge();
  }
  write_file(folder / "a.partial", "");
  EXPECT_EQ(run(to_file()), 8);
  EXPECT_THAT(err, HasSubstr("does not belong to an export"));
}

TEST_F(export_resume, an_existing_file_needs_force) {
  write_file(folder / "a", "old");
  EXPECT_EQ(run(to_file()), 7);
  EXPECT_THAT(err, HasSubstr("--force"));
  EXPECT_THAT(folder.names(), ElementsAre("a"));
  export_command what = to_file();
  what.force = true;
  EXPECT_EQ(run(what, 3), 1);
  EXPECT_EQ(contents_of(folder / "a"), "old");
  EXPECT_EQ(run(what), 0);
  EXPECT_EQ(contents_of(folder / "a"), lines(0, 4));
}

TEST_F(export_resume, an_export_without_it_does_not_overwrite_what_can_continue) {
  EXPECT_EQ(run(to_file(), 3), 1);
  export_command afresh = to_file();
  afresh.resume = false;
  EXPECT_EQ(run(afresh), 7);
  EXPECT_THAT(err, HasSubstr("belongs to an export with --resume"));
  EXPECT_EQ(contents_of(folder / "a.partial"), lines(0, 2));
  afresh.force = true;
  EXPECT_EQ(run(afresh), 0);
  EXPECT_EQ(requests, 4U);
  EXPECT_THAT(folder.names(), ElementsAre("a"));
}

TEST_F(export_resume, an_empty_table_is_a_file_too) {
  command_run once;
  once.server->add_page({});
  once.server->answer(operation::describe_table, users_description(0));
  EXPECT_EQ(once(to_file(item_format::csv)), 0) << once.err;
  EXPECT_EQ(contents_of(folder / "a"), "n,id\n");
}

}  // namespace cli_export_resume_test
}  // namespace dynamo::cli
