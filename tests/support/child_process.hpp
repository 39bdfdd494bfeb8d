// Programs run by tests.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::test {

/// How a program ended.
struct ended_process {
  int status = -1;  ///< exit status; 128 + the number of the signal that killed it
  std::string out;
  std::string err;
};

/// Variables to set, or to remove where there is no value.
using environment_changes = std::map<std::string, std::optional<std::string>>;

/// Where a program's standard output or standard error goes.
struct redirections {
  int out = -1;  ///< a descriptor; -1: kept for `ended_process`
  int err = -1;
};

/// A program that runs. Its signals are at their defaults, its standard input is empty. Is killed
/// at the end if it still runs.
class child_process {
 public:
  /// Throws if the program cannot be started.
  explicit child_process(const std::vector<std::string>& arguments,
                         const environment_changes& environment = {}, redirections to = {});
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;
  ~child_process();

  /// Nothing happens if it has ended.
  void send(int signal) const;
  /// Blocks until it has ended. Signals may still be sent, by other threads too, until `wait`.
  void wait_for_end() const;
  /// Blocks until it has ended. Its output is searched for planted secrets.
  ended_process wait();

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
};

}  // namespace dynamo::test
