#include "auth/program_path.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace dynamo::auth {
namespace {

bool is_program(const std::string& file) {
  struct stat about{};
  return ::stat(file.c_str(), &about) == 0 && S_ISREG(about.st_mode) &&
         ::access(file.c_str(), X_OK) == 0;
}

}  // namespace

std::optional<std::string> find_program(const std::string& name, std::string_view path) {
  if (name.find('/') != std::string::npos) return name;
  if (name.empty()) return std::nullopt;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find(':'), path.size());
    const std::string_view folder = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (folder.empty()) continue;
    std::string file(folder);
    file.append(1, '/').append(name);
    if (is_program(file)) return file;
  }
  return std::nullopt;
}

}  // namespace dynamo::auth
