// expect: the producer emits events of another type than the stage takes
#include <dynamo/stage/producer_from.hpp>
#include <dynamo/stage/supervisor.hpp>

#include <span>
#include <string>
#include <vector>

struct of_strings {
  void on_events(std::span<const std::string>) {}
};

void use(dynamo::stage::supervisor& tree) {
  auto numbers = tree.start(dynamo::stage::producer_from(std::vector<int>{1}));
  tree.start([] { return of_strings{}; }, {.subscribe_to = {{numbers}}});
}
