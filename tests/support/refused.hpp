// What the engine refuses a request with.
#pragma once

#include "engine/refusal.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace dynamo::test {

/// The sentence of the ValidationException that `f` is refused with. A failure of the test if it is
/// refused otherwise, or not at all.
inline std::string refused_with(const std::function<void()>& f) {
  try {
    f();
  } catch (const engine::refusal& refusal) {
    EXPECT_EQ(refusal.type(), "ValidationException");
    return refusal.message();
  }
  ADD_FAILURE() << "was not refused";
  return {};
}

}  // namespace dynamo::test
