#include "cli/exit_codes.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace dynamo::cli {
namespace {

struct meaning {
  exit_code code;
  std::string_view text;
};

constexpr std::array meanings = {
    meaning{exit_code::success, "success"},
    meaning{exit_code::failed, "the service or the network failed, even after retries"},
    meaning{exit_code::usage, "unknown option or invalid argument"},
    meaning{exit_code::configuration,
            "missing or invalid region, credentials, profile or certificates; port in use"},
    meaning{exit_code::not_found, "the table or index does not exist"},
    meaning{exit_code::access_denied, "access denied"},
    meaning{exit_code::rejected, "refused, such as an invalid filter or a table that has items"},
    meaning{exit_code::file, "local file error: it exists, its folder does not, the disk is full"},
    meaning{exit_code::checkpoint, "checkpoint of another export, in use, or damaged"},
    meaning{exit_code::deadline, "--timeout passed"},
    meaning{exit_code::hung_up, "hung up (SIGHUP)"},
    meaning{exit_code::interrupted, "interrupted (Ctrl-C)"},
    meaning{exit_code::terminated, "terminated (SIGTERM)"},
};

}  // namespace

exit_code exit_code_of(const error& failure, int signal) {
  switch (failure.kind) {
    case errc::invalid_argument:
      return exit_code::usage;
    case errc::configuration:
    case errc::credentials:
      return exit_code::configuration;
    case errc::access_denied:
      return exit_code::access_denied;
    case errc::not_found:
      return exit_code::not_found;
    case errc::conflict:
    case errc::rejected:
      return exit_code::rejected;
    case errc::throttled:
    case errc::unavailable:
    case errc::invalid_response:
    case errc::invalid_value:
    case errc::callback:
    case errc::out_of_memory:
      return exit_code::failed;
    case errc::cancelled:
      return signal == 0 ? exit_code::failed : exit_code{128 + signal};
    case errc::deadline_exceeded:
      return exit_code::deadline;
    case errc::io:
      return exit_code::file;
    case errc::checkpoint:
      return exit_code::checkpoint;
  }
  return exit_code::failed;
}

std::string exit_code_table() {
  std::string table = "Exit status:\n";
  for (const auto& [code, text] : meanings) {
    table += fmt::format("  {:>3}  {}\n", static_cast<int>(code), text);
  }
  return table;
}

}  // namespace dynamo::cli
