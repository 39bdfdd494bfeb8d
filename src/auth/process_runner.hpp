// Programs that print credentials, on a thread of their own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace dynamo::auth {

/// A program to run and how long to bear it.
struct program_call {
  std::vector<std::string> arguments{};  ///< the first is the program, see `find_program`
  std::chrono::milliseconds timeout{std::chrono::seconds(60)};
  std::size_t max_output_bytes = std::size_t{64} << 10;
};

/// How a program ended.
struct program_outcome {
  enum class end : std::uint8_t {
    exited,     ///< `status` is its exit status
    killed,     ///< by a signal; `status` is its number
    not_begun,  ///< `status` is the error number
    timeout,    ///< ended after `program_call::timeout`
    too_long,   ///< ended after `program_call::max_output_bytes`
    cancelled,  ///< ended by `close`, or never begun because of it
  };
  end how = end::exited;
  int status = 0;
  std::string output{};  ///< its standard output
};

/// Runs programs one after the other on a thread of its own, which begins with the first. Programs
/// get no standard input, no descriptor of this process, no blocked signals, and their standard
/// error goes nowhere: it may hold secrets. Each is a process group: one that is ended before its
/// time gets SIGTERM, and SIGKILL after a second, with all that it has started and that has not
/// left the group. What a program leaves running when it ends by itself is left alone. A background
/// group cannot read from the terminal. None is left behind as a zombie. Thread-safe.
///
/// Lifetime: whoever owns it calls `close`, or lets go of the last reference, on another thread
/// than the runner's.
class process_runner {
 public:
  using handler = std::function<void(program_outcome)>;

  process_runner() = default;
  ~process_runner();
  process_runner(const process_runner&) = delete;
  process_runner& operator=(const process_runner&) = delete;

  /// Calls `done` exactly once, on the runner's thread, or at once after `close`.
  void run(program_call call, handler done);
  /// Ends the program that runs, with what that has started, and waits until every handler has run.
  void close();

 private:
  struct job {
    program_call call;
    handler done;
  };

  [[nodiscard]] int start();
  void work();
  [[nodiscard]] std::optional<job> next();
  [[nodiscard]] bool is_closed();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<job> jobs_;
  bool closed_ = false;
  int wake_ = -1;  // an eventfd, readable from `close` on
  std::thread thread_;
};

}  // namespace dynamo::auth
