// What the tool's exit status says.
#pragma once

#include <dynamo/core/error.hpp>

#include <string>

namespace dynamo::cli {

/// Exit statuses. Part of the tool's interface: scripts rely on them.
enum class exit_code : int {
  success = 0,
  failed = 1,         ///< the service or the network failed
  usage = 2,          ///< an unknown option or an invalid argument
  configuration = 3,  ///< region, credentials, profile, certificates
  not_found = 4,      ///< no such table or index
  access_denied = 5,  ///< the credentials may not do this
  rejected = 6,       ///< the service, or the state of the table, forbids it
  file = 7,           ///< reading or writing a local file failed
  checkpoint = 8,     ///< the checkpoint is of another export, in use, or damaged
  deadline = 124,     ///< as timeout(1)
  hung_up = 129,      ///< SIGHUP
  interrupted = 130,  ///< SIGINT
  terminated = 143,   ///< SIGTERM
};

/// The status for a failure. `signal` is the one that asked for the end, 0 if none did.
[[nodiscard]] exit_code exit_code_of(const error& failure, int signal);

/// All statuses with their meaning, for --help.
[[nodiscard]] std::string exit_code_table();

}  // namespace dynamo::cli
