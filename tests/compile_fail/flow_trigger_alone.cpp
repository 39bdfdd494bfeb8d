// expect: on_trigger must directly follow a reduce
#include <dynamo/flow/flow.hpp>

#include <vector>

auto use(const std::vector<int>& numbers) {
  namespace flow = dynamo::flow;
  return flow::from(numbers) | flow::on_trigger([](int& sum) { return sum; }) | flow::collect();
}
