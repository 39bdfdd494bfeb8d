// DynamoDB in this process, as something to hand around.
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

/// A handle to an engine: copies mean the same one, which ends with the last of them and of those
/// who use it. Clients and servers may share one. Thread-safe.
class embedded_engine {
 public:
  /// Opens the database in the file `path`, or makes a new one. errc::io if that cannot be done, or
  /// if the file is something else.
  static result<embedded_engine> try_open(const std::string& path, engine_options options = {});
  /// As `try_open`; throws its error.
  static embedded_engine open(const std::string& path, engine_options options = {}) {
    return try_open(path, std::move(options)).value();
  }
  /// A database that ends with the engine.
  static embedded_engine in_memory(engine_options options = {});

  /// For the library's own layers.
  [[nodiscard]] const std::shared_ptr<engine::engine>& shared() const noexcept { return engine_; }

 private:
  explicit embedded_engine(std::shared_ptr<engine::engine> opened) : engine_(std::move(opened)) {}

  std::shared_ptr<engine::engine> engine_;
};

}  // namespace dynamo
