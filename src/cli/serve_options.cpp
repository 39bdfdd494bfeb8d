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
    R"(Serves any AWS SDK, for development and tests on this machine. Prints one line when it is
ready, "listening at http://127.0.0.1:8000", and runs until Ctrl-C or SIGTERM; it then
answers the requests under way and exits with status 0.

The program after -- runs with the endpoint, a region and credentials in its environment. The
server then listens on a free port, prints nothing, and exits when the program exits, with the
program's status.

There is no TLS. With an address other than this machine's own, use --credentials: without it,
every client that reaches the server can read and change everything.

Without --credentials, requests whose Host or Origin header is not a name of this machine are
refused with status 403, because a web page could send them. --allow-host NAME accepts another
name, such as that of a proxy or a container.

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
             "port on 127.0.0.1; 0: a free one (default: 8000; with a program: 0)")
          ->type_name("N")
          ->check(whole_number(0, std::numeric_limits<std::uint16_t>::max()));
  app.add_option("--listen", serve.listen,
                 "address and port to listen on: [::1]:8000, 0.0.0.0:8000")
      ->type_name("ADDRESS")
      ->excludes(port);
  app.add_option("--credentials", serve.credentials,
                 "accept only requests signed with a profile of this file, in the\n"
                 "format of ~/.aws/credentials")
      ->type_name("FILE")
      ->check(not_empty());
  app.add_option_function<std::vector<std::string>>(
         "--allow-host",
         [&serve](const std::vector<std::string>& names) { serve.allow_hosts = names; },
         "accept requests with this name in Host and Origin; repeatable\n"
         "(default: names of this machine only)")
      ->type_name("NAME")
      ->type_size(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->check(not_empty());
  number_option(app, "--connections", serve.connections,
                "maximum number of connections (default: 10000); when all are in\n"
                "use, the one that has waited longest is closed for a new one",
                1, most_connections);
  app.add_flag("--throttle", serve.throttle,
               "refuse requests beyond the throughput of provisioned tables");
  app.add_option_function<std::string>(
         "--unprocessed",
         [&serve](const std::string& share) { serve.unprocessed = std::stod(share); },
         "random share of batch entries to leave unprocessed, 0 to 1\n"
         "(default: 0)")
      ->type_name("SHARE")
      ->check(share_of_one());
  app.add_option_function<std::string>(
         "--durability",
         [&serve](const std::string& survived) {
           serve.until_on_disk = survived == "machine";
           serve.durability_given = true;
         },
         "machine: answered writes survive a loss of power (default);\n"
         "process: they survive only a crash of the process, but are faster")
      ->type_name("NAME")
      ->check(one_of({"machine", "process"}));
}

void require_unsigned_requests(const serve_command& serve) {
  if (!serve.allow_hosts.empty() && !serve.credentials.empty())
    throw CLI::ValidationError(
        "--allow-host cannot be used with --credentials: signed requests are accepted for any "
        "host");
}

void require_file_to_keep(const serve_command& serve) {
  if (serve.durability_given && serve.local.empty())
    throw CLI::ValidationError("--durability requires --local FILE");
}

}  // namespace dynamo::cli
