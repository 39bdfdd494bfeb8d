// expect: events that view their page cannot leave the stage that decoded it
#include <dynamo/flow/flow.hpp>

void use(dynamo::scan_stream<dynamo::item> items) {
  namespace flow = dynamo::flow;
  flow::from(std::move(items)) |
      flow::partition([](const dynamo::item& i) { return i["id"].as_string(); }) | flow::run();
}
