// Which transactions were carried out lately: sent again, they are not carried out twice.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// Tokens of the last ten minutes (API reference, TransactWriteItems), with what was asked under
/// them. Ends with the process: a token is for requests whose answer was lost on the way. Beyond
/// `most_tokens` the oldest are forgotten: memory stays below about 120 MB.
/// Thread-safe.
class recent_tokens {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  static constexpr std::size_t most_tokens = 500'000;

  enum class outcome : std::uint8_t { first, repeated };
  /// Takes the token for the request that `fingerprint` stands for, unless it has been taken.
  /// Refuses with IdempotentParameterMismatchException if that was for another request, and with
  /// TransactionInProgressException if it is not known yet how that ends.
  outcome take(std::string_view token, std::uint64_t fingerprint, time_point now);
  /// What `take` was for has been carried out, and will stay.
  void confirm(std::string_view token);
  /// What `take` was for was not carried out.
  void give_back(std::string_view token);

 private:
  struct entry {
    std::uint64_t fingerprint = 0;
    time_point until{};
    bool confirmed = false;
  };
  std::mutex mutex_;
  std::map<std::string, entry, std::less<>> entries_;
  std::deque<std::pair<time_point, std::string>> ends_;  // in the order of time
};

}  // namespace dynamo::engine
