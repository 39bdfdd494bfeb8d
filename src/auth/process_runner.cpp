#include "auth/process_runner.hpp"

#include "auth/program_path.hpp"
#include "core/blocked_signals.hpp"
#include "core/descriptor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace dynamo::auth {
namespace {

using time_point = std::chrono::steady_clock::time_point;
using detail::descriptor;
using end = program_outcome::end;

// Time between SIGTERM and SIGKILL, for a program and its children.
constexpr std::chrono::milliseconds grace(1000);
// The search path if PATH is not set, as execvp uses it.
constexpr const char* usual_path = "/bin:/usr/bin";

// The attributes and descriptors with which a program starts.
class start_settings {
 public:
  explicit start_settings(int out) {
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files_, out, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&files_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes_);
    sigset_t signals;
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    // A new process group, so that its children can be ended with it.
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  }
  start_settings(const start_settings&) = delete;
  start_settings& operator=(const start_settings&) = delete;
  ~start_settings() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&files_);
  }
  [[nodiscard]] int spawn(std::vector<std::string> arguments, pid_t& child) const {
    const char* const path = std::getenv("PATH");
    const auto file = find_program(arguments.front(), path == nullptr ? usual_path : path);
    if (!file) return ENOENT;
    std::vector<char*> pointers;
    pointers.reserve(arguments.size() + 1);
    for (std::string& each : arguments) pointers.push_back(each.data());
    pointers.push_back(nullptr);
    return posix_spawn(&child, file->c_str(), &files_, &attributes_, pointers.data(), environ);
  }

 private:
  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t attributes_{};
};

/// Runs one program from start to end.
class running_program {
 public:
  running_program(const program_call& call, int wake)
      : call_(call), wake_(wake), until_(std::chrono::steady_clock::now() + call.timeout) {}

  program_outcome run() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return not_begun(errno);
    const descriptor out(ends[0]);
    descriptor in(ends[1]);
    ::fcntl(out.get(), F_SETFL, O_NONBLOCK);
    if (const int failure = start_settings(in.get()).spawn(call_.arguments, child_); failure != 0)
      return not_begun(failure);
    (void)in.close();  // only the program writes now
    const descriptor ended(static_cast<int>(::syscall(SYS_pidfd_open, child_, 0)));
    if (ended.get() < 0) {
      const int failure = errno;
      if (failure == ESRCH) {
        // It has exited, and another part of the process has waited for it: its output decides.
        (void)read_all(out.get());
        const bool whole = outcome_.output.size() <= call_.max_output_bytes;
        outcome_.how = whole ? end::exited : end::too_long;
        return std::move(outcome_);
      }
      ::kill(-child_, SIGKILL);
      (void)reap();
      return not_begun(failure);
    }
    const std::optional<end> cut = follow(out.get(), ended.get());
    if (cut) end_group(out.get(), ended.get());
    const int status = reap();
    outcome_.how = cut ? *cut : WIFSIGNALED(status) ? end::killed : end::exited;
    if (!cut) outcome_.status = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    return std::move(outcome_);
  }

 private:
  static program_outcome not_begun(int failure) {
    return {.how = end::not_begun, .status = failure};
  }

  // Reads until the program exits; returns the reason if it must be ended before. The exit counts,
  // not the end of its output, which a child that still runs may hold open.
  std::optional<end> follow(int out, int ended) {
    bool open = true;
    for (;;) {
      std::array<pollfd, 3> watched{{{.fd = wake_, .events = POLLIN, .revents = 0},
                                     {.fd = ended, .events = POLLIN, .revents = 0},
                                     {.fd = open ? out : -1, .events = POLLIN, .revents = 0}}};
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(until_ - std::chrono::steady_clock::now());
      if (left.count() <= 0) return end::timeout;
      if (::poll(watched.data(), watched.size(), static_cast<int>(left.count())) < 0 &&
          errno != EINTR)
        return end::cancelled;
      if (watched[0].revents != 0) return end::cancelled;
      if (watched[2].revents != 0 || watched[1].revents != 0) {
        open = open && read_all(out);
        if (outcome_.output.size() > call_.max_output_bytes) return end::too_long;
      }
      if (watched[1].revents != 0) return std::nullopt;
    }
  }

  // Reads the output that is available; returns false at its end.
  bool read_all(int out) {
    std::array<char, 4096> buffer;
    while (outcome_.output.size() <= call_.max_output_bytes) {
      const ssize_t got = ::read(out, buffer.data(), buffer.size());
      if (got > 0)
        outcome_.output.append(buffer.data(), static_cast<std::size_t>(got));
      else if (got == 0 || errno != EINTR)
        return got < 0 && errno == EAGAIN;
    }
    return true;
  }

  // Ends the program and its children that are still in its group. They get SIGTERM first and may
  // exit within `grace`: until the program has exited and nothing holds its output open. The group
  // id is not reused until the program is reaped.
  void end_group(int out, int ended) const {
    ::kill(-child_, SIGTERM);
    const time_point last = std::chrono::steady_clock::now() + grace;
    bool runs = true;
    bool open = true;
    while (runs || open) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(last - std::chrono::steady_clock::now());
      if (left.count() <= 0) break;
      std::array<pollfd, 2> watched{{{.fd = runs ? ended : -1, .events = POLLIN, .revents = 0},
                                     {.fd = open ? out : -1, .events = POLLIN, .revents = 0}}};
      if (::poll(watched.data(), watched.size(), static_cast<int>(left.count())) < 0 &&
          errno != EINTR)
        break;
      runs = runs && watched[0].revents == 0;
      std::array<char, 4096> unread;
      if (watched[1].revents != 0) open = ::read(out, unread.data(), unread.size()) != 0;
    }
    ::kill(-child_, SIGKILL);
  }

  // Returns zero if the process ignores SIGCHLD or waits for all children: the exit status is then
  // lost, and the output decides.
  [[nodiscard]] int reap() const {
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0)
      if (errno != EINTR) return 0;
    return status;
  }

  const program_call& call_;
  const int wake_;
  const time_point until_;
  pid_t child_ = -1;
  program_outcome outcome_;
};

}  // namespace

process_runner::~process_runner() {
  close();
  if (wake_ >= 0) ::close(wake_);
}

void process_runner::run(program_call call, handler done) {
  program_outcome refused{.how = end::cancelled};
  {
    const std::lock_guard lock(mutex_);
    if (!closed_) {
      refused = {.how = end::not_begun, .status = start()};
      if (refused.status == 0) {
        jobs_.push_back({std::move(call), std::move(done)});
        changed_.notify_one();
        return;
      }
    }
  }
  done(std::move(refused));
}

// Requires the lock. Returns 0, or the error number if the thread cannot start.
int process_runner::start() {
  if (thread_.joinable()) return 0;
  if (wake_ < 0) wake_ = ::eventfd(0, EFD_CLOEXEC);
  if (wake_ < 0) return errno;
  const detail::blocked_signals blocked;
  try {
    thread_ = std::thread([this] { work(); });
  } catch (const std::system_error& failure) {
    return failure.code().value();
  }
  return 0;
}

void process_runner::close() {
  std::thread ending;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    ending = std::move(thread_);
    constexpr std::uint64_t one = 1;
    if (ending.joinable()) (void)!::write(wake_, &one, sizeof one);
    changed_.notify_one();
  }
  if (ending.joinable()) ending.join();
}

std::optional<process_runner::job> process_runner::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return closed_ || !jobs_.empty(); });
  if (jobs_.empty()) return std::nullopt;
  job first = std::move(jobs_.front());
  jobs_.pop_front();
  return first;
}

bool process_runner::is_closed() {
  const std::lock_guard lock(mutex_);
  return closed_;
}

void process_runner::work() {
  while (std::optional<job> each = next()) {
    each->done(is_closed() ? program_outcome{.how = end::cancelled}
                           : running_program(each->call, wake_).run());
  }
}

}  // namespace dynamo::auth
