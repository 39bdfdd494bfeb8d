#include "cli/options.hpp"

#include "cli/option_kinds.hpp"
#include "cli/output_format.hpp"
#include "cli/serve_options.hpp"

#include <dynamo/version.hpp>

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

// Puts "dynamo " before the name of a subcommand in its usage line.
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

DYNAMO_LOG=error, warn, info, debug or trace sets the log level; --verbose overrides it.

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
  CLI::App app{"Read DynamoDB tables of any size in constant memory.", "dynamo"};

  parser() {
    app.require_subcommand(1);
    app.fallthrough();
    app.set_version_flag("--version", "dynamo " DYNAMO_VERSION);
    auto formatter = std::make_shared<help_formatter>();
    formatter->column_width(32);
    app.formatter(std::move(formatter));
    CLI::Option* const endpoint =
        app.add_option("--endpoint", run.endpoint, "endpoint of DynamoDB or of a compatible server")
            ->type_name("URL");
    CLI::Option* const region = app.add_option("--region", run.region, "AWS region");
    CLI::Option* const profile =
        app.add_option("--profile", run.profile, "profile of ~/.aws/config and ~/.aws/credentials");
    CLI::Option* const ca_bundle =
        app.add_option("--ca-bundle", run.ca_bundle, "PEM certificates to trust");
    CLI::Option* const local =
        app.add_option("--local", run.local, "database file to use instead of a service");
    for (CLI::Option* const of_a_service : {endpoint, region, profile, ca_bundle})
      local->excludes(of_a_service);
    for (CLI::Option* const name : {region, profile}) name->type_name("NAME");
    for (CLI::Option* const file : {ca_bundle, local}) file->type_name("FILE");
    local->check(not_empty());
    CLI::Option* const quiet =
        app.add_flag("--quiet", run.quiet, "print errors only, and no progress");
    app.add_flag("-v,--verbose", run.verbose,
                 "log to standard error: retries, credentials, the end; -vv: also\n"
                 "segments and waits; -vvv: also every request")
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
    add("tables", "List tables, one per line.", R"(Examples:
  dynamo tables
  dynamo tables --region eu-west-1
)")
        .final_callback([this] { run.command = tables; });
  }

  void add_describe() {
    CLI::App& sub = add("describe", "Print a table's keys, indexes and size.", R"(Examples:
  dynamo describe users
  dynamo describe users --json | jq .item_count
)");
    table_argument(sub, describe.table);
    sub.add_flag("--json", describe.json, "one JSON object, for programs");
    sub.final_callback([this] { run.command = describe; });
  }

  void add_sample() {
    CLI::App& sub =
        add("sample", "Fill a table with generated users.",
            R"(Creates the table if it does not exist: partition key id, sort key email, on demand.
The same seed gives the same users.

Examples:
  dynamo sample users --items 20000
  dynamo sample users --items 20000 --seed 2 --force
)");
    table_argument(sub, sample.table);
    number_option(sub, "--items", sample.items, "number of users", 1, 1'000'000'000'000)
        ->required();
    number_option(sub, "--seed", sample.seed, "seed of the generator (default: 1)", 0,
                  std::numeric_limits<std::uint64_t>::max());
    sub.add_flag("--force", sample.force, "write also to a table that has items");
    sub.final_callback([this] { run.command = sample; });
  }

  void add_scan() {
    CLI::App& sub =
        add("scan", "Print items, one per line.",
            R"(Prints each page as it arrives, and stops reading when standard output is closed:
`dynamo scan users | head` reads a page or two and exits with status 0.

Examples:
  dynamo scan users --limit 5
  dynamo scan users --projection 'id, #s' --names '{"#s":"status"}'
  dynamo scan users --format dynamodb-json > users.jsonl
)");
    sub.add_option("--format", scan_format,
                   "json: without types (default);\n"
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
        add("count", "Count items by reading the whole table.",
            R"(Consumes as many read units as a scan. `dynamo describe` prints a count that is up to
six hours old and costs nothing.

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
        add("export", "Export a table to a file.",
            R"(Writes to FILE.partial and renames it to FILE when the export is complete. A failure,
Ctrl-C or --timeout removes FILE.partial. The order of items is unspecified.

With --resume, FILE.partial and FILE.checkpoint are kept after a failure, Ctrl-C,
--timeout or a crash. The same command then resumes, and FILE contains every item once.
After a complete export it reads nothing; to export again, delete FILE.checkpoint.

The extension selects the format: .jsonl and .ndjson, or .csv. Other extensions, such as
.json and .parquet, require --format. Extensions of compressed files, such as .gz, are
always refused: compress standard output instead.

CSV without --columns has a column for every attribute, keys first, and needs free disk
space of twice the file's size. Lists, maps and sets are written as JSON.

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
    text_option(sub, "--columns", columns, "columns of CSV, in this order (default: all)", "a,b,c");
    sub.add_flag("--force", export_to.force, "replace the file if it exists");
    sub.add_flag("--resume", export_to.resume,
                 "resume the same export if it was interrupted, else start it");
    sub.add_option_function<std::string>(
           "--checkpoint-interval",
           [this](const std::string& value) {
             export_to.checkpoint_interval = std::chrono::round<std::chrono::milliseconds>(
                 std::chrono::duration<double>(std::stod(value)));
             interval_given = true;
           },
           "interval between saves of FILE.checkpoint with --resume (default: 1)")
        ->type_name("SECONDS")
        ->check(seconds_from_zero());
    add_scan_options(sub, export_to.scan, true, by_size);
    const CLI::Option* const output = sub.get_option("--output");
    sub.final_callback([this, output] { finish_export(output); });
  }

  void add_whoami() {
    CLI::App& sub =
        add("whoami", "Print the AWS identity and where its credentials come from.",
            R"(Sends a request to STS, not to DynamoDB. Prints the source of the credentials, the
identity, the region and the endpoint, and never a secret. If STS does not confirm the
credentials, prints the rest with the reason and exits with a status other than 0.

Examples:
  dynamo whoami
  dynamo whoami --profile work --json | jq -r .arn
  dynamo whoami --offline
)");
    sub.add_flag("--json", whoami.json, "one JSON object, for programs");
    sub.add_flag("--offline", whoami.offline, "send no request to STS");
    sub.final_callback([this] {
      if (run.local) throw CLI::ValidationError("whoami cannot be used with --local");
      run.command = whoami;
    });
  }

  void add_serve() {
    CLI::App& sub =
        add("serve", "Run a DynamoDB-compatible server, in memory or on a file.", serve_notes);
    add_serve_options(sub, serve);
    sub.final_callback([this] {
      if (run.local) serve.local = *run.local;
      require_file_to_keep(serve);
      require_unsigned_requests(serve);
      run.command = serve;
    });
  }

  void add_compact() {
    CLI::App& sub =
        add("compact", "Compact a database file.",
            R"(A file does not shrink when items are removed; new items use the free space. compact
rewrites all items in the order of a scan and prints the file's size before and after. It
needs free disk space of up to twice the file's size, and no other process may have the
file open. A crash or a full disk leaves the file unchanged; so does Ctrl-C until all
items are copied, after which compact completes.

Examples:
  dynamo compact data.db
)");
    sub.add_option("FILE", compact.file, "database file, as for --local")
        ->type_name("")
        ->required()
        ->check(not_empty());
    sub.final_callback([this] {
      for (const char* const other :
           {"--local", "--endpoint", "--region", "--profile", "--ca-bundle"}) {
        if (app.get_option(other)->empty()) continue;
        throw CLI::ValidationError(
            fmt::format("{} cannot be used with compact: write dynamo compact FILE", other));
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
        throw CLI::ValidationError("--columns requires CSV: add --format csv");
      }
      auto names = split_columns(columns);
      if (!names) throw CLI::ValidationError(names.error().message);
      export_to.columns = *std::move(names);
    }
    if (interval_given && !export_to.resume) {
      throw CLI::ValidationError("--checkpoint-interval requires --resume");
    }
    if (export_to.resume && export_to.file == "-") {
      throw CLI::ValidationError("--resume requires a file: standard output cannot be truncated");
    }
    if (export_to.resume && export_to.scan.max_bytes) {
      throw CLI::ValidationError(
          "--max-bytes cannot be used with --resume: use --max-rcu to limit the read rate");
    }
    if (export_to.resume && export_to.format == item_format::csv && export_to.columns.empty()) {
      throw CLI::ValidationError("--resume requires the columns of CSV in advance: add --columns");
    }
    run.command = export_to;
  }

  // The subcommand on the command line, or the application if there is none.
  [[nodiscard]] const CLI::App& named() const {
    const auto subcommands = app.get_subcommands();
    return subcommands.empty() ? app : *subcommands.front();
  }
};

std::string mistake(const parser& parsed, std::string text, bool no_command) {
  const bool whole = &parsed.named() == &parsed.app;
  const auto unknown = parsed.app.remaining();
  if (whole && !unknown.empty() && !unknown.front().starts_with('-')) {
    text = "unknown command '" + unknown.front() + "'";
  } else if (whole && unknown.empty() && parsed.app.get_subcommands().empty() && no_command) {
    text = "a command is required, such as tables or count";
  }
  std::ranges::replace(text, '\n', ' ');
  return fmt::format("dynamo: {}; see dynamo {}--help\n", text,
                     whole ? "" : parsed.named().get_name() + " ");
}

std::variant<invocation, early_end> parse(std::vector<std::string> given) {
  const auto parsed = std::make_unique<parser>();
  std::ranges::reverse(given);  // CLI11 requires reverse order
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
  // The arguments after -- belong to the program to run: they are passed to it unparsed.
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
