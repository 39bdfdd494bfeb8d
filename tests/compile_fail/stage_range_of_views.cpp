// expect: elements of a single-pass range that view their page cannot be emitted
#include <dynamo/stage/producer_from.hpp>
#include <dynamo/stream/scan_stream.hpp>

auto use(dynamo::scan_stream<dynamo::item> items) {
  return dynamo::stage::producer_from(std::move(items));
}
