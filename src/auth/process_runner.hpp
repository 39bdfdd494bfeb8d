// Runs programs that print credentials, on its own thread.
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

/// A program to run, and its limits.
struct program_call {
  std::vector<std::string> arguments{};  ///< the first is the program, see `find_program`
  std::chrono::milliseconds timeout{std::chrono::seconds(60)};
  std::size_t max_output_bytes = std::size_t{64} << 10;
};

/// The result of a program.
struct program_outcome {
  enum class end : std::uint8_t {
    exited,     ///< `status` is its exit status
    killed,     ///< ended by a signal; `status` is its number
    not_begun,  ///< could not be started; `status` is the error number
    timeout,    ///< ended by the runner after `program_call::timeout`
    too_long,   ///< ended by the runner after `program_call::max_output_bytes`
    cancelled,  ///< ended by `close`, or not started because of it
  };
  end how = end::exited;
  int status = 0;
  std::string output{};  ///< its standard output
};

/// Runs programs one after the other on its own thread, which starts with the first program. A
/// program gets no standard input, no descriptors of this process and no blocked signals; its
/// standard error is discarded, because it may contain secrets. Each program has its own process
/// group. To end a program, the runner sends SIGTERM to the group, and SIGKILL after a second.
/// Processes that a program leaves running when it exits are not ended. A background group cannot
/// read from the terminal. No zombies remain.
///
/// Thread safety: thread-safe. Lifetime: the owner calls `close`, or releases the last reference,
/// on another thread than the runner's.
class process_runner {
 public:
  using handler = std::function<void(program_outcome)>;

  process_runner() = default;
  ~process_runner();
  process_runner(const process_runner&) = delete;
  process_runner& operator=(const process_runner&) = delete;

  /// Runs a program. Calls `done` exactly once, on the runner's thread, or at once after `close`.
  void run(program_call call, handler done);
  /// Ends the running program with its process group, and waits until every handler has run.
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
  int wake_ = -1;  // an eventfd, readable after `close`
  std::thread thread_;
};

}  // namespace dynamo::auth
