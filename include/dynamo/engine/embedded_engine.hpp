// An embedded DynamoDB engine that clients and servers of this process share.
#pragma once

#include <dynamo/core/result.hpp>
#include <dynamo/engine/engine_options.hpp>

#include <memory>
#include <stop_token>
#include <string>
#include <utility>

namespace dynamo {

namespace engine {
class engine;
}

/// A handle to a database and the engine that runs operations on it. Copies share the database; it
/// is closed when the last handle is destroyed, including the handles that clients and servers
/// hold.
///
/// Thread safety: thread-safe. After a fork, the child process must not use it: operations fail
/// there, and destroying the child's handles leaves the database untouched.
class embedded_engine {
 public:
  /// Opens the database file `path`, or creates it; `path`-wal exists beside it while it is open.
  /// Only one process at a time can open it. A file that cannot be written to is opened read-only,
  /// by any number of processes at a time; writes fail.
  ///
  /// Throws errc::io if the file cannot be opened or is not a database of the engine.
  [[nodiscard]] static embedded_engine open(const std::string& path, engine_options options = {});
  static result<embedded_engine> try_open(const std::string& path, engine_options options = {});
  /// Creates an empty database in memory. It is lost when the last handle is destroyed.
  [[nodiscard]] static embedded_engine in_memory(engine_options options = {});

  /// Frees the space of removed items and stores the remaining ones in scan order. Without this, a
  /// database reuses the space of removed items but never shrinks. While it runs, writers wait;
  /// readers of a file continue, readers of a database in memory wait. If a reader stays in one
  /// request for seconds, the file cannot shrink yet: it shrinks at a later write, or when the last
  /// handle is destroyed.
  ///
  /// Throws errc::io if the disk is full or fails, errc::cancelled if `stop` was requested before
  /// all items were copied. In both cases, and after a crash of the program or the machine, all
  /// items are as they were.
  ///
  /// Cost: reads and writes the whole database; temporarily needs up to twice the file's size of
  /// disk space beside it, or, in memory, up to twice as much memory again.
  void compact(const std::stop_token& stop = {}) const;
  result<void> try_compact(const std::stop_token& stop = {}) const;

  /// For the layers above; internal to the library.
  [[nodiscard]] const std::shared_ptr<engine::engine>& shared() const noexcept { return engine_; }

 private:
  explicit embedded_engine(std::shared_ptr<engine::engine> on) : engine_(std::move(on)) {}
  std::shared_ptr<engine::engine> engine_;
};

}  // namespace dynamo
