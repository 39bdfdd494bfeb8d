#include "cli/options.hpp"

#include "cli/option_kinds.hpp"
#include "cli/output_format.hpp"
#include "cli/serve_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>

namespace dynamo::cli {
namespace {

// Names the tool in front of a command.
class help_formatter final : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* app, std::string name) const override {
    if (app->get_parent() != nullptr) name = "dynamo " + name;
    return Formatter::make_usage(app, std::move(name));
  }
};

constexpr std::string_view global_note =
    "Options for all commands, see dynamo --help: --endpoint, --region, --profile,\n"
    "--ca-bundle, --local, --quiet, --verbose.\n";

constexpr std::string_view by_size = "one for 256 MB of the table, 8 to 1024; 1 with --limit";

constexpr std::string_view main_examples = R"(Examples:
  dynamo tables
  dynamo count users
  dynamo export users -o users.jsonl
  dynamo scan users --filter 'age >= :min' --values '{":min":{"N":"18"}}' | head
  dynamo --local data.db sample users --items 20000
  dynamo --local data.db count users
  dynamo serve --local data.db
  dynamo compact data.db
  dynamo --endpoint http://127.0.0.1:8000 tables

Region, credentials and endpoint are found as the AWS CLI finds them: options,
AWS_REGION, AWS_ACCESS_KEY_ID, AWS_PROFILE, ~/.aws/config and so on.

DYNAMO_LOG=error, warn, info, debug or trace logs without --verbose, which goes before it.

)";

struct parser {
  invocation run;
  tables_command tables;
  describe_command describe;
  sample_command sample;
  scan_command scan;
  count_command count;
  export_command export_to;
  whoami_command whoami;
  serve_command serve;
  compact_command compact;
  std::string scan_format = "json";
  std::string export_format;
  std::string columns;
  bool interval_given = false;
  CLI::App app{"Reads DynamoDB tables of any size in constant memory.", "dynamo"};

  parser() {
    app.require_subcommand(1);
    app.fallthrough();
    app.set_version_flag("--version", "dynamo " DYNAMO_VERSION);
    auto formatter = std::make_shared<help_formatter>();
    formatter->column_width(32);
    app.formatter(std::move(formatter));
    CLI::Option* const endpoint =
        app.add_option("--endpoint", run.endpoint, "of DynamoDB, or of what speaks its protocol")
            ->type_name("URL");
    CLI::Option* const region = app.add_option("--region", run.region, "AWS region");
    CLI::Option* const profile =
        app.add_option("--profile", run.profile, "profile of ~/.aws/config and ~/.aws/credentials");
    CLI::Option* const ca_bundle =
        app.add_option("--ca-bundle", run.ca_bundle, "PEM certificates to trust");
    CLI::Option* const local =
        app.add_option("--local", run.local,
                       "a database in a file, in place of a service: no account, no network");
    for (CLI::Option* const of_a_service : {endpoint, region, profile, ca_bundle})
      local->excludes(of_a_service);
    for (CLI::Option* const name : {region, profile}) name->type_name("NAME");
    for (CLI::Option* const file : {ca_bundle, local}) file->type_name("FILE");
    local->check(not_empty());
    CLI::Option* const quiet = app.add_flag("--quiet", run.quiet, "no progress, errors only");
    app.add_flag("-v,--verbose", run.verbose,
                 "tell on standard error what happens: retries, credentials, the end;\n"
                 "twice: segments and waits too; three times: every request")
        ->excludes(quiet);
    app.footer(std::string(main_examples) + exit_code_table());
    add_tables();
    add_describe();
    add_sample();
    add_scan();
    add_count();
    add_export();
    add_whoami();
    add_serve();
    add_compact();
  }

  CLI::App& add(const char* name, const char* text, std::string_view notes) {
    CLI::App& added = *app.add_subcommand(name, text);
    added.fallthrough();
    added.footer(fmt::format("{}\n{}\n{}", notes, global_note, exit_code_table()));
    return added;
  }

  void add_tables() {
    add("tables", "Lists the tables, one a line.", R"(Examples:
  dynamo tables
  dynamo tables --region eu-west-1
)")
        .final_callback([this] { run.command = tables; });
  }

  void add_describe() {
    CLI::App& sub = add("describe", "Shows a table's keys, indexes and size.", R"(Examples:
  dynamo describe users
  dynamo describe users --json | jq .item_count
)");
    table_argument(sub, describe.table);
    sub.add_flag("--json", describe.json, "one JSON object, for programs");
    sub.final_callback([this] { run.command = describe; });
  }

  void add_sample() {
    CLI::App& sub =
        add("sample", "Fills a table with made-up users, to try things out.",
            R"(Creates the table if there is none: partition key id, sort key email, on demand.
The same seed gives the same users.

Examples:
  dynamo sample users --items 20000
  dynamo sample users --items 20000 --seed 2 --force
)");
    table_argument(sub, sample.table);
    number_option(sub, "--items", sample.items, "how many users", 1, 1'000'000'000'000)->required();
    number_option(sub, "--seed", sample.seed, "which users (default: 1)", 0,
                  std::numeric_limits<std::uint64_t>::max());
    sub.add_flag("--force", sample.force, "also into a table that has items");
    sub.final_callback([this] { run.command = sample; });
  }

  void add_scan() {
    CLI::App& sub =
        add("scan", "Writes items to standard output, one a line.",
            R"(Writes each page as it comes, and reads no further once the reader is gone:
`dynamo scan users | head` costs a page or two and ends with status 0.

Examples:
  dynamo scan users --limit 5
  dynamo scan users --projection 'id, #s' --names '{"#s":"status"}'
  dynamo scan users --format dynamodb-json > users.jsonl
)");
    sub.add_option("--format", scan_format,
                   "json: as people write it (default);\n"
                   "dynamodb-json: with types, as the service sends it")
        ->type_name("NAME")
        ->check(one_of({"json", "dynamodb-json"}));
    add_scan_options(sub, scan.scan, true, "1, which keeps the order");
    sub.final_callback([this] {
      scan.format = format_named(scan_format);
      run.command = scan;
    });
  }

  void add_count() {
    CLI::App& sub =
        add("count", "Counts items by reading them all.",
            R"(Costs as much as reading the table. `dynamo describe` shows a count for free that
is up to six hours old.

Examples:
  dynamo count users
  dynamo count users --filter '#s = :s' --names '{"#s":"status"}' \
    --values '{":s":{"S":"active"}}'
)");
    add_scan_options(sub, count.scan, false, by_size);
    sub.final_callback([this] { run.command = count; });
  }

  void add_export() {
    CLI::App& sub =
        add("export", "Writes a table to a file, whole or not at all.",
            R"(The file is written as FILE.partial beside it and gets its name at the end; a
failure, Ctrl-C or --timeout leaves no file. Items come in no order.

With --resume they leave FILE.partial and FILE.checkpoint, and so does a crash: the
same command goes on from there, and every item is in the file once. Once it is
finished, the same command reads nothing; to export again, delete FILE.checkpoint.

The extension says the format: .jsonl and .ndjson, or .csv. Others, such as .json and
.parquet, are refused unless --format says what to write; those of compressed files,
such as .gz, always: compress standard output.

CSV without --columns has a column for every attribute, keys first; this needs
room on the disk for twice the file. Lists, maps and sets are JSON in their cell.

Examples:
  dynamo export users -o users.jsonl
  dynamo export users -o users.csv --columns id,email,age
  dynamo export users -o - --format json | gzip > users.jsonl.gz
  until dynamo export users -o users.jsonl --resume; do sleep 60; done
  dynamo export users --estimate --max-rcu 500 --price-per-million 0.25
  dynamo export users -o users.jsonl --max-rcu 500 --report report.json
)");
    text_option(sub, "-o,--output", export_to.file, "file to write; - is standard output", "FILE");
    sub.add_option("--format", export_format,
                   "dynamodb-json: with types, one item a line (default for FILE.jsonl,\n"
                   "FILE.ndjson and FILE); json: without types; csv (default for FILE.csv)")
        ->type_name("NAME")
        ->check(one_of({"dynamodb-json", "json", "csv"}));
    text_option(sub, "--columns", columns, "of CSV, in this order (default: all)", "a,b,c");
    sub.add_flag("--force", export_to.force, "replace the file if it exists");
    sub.add_flag("--resume", export_to.resume,
                 "go on where the same export was interrupted; begin if it was not");
    sub.add_option_function<std::string>(
           "--checkpoint-interval",
           [this](const std::string& value) {
             export_to.checkpoint_interval = std::chrono::round<std::chrono::milliseconds>(
                 std::chrono::duration<double>(std::stod(value)));
             interval_given = true;
           },
           "how often --resume saves how far it is (default: 1)")
        ->type_name("SECONDS")
        ->check(seconds_from_zero());
    add_scan_options(sub, export_to.scan, true, by_size);
    const CLI::Option* const output = sub.get_option("--output");
    sub.final_callback([this, output] { finish_export(output); });
  }

  void add_whoami() {
    CLI::App& sub =
        add("whoami", "Shows who one is for AWS, and by which credentials.",
            R"(Asks STS, not DynamoDB. Shows where the credentials were found, whose they are,
region and endpoint, and never a secret. If STS does not confirm them, the rest is
shown all the same, with the reason and a status other than 0.

Examples:
  dynamo whoami
  dynamo whoami --profile work --json | jq -r .arn
  dynamo whoami --offline
)");
    sub.add_flag("--json", whoami.json, "one JSON object, for programs");
    sub.add_flag("--offline", whoami.offline, "do not ask STS whose they are");
    sub.final_callback([this] {
      if (run.local) throw CLI::ValidationError("--local has no credentials that are somebody's");
      run.command = whoami;
    });
  }

  void add_serve() {
    CLI::App& sub =
        add("serve", "Is a DynamoDB for any AWS SDK, in memory or in a file.", serve_notes);
    add_serve_options(sub, serve);
    sub.final_callback([this] {
      if (run.local) serve.local = *run.local;
      require_file_to_keep(serve);
      require_unsigned_requests(serve);
      run.command = serve;
    });
  }

  void add_compact() {
    CLI::App& sub = add(
        "compact", "Gives back the room that removed items have left in a database's file.",
        R"(A file whose items are removed keeps its size, and fills the room with new items. This
writes all items anew, in the order in which they are read, and prints the file's size
before and after. The disk needs room for up to twice the file meanwhile, and nobody
else may have it open. A crash or a full disk leave it as it was; so does Ctrl-C, until
all items are copied: what is left then is done.

Examples:
  dynamo compact data.db
)");
    sub.add_option("FILE", compact.file, "the database, as --local names it")
        ->type_name("")
        ->required()
        ->check(not_empty());
    sub.final_callback([this] {
      for (const char* const other :
           {"--local", "--endpoint", "--region", "--profile", "--ca-bundle"}) {
        if (app.get_option(other)->empty()) continue;
        throw CLI::ValidationError(
            fmt::format("{} is for tables, compact is for one file: dynamo compact FILE", other));
      }
      run.command = compact;
    });
  }

  void finish_export(const CLI::Option* output) {
    if (export_to.file.empty() && !export_to.scan.estimate) {
      if (output->empty()) throw CLI::RequiredError("--output");
      throw CLI::ValidationError("--output: the name is empty");
    }
    if (is_standard_output(export_to.file)) export_to.file = "-";
    const auto format = format_for(export_to.file, export_format);
    if (!format) throw CLI::ValidationError(format.error().message);
    export_to.format = *format;
    if (!columns.empty()) {
      if (export_to.format != item_format::csv) {
        throw CLI::ValidationError("--columns is for CSV: add --format csv");
      }
      auto names = split_columns(columns);
      if (!names) throw CLI::ValidationError(names.error().message);
      export_to.columns = *std::move(names);
    }
    if (interval_given && !export_to.resume) {
      throw CLI::ValidationError("--checkpoint-interval is for --resume: add that");
    }
    if (export_to.resume && export_to.file == "-") {
      throw CLI::ValidationError("--resume needs a file: standard output cannot be cut back");
    }
    if (export_to.resume && export_to.scan.max_bytes) {
      throw CLI::ValidationError(
          "--max-bytes and --resume exclude each other: --max-rcu keeps a long export cheap");
    }
    if (export_to.resume && export_to.format == item_format::csv && export_to.columns.empty()) {
      throw CLI::ValidationError(
          "--resume needs to know the columns of CSV from the beginning: add --columns");
    }
    run.command = export_to;
  }

  // The subcommand that was named, or the tool as a whole.
  [[nodiscard]] const CLI::App& named() const {
    const auto subcommands = app.get_subcommands();
    return subcommands.empty() ? app : *subcommands.front();
  }
};

std::string mistake(const parser& parsed, std::string text, bool no_command) {
  const bool whole = &parsed.named() == &parsed.app;
  const auto unknown = parsed.app.remaining();
  if (whole && !unknown.empty() && !unknown.front().starts_with('-')) {
    text = "there is no command '" + unknown.front() + "'";
  } else if (whole && unknown.empty() && parsed.app.get_subcommands().empty() && no_command) {
    text = "name a command, such as tables or count";
  }
  std::ranges::replace(text, '\n', ' ');
  return fmt::format("dynamo: {}; see dynamo {}--help\n", text,
                     whole ? "" : parsed.named().get_name() + " ");
}

std::variant<invocation, early_end> parse(std::vector<std::string> given) {
  const auto parsed = std::make_unique<parser>();
  std::ranges::reverse(given);  // as CLI11 wants it
  try {
    parsed->app.parse(std::move(given));
  } catch (const CLI::CallForHelp&) {
    std::string text = parsed->named().help();
    while (text.ends_with("\n\n")) text.pop_back();
    return early_end{.out = std::move(text)};
  } catch (const CLI::CallForVersion& version) {
    return early_end{.out = std::string(version.what()) + "\n"};
  } catch (const CLI::Error& wrong) {
    return early_end{.code = exit_code::usage,
                     .err = mistake(*parsed, wrong.what(), wrong.get_name() == "RequiredError")};
  }
  return std::move(parsed->run);
}

}  // namespace

std::variant<invocation, early_end> parse_arguments(std::vector<std::string> given) {
  // What stands behind -- is the program's that is served, to the letter: nobody else reads it.
  const auto program = std::ranges::find(given, "--");
  auto outcome = parse({given.begin(), program});
  auto* const run = std::get_if<invocation>(&outcome);
  auto* const serve = run == nullptr ? nullptr : std::get_if<serve_command>(&run->command);
  if (program == given.end() || serve == nullptr)
    return program == given.end() ? std::move(outcome) : parse(std::move(given));
  serve->program.assign(std::next(program), given.end());
  return outcome;
}

}  // namespace dynamo::cli
