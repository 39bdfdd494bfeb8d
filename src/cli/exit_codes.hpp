// The exit statuses of the tool.
#pragma once

#include <dynamo/core/error.hpp>

#include <string>

namespace dynamo::cli {

/// Exit statuses. Part of the tool's interface: scripts rely on them.
enum class exit_code : int {
  success = 0,
  failed = 1,         ///< the service or the network failed
  usage = 2,          ///< unknown option or invalid argument
  configuration = 3,  ///< region, credentials, profile, certificates, DYNAMO_LOG, a port in use
  not_found = 4,      ///< the table or index does not exist
  access_denied = 5,  ///< the credentials do not permit the operation
  rejected = 6,       ///< refused by the service or because of the state of the table
  file = 7,           ///< reading or writing a local file failed
  checkpoint = 8,     ///< the checkpoint is of another export, in use, or damaged
  deadline = 124,     ///< --timeout passed; the same status as timeout(1)
  hung_up = 129,      ///< SIGHUP
  interrupted = 130,  ///< SIGINT
  terminated = 143,   ///< SIGTERM
};

/// Returns the status for an error. `signal` is the signal that requested the stop, 0 if none did.
[[nodiscard]] exit_code exit_code_of(const error& failure, int signal);

/// Returns all statuses with their meaning, for --help.
[[nodiscard]] std::string exit_code_table();

}  // namespace dynamo::cli
