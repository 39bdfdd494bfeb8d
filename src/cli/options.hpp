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

/// The format in which items are written.
enum class item_format : std::uint8_t { dynamodb_json, json, csv };

struct tables_command {};

struct whoami_command {
  bool json = false;
  bool offline = false;  ///< send no request to STS
};

struct describe_command {
  std::string table{};
  bool json = false;
};

struct sample_command {
  std::string table{};
  std::uint64_t items = 0;
  std::uint64_t seed = 1;
  bool force = false;  ///< write also to a table that has items
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
  std::vector<std::string> columns{};  ///< columns of CSV; empty: all
  bool force = false;                  ///< replace the file
  bool resume = false;                 ///< resume the same export if it was interrupted
  std::chrono::milliseconds checkpoint_interval{1000};  ///< between saves of the checkpoint
};

struct serve_command {
  std::optional<std::string> listen{};     ///< unset: port 8000, or a free one for `program`
  std::string local{};                     ///< database file; empty: in memory
  std::string credentials{};               ///< credentials file; empty: requests need no signature
  std::vector<std::string> allow_hosts{};  ///< host names to accept besides this machine's own
  std::size_t connections = 10'000;
  bool throttle = false;
  double unprocessed = 0;     ///< share of batch entries to leave unprocessed, 0 to 1
  bool until_on_disk = true;  ///< answer a write only when it survives a loss of power
  bool durability_given = false;
  std::vector<std::string> program{};  ///< program and arguments; the server stops when it exits
};

struct compact_command {
  std::string file{};  ///< database file
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
  std::optional<std::string> local{};  ///< database file to use instead of a service
  bool quiet = false;
  unsigned verbose = 0;  ///< number of times --verbose was given
  cli::command command{};
};

/// The output and exit status of a run without a command: help, the version or a usage error.
struct early_end {
  exit_code code = exit_code::success;
  std::string out{};  ///< for standard output
  std::string err{};  ///< for standard error
};

/// Parses the arguments after the program's name. Does no I/O.
[[nodiscard]] std::variant<invocation, early_end> parse_arguments(std::vector<std::string> given);

}  // namespace dynamo::cli
