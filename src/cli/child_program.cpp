#include "cli/child_program.hpp"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <system_error>

namespace dynamo::cli {
namespace {

std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& set,
    const std::vector<std::string>& unset) {
  std::vector<std::string> out;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view line = *each;
    const std::string_view name = line.substr(0, line.find('='));
    const bool replaced =
        std::ranges::any_of(set, [&](const auto& pair) { return pair.first == name; });
    if (!replaced && std::ranges::find(unset, name) == unset.end()) out.emplace_back(line);
  }
  for (const auto& [name, value] : set) {
    std::string& line = out.emplace_back(name);
    line += '=';
    line += value;
  }
  return out;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// The default signal handling for the child: this process blocks some signals and ignores others.
class ordinary_signals {
 public:
  ordinary_signals() {
    ::posix_spawnattr_init(&attributes_);
    sigset_t none;
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    sigset_t back_to_default;
    ::sigemptyset(&back_to_default);
    for (const int signal : {SIGPIPE, SIGCHLD}) ::sigaddset(&back_to_default, signal);
    ::posix_spawnattr_setsigdefault(&attributes_, &back_to_default);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ordinary_signals(const ordinary_signals&) = delete;
  ordinary_signals& operator=(const ordinary_signals&) = delete;
  ~ordinary_signals() { ::posix_spawnattr_destroy(&attributes_); }

  [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

void wait_for_end_of(pid_t child) {
  siginfo_t ended{};
  // WNOWAIT keeps the child a zombie: its process id is not reused, so a stop can still be sent.
  while (::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT) != 0 &&
         errno == EINTR) {
  }
}

}  // namespace

result<int> run_program(const std::vector<std::string>& arguments,
                        const std::vector<std::pair<std::string, std::string>>& set,
                        const std::vector<std::string>& unset, const std::stop_token& stop) {
  std::vector<std::string> words = arguments;
  std::vector<std::string> variables = environment_with(set, unset);
  const ordinary_signals signals;
  // While SIGCHLD is ignored, the exit status of a child is not available.
  std::signal(SIGCHLD, SIG_DFL);
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, words.front().c_str(), nullptr, signals.get(),
                                    pointers_to(words).data(), pointers_to(variables).data());
  if (failed != 0) {
    error reason;
    reason.kind = errc::io;
    reason.message =
        "cannot run '" + words.front() + "': " + std::generic_category().message(failed);
    return reason;
  }
  {
    const std::stop_callback pass_on(stop, [child] { ::kill(child, SIGTERM); });
    wait_for_end_of(child);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno == EINTR) continue;
    error reason;
    reason.kind = errc::io;
    reason.message = "cannot get the exit status of '" + words.front() +
                     "': " + std::generic_category().message(errno);
    return reason;
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace dynamo::cli
