// Scans the replayed users once in one of the library's ways.
#include "ways.hpp"

#include <dynamo/dynamo.hpp>

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <exception>
#include <map>
#include <stdexcept>
#include <string>

int main(int argc, char** argv) {
  std::map<std::string, dynamo::bench::way> ways = dynamo::bench::range_ways();
  ways.merge(dynamo::bench::pattern_ways());
  CLI::App app("Scans the table users once and prints the cost");
  dynamo::client_config config;
  config.region = "us-east-1";
  config.credentials = dynamo::static_credentials({"AKIDEXAMPLE", "not-a-secret"});
  std::string endpoint;
  std::string mode;
  std::uint32_t segments = 1;
  std::uint64_t expected = 0;
  app.add_option("--endpoint", endpoint)->required();
  app.add_option("--mode", mode)->required()->check(CLI::IsMember(ways));
  app.add_option("--segments", segments);
  app.add_option("--items-expected", expected);
  CLI11_PARSE(app, argc, argv);
  try {
    config.endpoint = endpoint;
    const dynamo::client db(config);
    dynamo::scan_options options;
    options.segments = segments;
    const dynamo::bench::measurement run;
    dynamo::bench::outcome seen = ways.at(mode)(db, options);
    const auto cost = run.finish();
    seen.name = fmt::format("dynamo {}", mode);
    if (expected != 0 && seen.items != expected) {
      throw std::runtime_error(
          fmt::format("{} items were read, {} expected", seen.items, expected));
    }
    fmt::print("{}\n", dynamo::bench::json_line(seen, cost));
  } catch (const std::exception& failure) {
    fmt::print(stderr, "scan_bench: {}\n", failure.what());
    return 1;
  }
  return 0;
}
