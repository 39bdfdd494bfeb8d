#include "sink/descriptor.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace dynamo::sink {

error io_error(std::string message) {
  error failure;
  failure.kind = errc::io;
  failure.message = std::move(message);
  return failure;
}

error io_error(std::string_view action, std::string_view path, int code) {
  std::string message = "cannot ";
  ((message += action) += " '") += path;
  (message += "': ") += std::generic_category().message(code);
  return io_error(std::move(message));
}

result<descriptor> temporary_file(const std::string& folder) {
  descriptor file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file.is_open()) return file;
  // Not every file system has files without names.
  std::string name = folder + "/.dynamo-XXXXXX";
  file = descriptor(::mkostemp(name.data(), O_CLOEXEC));
  if (!file.is_open()) return io_error("create a temporary file in", folder, errno);
  ::unlink(name.c_str());
  return file;
}

}  // namespace dynamo::sink
