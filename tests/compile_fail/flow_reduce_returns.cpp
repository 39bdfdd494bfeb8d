// expect: changes the state that it is given and returns nothing
#include <dynamo/flow/flow.hpp>

#include <functional>
#include <vector>

auto use(const std::vector<int>& numbers) {
  namespace flow = dynamo::flow;
  return flow::from(numbers) | flow::reduce([] { return 0; }, std::plus<>()) | flow::collect();
}
