// expect: a window stands right before a reduce
#include <dynamo/flow/flow.hpp>

#include <vector>

auto use(const std::vector<int>& numbers) {
  namespace flow = dynamo::flow;
  return flow::from(numbers) | flow::window_count(3) | flow::map([](int x) { return x; });
}
