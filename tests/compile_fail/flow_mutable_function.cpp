// expect: It is shared by all copies of its step, so it must be callable as const
#include <dynamo/flow/flow.hpp>

#include <vector>

auto use(const std::vector<int>& numbers) {
  namespace flow = dynamo::flow;
  return flow::from(numbers) | flow::map([count = 0](int x) mutable { return x + count++; }) |
         flow::collect();
}
