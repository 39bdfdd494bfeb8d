#include "engine/store/file_identity.hpp"

#include <sys/stat.h>

namespace dynamo::engine::store {

std::optional<file_identity> file_identity::of(const char* path) noexcept {
  struct stat about{};
  if (::stat(path, &about) != 0) return std::nullopt;
  return file_identity{.device = about.st_dev, .number = about.st_ino};
}

}  // namespace dynamo::engine::store
