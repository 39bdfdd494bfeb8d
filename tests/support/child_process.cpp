#include "support/child_process.hpp"

#include "support/planted.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace dynamo::test {
namespace {

std::vector<std::string> changed_environment(const environment_changes& changes) {
  std::vector<std::string> variables;
  for (char** each = ::environ; *each != nullptr; ++each) {
    const std::string_view variable(*each);
    if (!changes.contains(std::string(variable.substr(0, variable.find('='))))) {
      variables.emplace_back(variable);
    }
  }
  for (const auto& [name, value] : changes) {
    if (value) variables.push_back(name + "=" + *value);
  }
  return variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::string read_all(int file) {
  std::string text(static_cast<std::size_t>(::lseek(file, 0, SEEK_END)), '\0');
  const ssize_t count = ::pread(file, text.data(), text.size(), 0);
  text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  return text;
}

}  // namespace

child_process::child_process(const std::vector<std::string>& arguments,
                             const environment_changes& environment, redirections to)
    : out_(::memfd_create("out", MFD_CLOEXEC)), err_(::memfd_create("err", MFD_CLOEXEC)) {
  std::vector<std::string> texts = arguments;
  std::vector<std::string> variables = changed_environment(environment);

  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&files, to.out < 0 ? out_ : to.out, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&files, to.err < 0 ? err_ : to.err, STDERR_FILENO);

  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t signals;
  ::sigfillset(&signals);
  ::posix_spawnattr_setsigdefault(&attributes, &signals);
  ::sigemptyset(&signals);
  ::posix_spawnattr_setsigmask(&attributes, &signals);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);

  const int failure = ::posix_spawnp(&pid_, texts.front().c_str(), &files, &attributes,
                                     pointers_to(texts).data(), pointers_to(variables).data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&files);
  if (failure != 0) {
    throw std::system_error(failure, std::generic_category(), "cannot start " + texts.front());
  }
}

child_process::~child_process() {
  if (pid_ > 0) {
    send(SIGKILL);
    (void)wait();
  }
  ::close(out_);
  ::close(err_);
}

void child_process::send(int signal) const {
  // -1 would be every process there is.
  if (pid_ > 0) ::kill(pid_, signal);
}

void child_process::wait_for_end() const {
  siginfo_t unused{};
  while (::waitid(P_PID, static_cast<id_t>(pid_), &unused, WEXITED | WNOWAIT) != 0) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "waitid");
  }
}

ended_process child_process::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "waitpid");
  }
  pid_ = -1;
  ended_process ended{.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
                      .out = read_all(out_),
                      .err = read_all(err_)};
  expect_nothing_planted(ended.out, "a program's standard output");
  expect_nothing_planted(ended.err, "a program's standard error");
  return ended;
}

}  // namespace dynamo::test
