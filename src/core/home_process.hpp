// What must not be ended in a child of the process that made it.
#pragma once

#include <dynamo/core/owned_thread.hpp>

#include <memory>
#include <new>

namespace dynamo::detail {

/// Gives up what must not be ended in a child of its process: its end would wait for threads that
/// do not exist there, or for locks that they hold.
template <class T>
void leave_behind(std::unique_ptr<T>& owned) noexcept {
  [[maybe_unused]] T* const left = owned.release();
}
template <class T>
void leave_behind(std::shared_ptr<T>& shared) noexcept {
  struct left {
    std::shared_ptr<T> what;
  };
  // Without memory for that it ends the hard way.
  [[maybe_unused]] auto* const kept = new (std::nothrow) left{shared};
  shared.reset();
}

}  // namespace dynamo::detail
