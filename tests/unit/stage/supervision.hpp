// A tree of stages that crash as often as a test says.
#pragma once

#include "support/watchdog.hpp"
#include "unit/stage/stages.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <span>
#include <stdexcept>

namespace dynamo::test {

class supervision : public testing::Test {
 protected:
  // Throws the first `crashes` times it is given something.
  sink_factory fragile(std::shared_ptr<std::atomic<int>> crashes) {
    return [this, crashes] {
      return sink{[this, crashes](std::span<int> in, stage::delivery& with) {
                    if (with.redelivered) redelivered += in.size();
                    if ((*crashes)-- > 0) throw std::runtime_error("it broke");
                    got.add(in);
                  },
                  {},
                  {}};
    };
  }
  static std::shared_ptr<std::atomic<int>> times(int count) {
    return std::make_shared<std::atomic<int>>(count);
  }
  error failure_of(stage::supervisor& tree) {
    auto ended = tree.try_wait();
    EXPECT_FALSE(ended);
    return ended ? error{} : ended.error();
  }

  watchdog dog{"a supervisor"};
  collection got;
  std::atomic<std::size_t> redelivered = 0;
};

}  // namespace dynamo::test
