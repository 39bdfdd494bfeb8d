// Where a scan's checkpoint is kept.
#pragma once

#include <dynamo/core/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace dynamo {

/// Keeps the text of one checkpoint. For stores of one's own, in a database say; `checkpoint_file`
/// is one. Errors are errc::io, or errc::checkpoint where the store is somebody else's.
///
/// Thread-safe; `save` is called by one thread at a time, and only between `acquire` and `release`.
class checkpoint_store {
 public:
  virtual ~checkpoint_store() = default;

  /// What errors call it: a path, a key.
  [[nodiscard]] virtual std::string name() const = 0;
  /// Takes the store for one scan. errc::checkpoint while another scan has it, also one of another
  /// process: two would write over each other's positions.
  virtual result<void> acquire() = 0;
  /// Ends what `acquire` began. A process that ends in whatever way has released its stores too.
  virtual void release() noexcept = 0;
  /// The text that was saved last; nothing if there is none. Also without `acquire`.
  virtual result<std::optional<std::string>> load() const = 0;
  /// Replaces the text, whole or not at all, and returns when it survives a loss of power.
  virtual result<void> save(std::string_view text) = 0;
};

}  // namespace dynamo
