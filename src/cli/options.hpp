// The command line as data.
#pragma once

#include "cli/exit_codes.hpp"
#include "cli/scan_arguments.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace dynamo::cli {

/// How items are written.
enum class item_format : std::uint8_t { dynamodb_json, json, csv };

struct tables_command {};

struct whoami_command {
  bool json = false;
  bool offline = false;  ///< without asking STS
};

struct describe_command {
  std::string table{};
  bool json = false;
};

struct sample_command {
  std::string table{};
  std::uint64_t items = 0;
  std::uint64_t seed = 1;
  bool force = false;  ///< also into a table that has items
};

struct scan_command {
  scan_arguments scan{};
  item_format format = item_format::json;
};

struct count_command {
  scan_arguments scan{};
};

struct export_command {
  scan_arguments scan{};
  std::string file{};  ///< "-" is standard output
  item_format format = item_format::dynamodb_json;
  std::vector<std::string> columns{};  ///< of CSV; empty: all
  bool force = false;                  ///< replace the file
  bool resume = false;                 ///< go on where the same export was interrupted
  std::chrono::milliseconds checkpoint_interval{1000};  ///< between saves for `resume`
};

struct serve_command {
  std::optional<std::string> listen{};     ///< unset: port 8000, or a free one for `program`
  std::string local{};                     ///< the database's file; empty: in memory
  std::string credentials{};               ///< a file; empty: unsigned requests are answered too
  std::vector<std::string> allow_hosts{};  ///< besides this machine's own names
  std::size_t connections = 10'000;
  bool throttle = false;
  double unprocessed = 0;     ///< share of batches
  bool until_on_disk = true;  ///< a write is answered when a loss of power does not lose it
  bool durability_given = false;
  std::vector<std::string> program{};  ///< and its arguments: served as long as it runs
};

struct compact_command {
  std::string file{};  ///< the database's
};

using command =
    std::variant<tables_command, describe_command, sample_command, scan_command, count_command,
                 export_command, whoami_command, serve_command, compact_command>;

/// One run of the tool.
struct invocation {
  std::optional<std::string> endpoint{};
  std::optional<std::string> region{};
  std::optional<std::string> profile{};
  std::optional<std::string> ca_bundle{};
  std::optional<std::string> local{};  ///< the file of an embedded database, instead of a service
  bool quiet = false;
  unsigned verbose = 0;  ///< how often it was said
  cli::command command{};
};

/// A run that ends before it begins: help, the version, or a mistake.
struct early_end {
  exit_code code = exit_code::success;
  std::string out{};  ///< for standard output
  std::string err{};  ///< for standard error
};

/// Parses the arguments that follow the program's name. Does no I/O.
[[nodiscard]] std::variant<invocation, early_end> parse_arguments(std::vector<std::string> given);

}  // namespace dynamo::cli
