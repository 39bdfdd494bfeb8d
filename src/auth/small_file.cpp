#include "auth/small_file.hpp"

#include "auth/fault.hpp"
#include "core/descriptor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace dynamo::auth {
namespace {

error unreadable(const std::string& path, int code) {
  return configuration_fault(
      fmt::format("The file {} cannot be read: {}", path, std::generic_category().message(code)));
}

// The null device counts as an empty file: AWS_CONFIG_FILE=/dev/null.
bool is_null_device(const struct stat& about) {
  constexpr unsigned memory_devices = 1;
  constexpr unsigned null_device = 3;
  return S_ISCHR(about.st_mode) && about.st_rdev == makedev(memory_devices, null_device);
}

std::string_view kind_of(const struct stat& about) {
  if (S_ISDIR(about.st_mode)) return "a directory";
  if (S_ISFIFO(about.st_mode)) return "a pipe";
  if (S_ISCHR(about.st_mode)) return "a character device";
  return "not a regular file";
}

error unwritable(const std::string& path, int code) {
  error fault;
  fault.kind = errc::io;
  fault.message = fmt::format("The file {} cannot be replaced: {}", path,
                              std::generic_category().message(code));
  return fault;
}

}  // namespace

result<std::optional<std::string>> read_small_file(const std::string& path, std::size_t max_bytes) {
  // Without O_NONBLOCK, opening a pipe without a writer would block; without O_NOCTTY, a terminal
  // could become the controlling terminal of this process.
  const detail::descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.is_open()) {
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<std::string>();
    return unreadable(path, errno);
  }
  struct stat about{};
  if (::fstat(file.get(), &about) != 0) return unreadable(path, errno);
  if (!S_ISREG(about.st_mode) && !is_null_device(about))
    return configuration_fault(fmt::format(
        "The file {} cannot be read: it is {}; name a regular file", path, kind_of(about)));
  // Read without measuring first: the file may grow meanwhile.
  std::string text;
  constexpr std::size_t step = std::size_t{16} << 10;
  while (text.size() <= max_bytes) {
    const std::size_t size = text.size();
    text.resize(size + step);
    const ssize_t got = ::read(file.get(), text.data() + size, step);
    const int failure = errno;
    text.resize(size + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got < 0 && failure != EINTR) return unreadable(path, failure);
    if (got == 0) break;
  }
  if (text.size() > max_bytes)
    return configuration_fault(fmt::format(
        "The file {} is larger than {} bytes: it is probably the wrong file", path, max_bytes));
  return std::optional<std::string>(std::move(text));
}

result<void> replace_private_file(const std::string& path, const std::string& bytes) {
  // mkstemp creates a new file with mode 0600: it cannot be a link of another user.
  std::string partial = path + ".XXXXXX";
  detail::descriptor file(::mkostemp(partial.data(), O_CLOEXEC));
  if (!file.is_open()) return unwritable(path, errno);
  int failure = detail::write_all(file.get(), bytes, false, {});
  if (failure == 0 && ::fsync(file.get()) != 0) failure = errno;
  if (const int closed = file.close(); failure == 0) failure = closed;
  if (failure == 0 && ::rename(partial.c_str(), path.c_str()) != 0) failure = errno;
  if (failure == 0) return {};
  ::unlink(partial.c_str());
  return unwritable(path, failure);
}

}  // namespace dynamo::auth
