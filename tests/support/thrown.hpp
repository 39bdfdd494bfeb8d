// What a function of the library throws.
#pragma once

#include <dynamo/core/error.hpp>

#include <gtest/gtest.h>

#include <functional>

namespace dynamo::test {

/// The details of the exception that `f` throws. A failure of the test if it throws none.
inline error thrown_by(const std::function<void()>& f) {
  try {
    f();
  } catch (const exception& failure) {
    return failure.details();
  }
  ADD_FAILURE() << "did not throw";
  return {};
}

}  // namespace dynamo::test
