#include "client/batch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace dynamo::wire {

std::vector<batch_entry> next_request(std::deque<batch_entry>& pending, std::size_t max_entries,
                                      const entry_encoder& encode) {
  std::vector<batch_entry> taken;
  std::size_t bytes = 0;
  while (!pending.empty() && taken.size() < max_entries) {
    batch_entry& next = pending.front();
    if (next.json.empty() && encode) next.json = encode(next.place.value());
    bytes += next.json.size() + next.table.size();
    if (!taken.empty() && bytes > max_request_bytes) break;
    taken.push_back(std::move(next));
    pending.pop_front();
  }
  return taken;
}

result<void> send_all(
    std::deque<batch_entry>& pending, std::size_t max_entries, const entry_encoder& encode,
    const std::function<result<std::vector<batch_entry>>(const std::vector<batch_entry>&)>& send,
    const std::function<void(std::size_t)>& progressed, clock& time, random_source& random,
    std::chrono::milliseconds budget, const call_options& call) {
  std::size_t done = 0;
  retry_state retries({}, budget);
  while (!pending.empty()) {
    std::vector<batch_entry> entries = next_request(pending, max_entries, encode);
    auto left = send(entries);
    if (!left) {
      std::ranges::move(entries, std::back_inserter(pending));
      return std::move(left).error();
    }
    // Else what is left could grow and shrink for ever.
    if (left->size() > entries.size()) {
      error reason;
      reason.kind = errc::invalid_response;
      reason.table = entries.front().table;
      reason.message = fmt::format(
          "the service left {} entries of a batch of {} unprocessed; {} were processed "
          "before",
          left->size(), entries.size(), done);
      std::ranges::move(entries, std::back_inserter(pending));
      return reason;
    }
    const std::size_t processed = entries.size() - left->size();
    done += processed;
    if (progressed) progressed(done);
    if (processed != 0) retries = retry_state({}, budget);
    if (left->empty()) continue;
    error reason;
    reason.table = left->front().table;
    for (batch_entry& entry : *left) pending.push_back(std::move(entry));
    const auto delay =
        retries.after_failure(failure_class::transient, time.now(), random.uniform(), true);
    if (!delay) {
      reason.kind = errc::throttled;
      reason.attempts = retries.failures();
      reason.message = fmt::format(
          "the service left {} entries of a batch unprocessed until the retry budget ended; "
          "{} were processed before",
          pending.size(), done);
      return reason;
    }
    const auto next = time.now() + *delay;
    if (call.deadline && next >= *call.deadline) {
      reason.kind = errc::deadline_exceeded;
      reason.attempts = retries.failures();
      reason.message = fmt::format(
          "the deadline leaves no time to send {} entries that the service left unprocessed; "
          "{} were processed before",
          pending.size(), done);
      return reason;
    }
    if (!time.sleep_until(next, call.stop)) {
      reason.kind = errc::cancelled;
      reason.message = fmt::format("the batch was cancelled with {} entries left", pending.size());
      return reason;
    }
  }
  return {};
}

}  // namespace dynamo::wire
