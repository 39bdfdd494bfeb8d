#include <dynamo/flow/source.hpp>
#include <dynamo/flow/step.hpp>

namespace dynamo::flow {

void detail::refuse_checkpoint() {
  throw exception({.kind = errc::invalid_argument,
                   .message =
                       "the scan has a checkpoint, but its items cannot be acknowledged at the "
                       "end of the flow: scan a table<tracked<T>>"});
}

namespace {

error details_at(detail::step_place at) {
  error details = dynamo::detail::caught_error();
  details.cause = nullptr;  // the failure nests it
  const std::string what = details.message;
  details.message =
      std::string("flow: ") + at.operation + " (step " + std::to_string(at.number) + "): " + what;
  return details;
}

}  // namespace

step_failure::step_failure(detail::step_place at) : exception(details_at(at)), place_(at) {}

namespace detail {

void rethrow_from(step_place at) {
  try {
    throw;
  } catch (const flow_ended&) {
    throw;
  } catch (const step_failure&) {
    throw;
  } catch (...) {
    throw step_failure(at);
  }
}

}  // namespace detail
}  // namespace dynamo::flow
