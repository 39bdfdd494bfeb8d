#include "auth/service_clock.hpp"

#include "auth/timestamp.hpp"

namespace dynamo::auth {

bool service_clock::learn(std::string_view date, time_point signed_for, time_point local) {
  using std::chrono::seconds;
  // Well below the five minutes that the service allows, and well above the difference between
  // correct clocks that arises from the resolution of Date headers or from a proxy's clock.
  constexpr seconds tolerance(60);
  const auto answered = parse_http_date(date);
  if (!answered) return false;
  const auto off = *answered - signed_for;
  if (off <= tolerance && off >= -tolerance) return false;
  offset_ = std::chrono::round<seconds>(*answered - local);
  return true;
}

}  // namespace dynamo::auth
