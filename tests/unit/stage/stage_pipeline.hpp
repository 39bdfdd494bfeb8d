// Stages that are connected, and what comes out of them.
#pragma once

#include "support/watchdog.hpp"
#include "unit/stage/stages.hpp"

#include <gtest/gtest.h>

namespace dynamo::test {

class stage_pipeline : public testing::Test {
 protected:
  watchdog dog{"a pipeline"};
  collection got;
};

}  // namespace dynamo::test
