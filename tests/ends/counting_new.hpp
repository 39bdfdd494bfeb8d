// An operator new that can be made to fail.
#pragma once

#include <cstdint>

namespace dynamo::test {

/// The `number`th allocation from now on, counted over all threads, throws std::bad_alloc; 0: none.
void fail_allocation(std::uint64_t number) noexcept;
/// Allocations since then.
[[nodiscard]] std::uint64_t allocations() noexcept;
/// True if it has failed.
[[nodiscard]] bool allocation_failed() noexcept;

}  // namespace dynamo::test
