#include "auth/service_clock.hpp"

#include "auth/timestamp.hpp"

namespace dynamo::auth {

bool service_clock::learn(std::string_view date, time_point signed_for, time_point local) {
  using std::chrono::seconds;
  // Far from the five minutes that the service allows, and from what a Date header's seconds, or a
  // proxy that dates an answer by its own clock, make of clocks that agree.
  constexpr seconds tolerance(60);
  const auto answered = parse_http_date(date);
  if (!answered) return false;
  const auto off = *answered - signed_for;
  if (off <= tolerance && off >= -tolerance) return false;
  offset_ = std::chrono::round<seconds>(*answered - local);
  return true;
}

}  // namespace dynamo::auth
