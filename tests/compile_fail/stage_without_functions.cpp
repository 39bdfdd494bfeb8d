// expect: start() takes a function that makes a stage
#include <dynamo/stage/supervisor.hpp>

struct not_a_stage {
  void on_items(int) {}
};

void use(dynamo::stage::supervisor& tree) {
  tree.start([] { return not_a_stage{}; });
}
