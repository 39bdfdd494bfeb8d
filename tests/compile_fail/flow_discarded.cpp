// expect: a flow does nothing until an end runs it
#include <dynamo/flow/flow.hpp>

#include <vector>

void use(const std::vector<int>& numbers) {
  namespace flow = dynamo::flow;
  flow::from(numbers) | flow::map([](int x) { return x + 1; });
}
