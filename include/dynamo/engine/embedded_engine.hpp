// A DynamoDB in this process, to be shared by clients and servers.
#pragma once

#include <dynamo/core/result.hpp>
#include <dynamo/engine/engine_options.hpp>

#include <memory>
#include <string>
#include <utility>

namespace dynamo {

namespace engine {
class engine;
}

/// A database and what carries out operations on it. A handle: copies share it, and the last one,
/// those in clients and servers included, closes it. Thread-safe.
class embedded_engine {
 public:
  /// Opens the database in the file `path`, or makes a new one there; beside it stands `path`-wal
  /// while it is open. One process at a time has it open. Throws errc::io
  /// if that cannot be done or the file is something else, errc::invalid_argument for options out
  /// of their ranges.
  [[nodiscard]] static embedded_engine open(const std::string& path, engine_options options = {});
  static result<embedded_engine> try_open(const std::string& path, engine_options options = {});
  /// An empty database that ends with the last handle.
  [[nodiscard]] static embedded_engine in_memory(engine_options options = {});

  /// For the layers above; private to the library.
  [[nodiscard]] const std::shared_ptr<engine::engine>& shared() const noexcept { return engine_; }

 private:
  explicit embedded_engine(std::shared_ptr<engine::engine> on) : engine_(std::move(on)) {}
  std::shared_ptr<engine::engine> engine_;
};

}  // namespace dynamo
