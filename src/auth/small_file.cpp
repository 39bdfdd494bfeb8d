#include "auth/small_file.hpp"

#include "auth/fault.hpp"
#include "core/descriptor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

namespace dynamo::auth {
namespace {

struct file_closer {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

error unreadable(const std::string& path, int code) {
  return configuration_fault(
      fmt::format("The file {} cannot be read: {}", path, std::generic_category().message(code)));
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
  const std::unique_ptr<std::FILE, file_closer> file(std::fopen(path.c_str(), "rbe"));
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<std::string>();
    return unreadable(path, errno);
  }
  // Read, not measured first: the path may be a pipe or /dev/null.
  std::string text;
  constexpr std::size_t step = std::size_t{16} << 10;
  while (text.size() <= max_bytes) {
    const std::size_t size = text.size();
    text.resize(size + step);
    const std::size_t got = std::fread(text.data() + size, 1, step, file.get());
    text.resize(size + got);
    if (got < step) break;
  }
  if (std::ferror(file.get()) != 0) return unreadable(path, errno);
  if (text.size() > max_bytes)
    return configuration_fault(
        fmt::format("The file {} is larger than {} bytes, so is hardly the one that is meant", path,
                    max_bytes));
  return std::optional<std::string>(std::move(text));
}

result<void> replace_private_file(const std::string& path, const std::string& bytes) {
  // mkstemp's file has mode 0600 and a name that was free: nobody can have put a link there.
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
