// A DynamoDB in this process, to be shared by clients and servers.
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

/// A database and what carries out operations on it. A handle: copies share it, and the last one,
/// those in clients and servers included, closes it. Thread-safe. A child process that a fork made
/// must not use it: operations fail there, and the end of its handles leaves the database alone.
class embedded_engine {
 public:
  /// Opens the database in the file `path`, or makes a new one there; beside it stands `path`-wal
  /// while it is open. One process at a time has it open. A file that cannot be written to is
  /// opened for reading only, by any number of processes; writes fail. Throws errc::io if the file
  /// cannot be opened or is not a database of the engine, errc::invalid_argument for options out of
  /// their ranges.
  [[nodiscard]] static embedded_engine open(const std::string& path, engine_options options = {});
  static result<embedded_engine> try_open(const std::string& path, engine_options options = {});
  /// An empty database that ends with the last handle.
  [[nodiscard]] static embedded_engine in_memory(engine_options options = {});

  /// Gives back the room of items that were removed: a database does not shrink by itself, it fills
  /// that room with new ones. Also puts the rest in the order in which a scan reads it. Takes as
  /// long as reading and writing all of it takes, and up to twice the file's size of disk beside it
  /// meanwhile; in memory, up to twice as much memory again. Writers wait until it is done, readers
  /// of a file go on, readers in memory wait. While a reader stays in one request for seconds, the
  /// file cannot shrink yet: a later write makes up for it, or the end of the last handle. Throws
  /// errc::io if the disk is full or fails, errc::cancelled if `stop` was requested before all
  /// items were copied. Then, and when the program or the machine crashes in the midst, the
  /// database is as it was.
  void compact(const std::stop_token& stop = {}) const;
  result<void> try_compact(const std::stop_token& stop = {}) const;

  /// For the layers above; private to the library.
  [[nodiscard]] const std::shared_ptr<engine::engine>& shared() const noexcept { return engine_; }

 private:
  explicit embedded_engine(std::shared_ptr<engine::engine> on) : engine_(std::move(on)) {}
  std::shared_ptr<engine::engine> engine_;
};

}  // namespace dynamo
