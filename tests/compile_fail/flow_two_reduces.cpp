// expect: one reduce in a partition
#include <dynamo/flow/flow.hpp>

#include <vector>

auto use(const std::vector<int>& numbers) {
  namespace flow = dynamo::flow;
  const auto add = [](int& sum, int x) { sum += x; };
  const auto none = [] { return 0; };
  return flow::from(numbers) | flow::reduce(none, add) | flow::map([](int x) { return x + 1; }) |
         flow::reduce(none, add) | flow::collect();
}
