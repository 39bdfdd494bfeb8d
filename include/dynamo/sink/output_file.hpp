// A file that is either whole or not there.
#pragma once

#include <dynamo/core/result.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace dynamo {

struct output_file_options {
  bool replace = false;  ///< an existing file may be replaced; without, it is errc::io.
                         ///< The new one has the permissions of the old one.
  std::size_t buffer_bytes = std::size_t{256} << 10;  ///< written at once; 1 or more
  std::stop_token stop{};  ///< ends a write to a pipe or terminal that is not read
  /// Ending without `commit` keeps the partial file, for another one to go on with. Only for
  /// regular files: errc::io for others.
  bool keep_partial = false;
  /// Goes on with the partial file that an earlier one kept, cut back to so many bytes. errc::io if
  /// there is none, or if it is shorter. Unset: begins afresh.
  std::optional<std::uint64_t> resume_at{};
  bool exact_on_terminal = false;  ///< bytes go to a terminal as they are, without `printable`
};

/// Writes a file under the name `path`.partial, in the same folder, and gives it its name when
/// `commit` says that it is whole. Ending without `commit` removes it. A leftover of a process that
/// was killed is replaced; one that a living process writes is errc::io. What is not a regular
/// file (a FIFO, /dev/null, /dev/stdout) is written directly; another user's FIFO in a folder that
/// everybody may write to, such as /tmp, is errc::io. A symbolic link is followed to the file that
/// it names. `resume_at` goes on only with a regular file of this process's user that no other
/// user may write to and that has no second name: errc::io for others.
///
/// What goes to a terminal is made `printable`, line feeds and tabs excepted: contents that came
/// from elsewhere cannot control it. Files and pipes get every byte as it is.
///
/// Every failure is errc::io and names the file and the reason; errc::cancelled if `stop` ended a
/// write. After one, the file is of no use and every further call gives the same error. Writing to
/// a pipe that its reader has closed is a failure only where the process ignores SIGPIPE.
/// Move-only, for one thread at a time.
class output_file {
 public:
  static result<output_file> try_create(const std::string& path,
                                        const output_file_options& options = {});
  [[nodiscard]] static output_file create(const std::string& path,
                                          const output_file_options& options = {}) {
    return try_create(path, options).value();
  }
  /// On an open file descriptor, which stays the caller's and must outlive this object. `name` is
  /// for errors. `commit` and the end do not close it.
  [[nodiscard]] static output_file on_descriptor(int descriptor, std::string name,
                                                 output_file_options options = {});

  output_file(output_file&& other) noexcept;
  output_file& operator=(output_file&& other) noexcept;
  ~output_file();

  /// Appends to the buffer, and writes it when it is full.
  result<void> try_write(std::string_view text) {
    if (text.size() <= capacity_ - size_) [[likely]] {
      copy(text);
      return {};
    }
    return write_through(text);
  }
  void write(std::string_view text) { try_write(text).value(); }

  /// Writes what is in the buffer.
  result<void> try_flush();
  void flush() { try_flush().value(); }

  /// Writes what is in the buffer, and waits until a loss of power would leave it, and the partial
  /// file's name, on the disk.
  result<void> try_sync();
  void sync() { try_sync().value(); }

  /// Flushes, waits until the contents are on the disk, and gives the file its name. No writing
  /// afterwards. If a file of that name has come up meanwhile, it is kept and this is errc::io,
  /// unless `replace` was given.
  result<void> try_commit();
  void commit() { try_commit().value(); }

  /// True where what is written is made `printable`, because it goes to a terminal.
  [[nodiscard]] bool is_escaped() const noexcept;
  /// True once the reader of a pipe has gone: nothing that is written will be read.
  [[nodiscard]] bool reader_gone() const;
  /// Bytes written so far, with those in the buffer and those that it went on behind.
  [[nodiscard]] std::uint64_t size() const noexcept { return written_ + size_; }
  /// As it was given.
  [[nodiscard]] const std::string& path() const noexcept;
  /// A folder on the same disk, for temporary files.
  [[nodiscard]] const std::string& folder() const noexcept;

 private:
  struct target;
  explicit output_file(std::unique_ptr<target> to, std::size_t buffer_bytes);

  result<void> fail(error reason);
  void copy(std::string_view text) noexcept;
  result<void> write_through(std::string_view text);

  std::unique_ptr<target> target_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
  std::uint64_t written_ = 0;
};

}  // namespace dynamo
