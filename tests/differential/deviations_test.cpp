// Users read of each deviation.
#include "differential/deviations.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace {

using namespace dynamo::differential;

TEST(deviations, each_is_a_row_of_a_table_in_the_documentation) {
  std::ifstream file(DYNAMO_ENGINE_PAGE);
  std::ostringstream page;
  page << file.rdbuf();
  ASSERT_FALSE(page.str().empty()) << DYNAMO_ENGINE_PAGE;
  ASSERT_FALSE(all_deviations().empty());
  for (const deviation& each : all_deviations()) {
    EXPECT_NE(page.str().find("\n| " + std::string(each.name) + " |"), std::string::npos)
        << each.name;
  }
}

}  // namespace
