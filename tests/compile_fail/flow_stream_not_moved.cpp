// expect: deleted function
#include <dynamo/flow/flow.hpp>

auto use(dynamo::scan_stream<dynamo::item>& items) {
  return dynamo::flow::from(items);
}
