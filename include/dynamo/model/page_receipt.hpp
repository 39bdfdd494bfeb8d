// Receives the acknowledgements of a page's items.
#pragma once

#include <dynamo/core/result.hpp>

#include <cstdint>

namespace dynamo {

/// Belongs to a page of a scan that keeps a checkpoint, and may outlive it. Thread-safe.
class page_receipt {
 public:
  virtual ~page_receipt() = default;
  /// Items `first` to `first + count` of the page were dealt with. Telling it again has no effect.
  /// May save the checkpoint on the caller's thread: an error says that this failed. What was
  /// acknowledged stays so, and the next acknowledgement tries again.
  [[nodiscard]] virtual result<void> acknowledge(std::uint64_t first, std::uint64_t count) = 0;
};

}  // namespace dynamo
