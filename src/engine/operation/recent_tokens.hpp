// Recently executed transactions: a repeated request is not executed twice.
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

/// Tokens of the last ten minutes (API reference, TransactWriteItems), each with its request's
/// fingerprint. Lost with the process: tokens are for requests whose response was lost in transit.
/// Beyond `most_tokens` the oldest are dropped: memory stays below about 120 MB. Thread-safe.
class recent_tokens {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  static constexpr std::size_t most_tokens = 500'000;

  enum class outcome : std::uint8_t { first, repeated };
  /// Takes the token for the request with `fingerprint`, unless it is taken. Refuses with
  /// IdempotentParameterMismatchException if another request has taken it, and with
  /// TransactionInProgressException if that request is still in progress.
  outcome take(std::string_view token, std::uint64_t fingerprint, time_point now);
  /// Marks the request of `take` as executed and committed.
  void confirm(std::string_view token);
  /// Releases the token: the request of `take` was not executed.
  void release(std::string_view token);

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
