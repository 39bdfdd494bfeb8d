// Batches of any length, in requests of the size that the service takes.
#pragma once

#include "client/retry.hpp"

#include <dynamo/client/client_config.hpp>
#include <dynamo/core/clock.hpp>
#include <dynamo/core/result.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::wire {

/// One write or key that is still to be sent.
struct batch_entry {
  std::string table;
  std::string json{};  ///< empty: an encoder makes it, when the entry is about to be sent
  /// Its place among the caller's; unset if the service gave it back, in words of its own.
  std::optional<std::size_t> place{};
};

/// Limits of one request (DynamoDB API reference, BatchWriteItem and BatchGetItem).
inline constexpr std::size_t max_writes = 25;
inline constexpr std::size_t max_keys = 100;
inline constexpr std::size_t max_request_bytes = (std::size_t{16} << 20) - (std::size_t{64} << 10);

/// The JSON of the entry at a place among the caller's; not asked of entries that have theirs. Null
/// if all that have a place have it.
using entry_encoder = std::function<std::string(std::size_t place)>;

/// Takes the entries of the next request off `pending`: at most `max_entries`, of at most
/// `max_request_bytes`, but at least one. With an encoder, all have their JSON then.
[[nodiscard]] std::vector<batch_entry> next_request(std::deque<batch_entry>& pending,
                                                    std::size_t max_entries,
                                                    const entry_encoder& encode = {});

/// Sends all entries. `send` carries out one request and returns what the service left
/// unprocessed; that is sent again, with back-off, until `budget` passes without progress.
/// `progressed` is called with the number of entries done after each request. Ends with
/// errc::throttled when the budget is used up, errc::invalid_response when more is left than was
/// sent, errc::cancelled on a stop, and errc::deadline_exceeded rather than wait beyond the
/// deadline. On an error `pending` holds every entry that is not known to be done: those that were
/// never sent, those that the service left, and those of the request that failed.
result<void> send_all(
    std::deque<batch_entry>& pending, std::size_t max_entries, const entry_encoder& encode,
    const std::function<result<std::vector<batch_entry>>(const std::vector<batch_entry>&)>& send,
    const std::function<void(std::size_t)>& progressed, clock& time, random_source& random,
    std::chrono::milliseconds budget, const call_options& call);

}  // namespace dynamo::wire
