#include "scan/checkpoint.hpp"
#include "sink/descriptor.hpp"
#include "sink/named_file.hpp"

#include <dynamo/sink/checkpoint_file.hpp>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <utility>

namespace dynamo {
namespace {

using sink::descriptor;
using sink::io_error;

constexpr mode_t owner_only = S_IRUSR | S_IWUSR;

// The mutex is for two scans of one process that were given one store.
class file_store final : public checkpoint_store {
 public:
  explicit file_store(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] std::string name() const override { return path_; }
  result<void> acquire() override;
  void release() noexcept override;
  result<std::optional<std::string>> load() const override;
  result<void> save(std::string_view text) override;

 private:
  [[nodiscard]] std::string temporary() const { return path_ + ".tmp"; }
  [[nodiscard]] error busy() const {
    error failure;
    failure.kind = errc::checkpoint;
    failure.message = "the checkpoint '" + path_ +
                      "' is in use by another scan: wait for its end, or give another file";
    return failure;
  }
  [[nodiscard]] error replaced() const {
    return io_error("the checkpoint '" + path_ + "' was removed or replaced during the scan");
  }
  [[nodiscard]] result<struct stat> own(const descriptor& file) const {
    struct stat about{};
    if (::fstat(file.get(), &about) != 0) return unopened(errno);
    if (auto ours = sink::check_own(about, ::geteuid(), path_); !ours) {
      return std::move(ours).error();
    }
    return about;
  }
  [[nodiscard]] error unopened(int code) const {
    if (code == ELOOP) {
      return io_error("'" + path_ + "' is a symbolic link: name the checkpoint itself");
    }
    return io_error("open the checkpoint", path_, code);
  }

  const std::string path_;
  mutable std::mutex mutex_;
  descriptor held_;  // locked; the file that has the name
};

result<void> file_store::acquire() {
  const std::lock_guard lock(mutex_);
  if (held_.is_open()) return busy();
  // The name may go to another file between opening and locking: the one who saves renames.
  constexpr int tries = 10;
  for (int i = 0; i < tries; ++i) {
    descriptor file(::open(path_.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
    if (!file.is_open() && errno == ENOENT) {
      file = descriptor(
          ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, owner_only));
      if (!file.is_open() && errno == EEXIST) continue;
    }
    if (!file.is_open()) return unopened(errno);
    if (auto ours = own(file); !ours) return std::move(ours).error();
    if (!sink::lock(file)) return busy();
    if (!sink::has_name(file, path_)) continue;
    held_ = std::move(file);
    return {};
  }
  return busy();
}

void file_store::release() noexcept {
  const std::lock_guard lock(mutex_);
  if (!held_.is_open()) return;
  struct stat about{};
  // Nothing was saved: nobody shall find it. If the name is of another file by now, that one is
  // somebody else's.
  if (::fstat(held_.get(), &about) == 0 && about.st_size == 0 && sink::has_name(held_, path_)) {
    ::unlink(path_.c_str());
  }
  held_ = descriptor();
}

result<std::optional<std::string>> file_store::load() const {
  const descriptor file(
      ::open(path_.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!file.is_open()) {
    if (errno == ENOENT) return std::optional<std::string>();
    return unopened(errno);
  }
  const auto about = own(file);
  if (!about) return about.error();
  // Who named another file gets a sentence, not its contents in memory.
  if (about->st_size > static_cast<off_t>(scan::max_checkpoint_bytes)) {
    return io_error("'" + path_ + "' is not a checkpoint: choose another file");
  }
  std::string text(static_cast<std::size_t>(about->st_size), '\0');
  std::size_t read = 0;
  while (read < text.size()) {
    const ssize_t count =
        ::pread(file.get(), text.data() + read, text.size() - read, static_cast<off_t>(read));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return io_error("read the checkpoint", path_, errno);
    if (count == 0) break;
    read += static_cast<std::size_t>(count);
  }
  text.resize(read);
  if (text.empty()) return std::optional<std::string>();
  return std::optional<std::string>(std::move(text));
}

result<void> file_store::save(std::string_view text) {
  const std::lock_guard lock(mutex_);
  // Of a checkpoint that somebody else has by now, the temporary file is his, too.
  if (!sink::has_name(held_, path_)) return replaced();
  // A leftover of a process that was killed: whoever has the lock may remove it.
  if (::unlink(temporary().c_str()) != 0 && errno != ENOENT) {
    return io_error("replace", temporary(), errno);
  }
  descriptor file(
      ::open(temporary().c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, owner_only));
  if (!file.is_open()) return io_error("create", temporary(), errno);
  auto write = [&]() -> result<void> {
    // Locked before it has the name, so that the name is never of a file that is free.
    if (!sink::lock(file)) return busy();
    if (const int code = sink::write_all(file.get(), text, false, {})) {
      return io_error("write", temporary(), code);
    }
    if (::fsync(file.get()) != 0) return io_error("write", temporary(), errno);
    if (!sink::has_name(held_, path_)) return replaced();
    if (::rename(temporary().c_str(), path_.c_str()) != 0) {
      return io_error("name the checkpoint", path_, errno);
    }
    return {};
  };
  if (auto written = write(); !written) {
    ::unlink(temporary().c_str());
    return written;
  }
  held_ = std::move(file);
  return sink::sync_folder(sink::folder_of(path_));
}

}  // namespace

std::shared_ptr<checkpoint_store> checkpoint_file(std::string path) {
  return std::make_shared<file_store>(std::move(path));
}

}  // namespace dynamo
