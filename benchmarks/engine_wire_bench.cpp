// The cost of filling and scanning a DynamoDB-compatible server on this machine.
#include "cli/sample_users.hpp"
#include "measure.hpp"
#include "users.hpp"

#include <dynamo/dynamo.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdint>
#include <exception>
#include <fstream>
#include <future>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace dynamo;

constexpr std::uint64_t seed = 1;

// Returns the user and system time of a process so far.
double cpu_seconds_of(int process) {
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  std::string word;
  // The name of the program is in parentheses and may contain spaces.
  while (file >> word && !word.ends_with(')')) {
  }
  double ticks = 0;
  for (int field = 3; file >> word; ++field) {
    if (field == 14 || field == 15) ticks += std::stod(word);
    if (field == 15) return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
  }
  throw std::runtime_error(fmt::format("process {} does not exist", process));
}

void make_table(const client& db) {
  if (db.try_describe_table("users")) db.delete_table("users");
  db.create_table(
      {.table = "users", .key = {.partition_key = {"id"}, .sort_key = key_attribute{"email"}}});
  db.wait_until_active("users");
}

// The requests, created before the measurement.
struct users_to_load {
  users_to_load(std::uint64_t items, std::uint32_t writers) : parts(writers) {
    for (std::uint64_t i = 0; i < items; ++i) {
      const cli::sample_user user = cli::sample_user_at(seed, i);
      age_sum += user.age.value_or(0);
      std::string json;
      cli::append_dynamodb_json(user, json);
      parts[i % writers].emplace_back(
          put_request{"users", encoded_item::from_json(std::move(json))});
    }
  }

  std::vector<std::vector<write_request>> parts;  // one part per writer
  std::int64_t age_sum = 0;
};

// Each writer sends batches of 25, one after the other.
void load(const client& db, const users_to_load& users) {
  std::vector<std::future<void>> running;
  running.reserve(users.parts.size());
  for (const auto& part : users.parts) {
    running.push_back(std::async(std::launch::async, [&] { db.batch_write(part); }));
  }
  for (auto& each : running) each.get();
}

bench::outcome read_all(const client& db, std::uint32_t segments) {
  bench::outcome seen{.name = "scan", .age_sum = 0};
  const table<bench::user_of<std::string>> users(db);
  auto stream =
      segments == 1 ? users.stream_scan() : users.stream_parallel_scan({.segments = segments});
  for (const auto& user : stream) {
    ++seen.items;
    *seen.age_sum += user.age.value_or(0);
  }
  seen.bytes = stream.progress().bytes;
  return seen;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Fills or scans the table users and prints the cost for the server");
  std::string endpoint;
  std::string work;
  int server = 0;
  std::uint64_t items = 20'000;
  std::uint32_t lanes = 1;
  app.add_option("--endpoint", endpoint)->required();
  app.add_option("--work", work)->required()->check(CLI::IsMember({"load", "scan"}));
  app.add_option("--server", server, "process id of the server")->required();
  app.add_option("--items", items);
  app.add_option("--lanes", lanes, "number of writers or segments")->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  try {
    client_config config;
    config.region = "us-east-1";
    config.credentials = static_credentials({"AKIDEXAMPLE", "not-a-secret"});
    config.endpoint = endpoint;
    const client db(config);
    const bool loads = work == "load";
    const users_to_load users(loads ? items : 0, lanes);
    if (loads) make_table(db);
    const double before = cpu_seconds_of(server);
    const bench::measurement run;
    bench::outcome seen{.name = "load", .items = items, .age_sum = users.age_sum};
    if (loads) {
      load(db, users);
    } else {
      seen = read_all(db, lanes);
    }
    bench::cost cost = run.finish();
    if (seen.items != items)
      throw std::runtime_error(fmt::format("{} items instead of {}", seen.items, items));
    // Report the server's time: the client's is the same for all servers.
    cost.total_cpu_seconds = cpu_seconds_of(server) - before;
    fmt::print("{}\n", bench::json_line(seen, cost));
  } catch (const std::exception& failure) {
    fmt::print(stderr, "engine_wire_bench: {}\n", failure.what());
    return 1;
  }
  return 0;
}
