#include <dynamo/core/error.hpp>
#include <dynamo/flow/ends.hpp>

namespace dynamo::flow::detail {

void refuse_second_key() {
  throw exception({.kind = errc::invalid_argument,
                   .message =
                       "flow: two events have the same key: put a partition by the key before "
                       "the reduce"});
}

void refuse_rest() {
  throw exception({.kind = errc::cancelled, .message = "flow: the sink accepts no more events"});
}

}  // namespace dynamo::flow::detail
