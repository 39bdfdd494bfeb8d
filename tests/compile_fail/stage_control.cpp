// compiles
#include <dynamo/stage/producer_from.hpp>
#include <dynamo/stage/supervisor.hpp>

#include <span>
#include <vector>

struct of_numbers {
  void on_events(std::span<const int>) {}
};

void use(dynamo::stage::supervisor& tree) {
  auto numbers = tree.start(dynamo::stage::producer_from(std::vector<int>{1}));
  tree.start([] { return of_numbers{}; }, {.subscribe_to = {{numbers}}});
}
