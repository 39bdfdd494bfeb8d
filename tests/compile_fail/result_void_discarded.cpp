// expect: ignoring return
#include <dynamo/core/result.hpp>

dynamo::result<void> save() {
  return {};
}

int main() {
  save();
}
