#include "cli/file_roles.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <variant>

namespace dynamo::cli {
namespace {

namespace fs = std::filesystem;

// The path after symbolic links: partial files and logs are beside the target of a link.
std::string real_path(const std::string& path) {
  std::error_code unknown;
  const fs::path real = fs::weakly_canonical(fs::absolute(path, unknown), unknown);
  return unknown ? path : real.string();
}

class collector {
 public:
  void written(const std::string& owner, const std::string& path,
               const std::vector<std::pair<const char*, const char*>>& parts) {
    if (path.empty() || path == "-") return;
    roles_.push_back({.path = path, .owner = owner});
    // A device or a pipe is written directly, without files beside it.
    struct stat about{};
    if (::stat(path.c_str(), &about) == 0 && !S_ISREG(about.st_mode)) return;
    const std::string real = real_path(path);
    for (const auto& [suffix, part] : parts) {
      part_of(owner, real + suffix, part);
    }
  }
  void part_of(const std::string& owner, const std::string& path, const std::string& part) {
    roles_.push_back({.path = path, .owner = owner, .part = part});
  }
  void output(const std::string& owner, const std::string& path) {
    written(owner, path, {{".partial", "the partial file"}});
  }
  void database(const std::string& owner, const std::string& path) {
    written(owner, path,
            {{"-wal", "the log"}, {"-shm", "the log's index"}, {"-journal", "the journal"}});
  }
  void read(const std::string& owner, const std::string& path) {
    if (!path.empty()) roles_.push_back({.path = path, .owner = owner, .is_read = true});
  }
  // The shell opened it: its name is unknown, but the path of the descriptor leads to it.
  void stream(const std::string& owner, int descriptor) {
    struct stat about{};
    if (::fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode)) return;
    roles_.push_back(
        {.path = "/proc/self/fd/" + std::to_string(descriptor), .owner = owner, .is_stream = true});
  }
  std::vector<file_role> take() { return std::move(roles_); }

 private:
  std::vector<file_role> roles_;
};

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The same places as the AWS CLI.
std::string shared_file(const char* name, const char* below_home) {
  std::string path = variable(name);
  const std::string home = variable("HOME");
  if (path.empty() && !home.empty()) path = home + below_home;
  return path;
}

void add_of(collector& files, const scan_arguments& scan) {
  files.output("--report", scan.report);
  files.output("--metrics-file", scan.metrics_file);
}
void add(collector& files, const scan_command& what) {
  add_of(files, what.scan);
}
void add(collector& files, const count_command& what) {
  add_of(files, what.scan);
}
void add(collector& files, const export_command& what) {
  files.output("--output", what.file);
  if (!what.file.empty() && what.file != "-") {
    // Also without --resume: --force removes an existing checkpoint.
    for (const char* const suffix : {".checkpoint", ".checkpoint.tmp"}) {
      files.part_of("--output", what.file + suffix, "the checkpoint");
    }
  }
  add_of(files, what.scan);
}
void add(collector& files, const serve_command& what) {
  files.database("--local", what.local);
  files.read("--credentials", what.credentials);
}
void add(collector& files, const compact_command& what) {
  files.database("FILE", what.file);
}
template <class Other>
void add(collector& /*files*/, const Other& /*what*/) {}

struct file_identity {
  bool exists = false;
  struct stat about{};
  std::string real{};
};

file_identity identity_of(const std::string& path) {
  file_identity found;
  found.exists = ::stat(path.c_str(), &found.about) == 0;
  if (!found.exists) found.real = real_path(path);
  return found;
}

bool same(const file_identity& left, const file_identity& right) {
  if (left.exists != right.exists) return false;
  if (!left.exists) return left.real == right.real;
  return left.about.st_dev == right.about.st_dev && left.about.st_ino == right.about.st_ino &&
         !S_ISCHR(left.about.st_mode);
}

std::string named(const file_role& role) {
  return role.part.empty() ? role.owner : role.part + " of " + role.owner;
}

// The path that the user gave, not that of a descriptor.
const std::string& known_path(const file_role& left, const file_role& right) {
  return left.is_stream ? right.path : left.path;
}

}  // namespace

std::vector<file_role> file_roles(const invocation& run, const console& on) {
  collector files;
  const bool is_server = std::holds_alternative<serve_command>(run.command);
  if (run.local && !is_server) files.database("--local", *run.local);
  std::visit([&](const auto& what) { add(files, what); }, run.command);
  if (!run.local && !is_server && !std::holds_alternative<compact_command>(run.command)) {
    files.read("--ca-bundle", run.ca_bundle.value_or(""));
    files.read("the AWS configuration", shared_file("AWS_CONFIG_FILE", "/.aws/config"));
    files.read("the AWS credentials",
               shared_file("AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials"));
  }
  files.stream("standard output", on.out);
  files.stream("standard error", STDERR_FILENO);
  return files.take();
}

result<void> check_file_roles(const std::vector<file_role>& roles) {
  std::vector<file_identity> found;
  found.reserve(roles.size());
  for (const file_role& role : roles) found.push_back(identity_of(role.path));
  for (std::size_t i = 0; i < roles.size(); ++i) {
    for (std::size_t j = i + 1; j < roles.size(); ++j) {
      const file_role& first = roles[i];
      const file_role& second = roles[j];
      if (first.owner == second.owner || (first.is_read && second.is_read)) continue;
      // `> log 2>&1` is intended.
      if (first.is_stream && second.is_stream) continue;
      if (!same(found[i], found[j])) continue;
      return error{.kind = errc::invalid_argument,
                   .message = fmt::format("cannot start: {} and {} are the same file, '{}'; name "
                                          "different files",
                                          named(first), named(second), known_path(first, second))};
    }
  }
  return {};
}

}  // namespace dynamo::cli
