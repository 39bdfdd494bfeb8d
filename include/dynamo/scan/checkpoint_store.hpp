// The interface of stores for checkpoints.
#pragma once

#include <dynamo/core/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace dynamo {

/// Stores the text of one checkpoint. Implement it to store checkpoints elsewhere, for example in a
/// database; `checkpoint_file` stores them in a file. Errors are errc::io, or errc::checkpoint if
/// the store is in use by another scan or process.
///
/// Thread safety: implementations are thread-safe. `save` is called by one thread at a time, and
/// only between `acquire` and `release`.
class checkpoint_store {
 public:
  virtual ~checkpoint_store() = default;

  /// Returns the name used in errors: a path or a key.
  [[nodiscard]] virtual std::string name() const = 0;
  /// Reserves the store for one scan. Fails with errc::checkpoint while another scan holds it, also
  /// in another process: two scans would overwrite each other's positions.
  virtual result<void> acquire() = 0;
  /// Releases the store after `acquire`. The stores of a process are also released when it exits,
  /// however it exits.
  virtual void release() noexcept = 0;
  /// Returns the text that was saved last, or nothing if there is none. May be called without
  /// `acquire`.
  virtual result<std::optional<std::string>> load() const = 0;
  /// Replaces the text atomically, and returns when the new text would survive a power failure.
  virtual result<void> save(std::string_view text) = 0;
};

}  // namespace dynamo
