#include "cli/serve_options.hpp"

#include "cli/option_kinds.hpp"

#include <cstdint>
#include <limits>
#include <string>

namespace dynamo::cli {

namespace {

constexpr std::uint64_t most_connections = 1'000'000;

}  // namespace

const std::string_view serve_notes =
    R"(Speaks DynamoDB's protocol, for development and tests on this machine. Prints one line when it
is ready, "listening at http://127.0.0.1:8000", and runs until Ctrl-C or SIGTERM, which end it
with status 0 behind the answers under way.

Behind --, a program runs with the endpoint, a region and credentials in its environment;
the server takes a free port, prints nothing, and ends with the program and with its status.

There is no TLS. At another address than this machine's own, give --credentials: without,
whoever reaches it may read and change everything.

Without --credentials, requests are refused with status 403 if their Host header, or their Origin
header, has a name that is not this machine's: a web page could send them. --allow-host NAME
accepts a name, such as that of a proxy or of a container.

Examples:
  dynamo serve
  dynamo serve --local data.db
  dynamo serve --local data.db -- ./my_program --its-options
  aws dynamodb list-tables --endpoint-url http://127.0.0.1:8000
  dynamo serve --port 0 --throttle --unprocessed 0.2
  dynamo serve --listen 192.0.2.7:8000 --local data.db --credentials accepted
  dynamo serve --listen 0.0.0.0:8000 --allow-host dynamodb
)";

void add_serve_options(CLI::App& app, serve_command& serve) {
  CLI::Option* const port =
      app.add_option_function<std::string>(
             "--port",
             [&serve](const std::string& number) { serve.listen = "127.0.0.1:" + number; },
             "port of 127.0.0.1; 0 takes a free one (default: 8000, free for a program)")
          ->type_name("N")
          ->check(whole_number(0, std::numeric_limits<std::uint16_t>::max()));
  app.add_option("--listen", serve.listen,
                 "another address, with its port: [::1]:8000, 0.0.0.0:8000")
      ->type_name("ADDRESS")
      ->excludes(port);
  app.add_option("--credentials", serve.credentials,
                 "answer only requests signed by a profile of this file, which is written as\n"
                 "~/.aws/credentials is")
      ->type_name("FILE")
      ->check(not_empty());
  app.add_option_function<std::vector<std::string>>(
         "--allow-host",
         [&serve](const std::vector<std::string>& names) { serve.allow_hosts = names; },
         "also answer requests whose Host or Origin header has this name; can be given\n"
         "several times (default: names of this machine alone)")
      ->type_name("NAME")
      ->type_size(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->check(not_empty());
  number_option(app, "--connections", serve.connections,
                "connections at the same time; when all are in use, the one that has waited\n"
                "longest is closed for a new one (default: 10000)",
                1, most_connections);
  app.add_flag("--throttle", serve.throttle,
               "refuse what is beyond the throughput of provisioned tables");
  app.add_option_function<std::string>(
         "--unprocessed",
         [&serve](const std::string& share) { serve.unprocessed = std::stod(share); },
         "share of batches' entries to leave unprocessed, by chance: 0 to 1")
      ->type_name("SHARE")
      ->check(share_of_one());
  app.add_option_function<std::string>(
         "--durability",
         [&serve](const std::string& survived) {
           serve.until_on_disk = survived == "machine";
           serve.durability_given = true;
         },
         "what a write has survived when it is answered: a loss of power (machine,\n"
         "default) or an end of the process (process), which is quicker")
      ->type_name("NAME")
      ->check(one_of({"machine", "process"}));
}

void require_unsigned_requests(const serve_command& serve) {
  if (!serve.allow_hosts.empty() && !serve.credentials.empty())
    throw CLI::ValidationError(
        "--allow-host has no effect with --credentials, which answers signed requests for any "
        "host: leave one of them out");
}

void require_file_to_keep(const serve_command& serve) {
  if (serve.durability_given && serve.local.empty())
    throw CLI::ValidationError("--durability is for a file: add --local FILE");
}

}  // namespace dynamo::cli
