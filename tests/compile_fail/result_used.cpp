// compiles
#include <dynamo/core/result.hpp>

dynamo::result<int> answer() {
  return 42;
}

int main() {
  const auto value = answer();
  return value ? *value : 1;
}
