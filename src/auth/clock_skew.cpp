#include "auth/clock_skew.hpp"

#include "auth/timestamp.hpp"

#include <fmt/format.h>

namespace dynamo::auth {

std::optional<std::string> describe_clock_skew(std::string_view date,
                                               std::chrono::system_clock::time_point local) {
  using std::chrono::minutes;
  constexpr minutes tolerated(5);
  const auto theirs = parse_http_date(date);
  if (!theirs) return std::nullopt;
  const auto ahead = std::chrono::round<minutes>(local - *theirs);
  if (ahead <= tolerated && ahead >= -tolerated) return std::nullopt;
  return fmt::format("{} minutes {}", std::chrono::abs(ahead).count(),
                     ahead > minutes(0) ? "ahead of" : "behind");
}

}  // namespace dynamo::auth
