#include "cli/child_program.hpp"
#include "cli/commands.hpp"
#include "cli/open_files.hpp"

#include <dynamo/auth/credentials_file.hpp>
#include <dynamo/engine/embedded_engine.hpp>
#include <dynamo/server/server.hpp>

#include <algorithm>
#include <cstddef>
#include <semaphore>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::cli {
namespace {

result<embedded_engine> open_engine(const serve_command& what) {
  engine_options options;
  options.throttle = what.throttle;
  options.unprocessed_share = what.unprocessed;
  options.durable = what.until_on_disk ? durability::machine_crash : durability::process_crash;
  if (what.local.empty()) return embedded_engine::in_memory(std::move(options));
  return embedded_engine::try_open(what.local, std::move(options));
}

void wait_for(const std::stop_token& stop) {
  std::binary_semaphore stopped(0);
  const std::stop_callback wake(stop, [&] { stopped.release(); });
  stopped.acquire();
}

// Open files other than connections: those of the database and of the process.
constexpr std::size_t other_files = 128;

// Returns the number of connections that the limit of open files allows.
std::size_t affordable_connections(std::size_t wanted, const console& on) {
  const std::size_t files = raise_open_files(wanted + other_files);
  if (files >= wanted + other_files) return wanted;
  const std::size_t left =
      files > 2 * other_files ? files - other_files : std::max<std::size_t>(files / 2, 1);
  on.tell("dynamo: connections are limited to " + std::to_string(left) + " instead of " +
          std::to_string(wanted) + ": the limit of open files is " + std::to_string(files) +
          "; raise it with ulimit -n, or reduce --connections\n");
  return left;
}

// Runs the program with the first accepted credentials, or with any if all requests are accepted.
result<int> run_served(const serve_command& what, const server& served,
                       const std::vector<credentials>& accepted, const console& on) {
  credentials as{.access_key_id = "local", .secret_access_key = "local"};
  if (!accepted.empty()) as = accepted.front();
  std::vector<std::pair<std::string, std::string>> set = {
      {"AWS_ENDPOINT_URL_DYNAMODB", served.url()},
      {"AWS_REGION", "us-east-1"},
      {"AWS_DEFAULT_REGION", "us-east-1"},
      {"AWS_ACCESS_KEY_ID", as.access_key_id},
      {"AWS_SECRET_ACCESS_KEY", as.secret_access_key},
      // No configuration file and no proxy may change the destination.
      {"AWS_CONFIG_FILE", "/dev/null"},
      {"AWS_SHARED_CREDENTIALS_FILE", "/dev/null"},
      {"no_proxy", "*"},
      {"NO_PROXY", "*"}};
  std::vector<std::string> unset = {
      "AWS_PROFILE",           "AWS_DEFAULT_PROFILE",        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
      "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_CREDENTIAL_EXPIRATION",
      "AWS_SECURITY_TOKEN",    "AWS_SESSION_TOKEN"};
  if (!as.session_token.empty()) {
    set.emplace_back("AWS_SESSION_TOKEN", as.session_token);
    unset.pop_back();
  }
  return run_program(what.program, set, unset, on.stop);
}

}  // namespace

result<exit_code> run(const serve_command& what, const std::shared_ptr<logger>& log,
                      const console& on) {
  server_options options;
  options.listen = what.listen.value_or(what.program.empty() ? "127.0.0.1:8000" : "127.0.0.1:0");
  options.allowed_hosts = what.allow_hosts;
  options.connections = affordable_connections(what.connections, on);
  options.time = on.time;
  options.log = log;
  if (!what.credentials.empty()) {
    auto accepted = try_read_credentials_file(what.credentials);
    if (!accepted) return std::move(accepted).error();
    options.accepted = *std::move(accepted);
  }
  const std::vector<credentials> accepted = options.accepted;
  auto engine = open_engine(what);
  if (!engine) return std::move(engine).error();
  const auto served = server::try_start(*engine, std::move(options));
  if (!served) return served.error();
  if (!served->is_loopback() && what.credentials.empty()) {
    on.tell(
        "dynamo: every client that reaches this address can read and change everything; "
        "--credentials FILE requires signed requests\n");
  }
  if (!what.program.empty()) {
    auto status = run_served(what, *served, accepted, on);
    if (!status) return std::move(status).error();
    return exit_code{*status};
  }
  if (what.local.empty()) {
    on.tell("dynamo: tables are in memory and are lost at exit; --local FILE keeps them\n");
  }
  if (auto told = print(on, "listening at " + served->url() + "\n"); !told)
    return std::move(told).error();
  wait_for(on.stop);
  return exit_code::success;
}

}  // namespace dynamo::cli
