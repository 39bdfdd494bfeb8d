// Messages that have a weight, and a mailbox whose tests may hang.
#pragma once

#include "support/watchdog.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace dynamo::test {

struct parcel {
  std::string contents;
  std::size_t weight = 0;
};

inline std::size_t size_in_bytes(const parcel& of) {
  return of.weight;
}

class mailbox_test : public testing::Test {
 private:
  watchdog watch_{"mailbox_test"};
};

}  // namespace dynamo::test
