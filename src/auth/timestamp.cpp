#include "auth/timestamp.hpp"

#include <fmt/chrono.h>

#include <charconv>

namespace dynamo::auth {
namespace {

// Reads pieces from the front of a text; after the first mismatch, everything fails.
class scanner {
 public:
  explicit scanner(std::string_view text) : rest_(text) {}

  int number(std::size_t digits, int lowest, int highest) {
    int value = 0;
    const std::string_view piece = rest_.substr(0, digits);
    const auto [end, failure] = std::from_chars(piece.data(), piece.data() + piece.size(), value);
    if (piece.size() != digits || failure != std::errc() || end != piece.data() + digits ||
        piece.front() == '-' || value < lowest || value > highest)
      failed_ = true;
    else
      rest_.remove_prefix(digits);
    return value;
  }

  // Returns one of `signs`; otherwise fails and returns a NUL character.
  char sign(std::string_view signs) {
    if (rest_.empty() || signs.find(rest_.front()) == std::string_view::npos) {
      failed_ = true;
      return '\0';
    }
    const char found = rest_.front();
    rest_.remove_prefix(1);
    return found;
  }

  // Returns the index, from 1, of the next three letters in `names`, which has three per name.
  int name(std::string_view names) {
    const std::string_view piece = rest_.substr(0, 3);
    const std::size_t at = names.find(piece);
    if (piece.size() != 3 || at == std::string_view::npos || at % 3 != 0) {
      failed_ = true;
      return 1;
    }
    rest_.remove_prefix(3);
    return static_cast<int>(at / 3) + 1;
  }

  void exactly(std::string_view text) {
    if (rest_.starts_with(text))
      rest_.remove_prefix(text.size());
    else
      failed_ = true;
  }

  void skip_fraction() {
    if (!rest_.starts_with('.')) return;
    const std::size_t end = rest_.find_first_not_of("0123456789", 1);
    if (end == 1 || end == std::string_view::npos)
      failed_ = true;
    else
      rest_.remove_prefix(end);
  }

  bool ended_well() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

// "12:36:00", or a leap second.
std::chrono::seconds read_time_of_day(scanner& scan) {
  using namespace std::chrono;
  const hours hour(scan.number(2, 0, 23));
  scan.exactly(":");
  const minutes minute(scan.number(2, 0, 59));
  scan.exactly(":");
  return hour + minute + seconds(scan.number(2, 0, 60));
}

// Returns nothing if reading failed, or the month has no such day.
std::optional<std::chrono::sys_days> day_of(const scanner& scan, int years, int months, int days) {
  using namespace std::chrono;
  const year_month_day date(year(years), month(static_cast<unsigned>(months)),
                            day(static_cast<unsigned>(days)));
  if (!scan.ended_well() || !date.ok()) return std::nullopt;
  return sys_days(date);
}

}  // namespace

std::optional<std::chrono::system_clock::time_point> parse_timestamp(std::string_view text) {
  using namespace std::chrono;
  scanner scan(text);
  const int years = scan.number(4, 1970, 2199);
  scan.sign("-");
  const int months = scan.number(2, 1, 12);
  scan.sign("-");
  const int days_of_month = scan.number(2, 1, 31);
  scan.sign("T");
  const seconds time = read_time_of_day(scan);
  scan.skip_fraction();
  minutes offset{0};
  if (const char zone = scan.sign("Z+-"); zone == '+' || zone == '-') {
    const int offset_hours = scan.number(2, 0, 23);
    scan.sign(":");
    offset = hours(offset_hours) + minutes(scan.number(2, 0, 59));
    if (zone == '-') offset = -offset;
  }
  const auto date = day_of(scan, years, months, days_of_month);
  if (!date) return std::nullopt;
  return *date + time - offset;
}

std::optional<std::chrono::system_clock::time_point> parse_http_date(std::string_view text) {
  using namespace std::chrono;
  scanner scan(text);
  scan.name("MonTueWedThuFriSatSun");
  scan.exactly(", ");
  const int days_of_month = scan.number(2, 1, 31);
  scan.exactly(" ");
  const int months = scan.name("JanFebMarAprMayJunJulAugSepOctNovDec");
  scan.exactly(" ");
  const int years = scan.number(4, 1970, 2199);
  scan.exactly(" ");
  const seconds time = read_time_of_day(scan);
  scan.exactly(" GMT");
  const auto date = day_of(scan, years, months, days_of_month);
  if (!date) return std::nullopt;
  return *date + time;
}

std::string format_timestamp(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

}  // namespace dynamo::auth
