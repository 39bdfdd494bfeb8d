// expect: ignoring return
#include <dynamo/core/result.hpp>

dynamo::result<int> answer() {
  return 42;
}

int main() {
  answer();
}
