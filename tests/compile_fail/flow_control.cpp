// compiles
#include <dynamo/flow/flow.hpp>

#include <string>
#include <vector>

// What the other cases about flows do wrong, done right.
int use(const std::vector<int>& numbers, dynamo::scan_stream<dynamo::item> items) {
  namespace flow = dynamo::flow;
  const auto add = [](int& sum, int x) { sum += x; };
  const auto none = [] { return 0; };
  (void)(flow::from(std::move(items)) |
         flow::map([](const dynamo::item& i) { return std::string(i["id"].as_string()); }) |
         flow::partition() | flow::collect());
  const auto sums = flow::from(numbers) | flow::window_count(2) | flow::reduce(none, add) |
                    flow::on_trigger([](int& sum) { return sum; }) | flow::shuffle() |
                    flow::reduce(none, add) | flow::collect();
  return sums.front();
}
