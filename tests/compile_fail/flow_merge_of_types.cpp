// expect: flows that merge must have events of one type
#include <dynamo/flow/flow.hpp>

#include <vector>

auto use(const std::vector<int>& numbers, const std::vector<long>& others) {
  namespace flow = dynamo::flow;
  return flow::merge(flow::from(numbers), flow::from(others));
}
