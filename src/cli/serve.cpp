#include "cli/commands.hpp"

#include <dynamo/auth/credentials_file.hpp>
#include <dynamo/engine/embedded_engine.hpp>
#include <dynamo/server/server.hpp>

#include <semaphore>
#include <stop_token>
#include <utility>

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

}  // namespace

result<void> run(const serve_command& what, const std::shared_ptr<logger>& log, const console& on) {
  server_options options;
  options.listen = what.listen;
  options.time = on.time;
  options.log = log;
  if (!what.credentials.empty()) {
    auto accepted = try_read_credentials_file(what.credentials);
    if (!accepted) return std::move(accepted).error();
    options.accepted = *std::move(accepted);
  }
  auto engine = open_engine(what);
  if (!engine) return std::move(engine).error();
  const auto served = server::try_start(*std::move(engine), std::move(options));
  if (!served) return served.error();
  if (what.local.empty()) {
    on.tell("dynamo: tables are in memory and end with this program; --local FILE keeps them\n");
  }
  if (!served->is_loopback() && what.credentials.empty()) {
    on.tell(
        "dynamo: whoever reaches this address may read and change everything; --credentials FILE "
        "names those who may\n");
  }
  if (auto told = print(on, "listening at " + served->url() + "\n"); !told) return told;
  wait_for(on.stop);
  return {};
}

}  // namespace dynamo::cli
