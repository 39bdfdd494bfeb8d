#include "support/simulated_service.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace dynamo::test {
namespace {

std::uint32_t page_of(const backend_request& request) {
  constexpr std::string_view key = R"("ExclusiveStartKey":{"page":{"N":")";
  const auto at = request.body.find(key);
  if (at == std::string::npos) return 0;
  return static_cast<std::uint32_t>(std::stoul(request.body.substr(at + key.size())));
}

error cancelled() {
  error reason;
  reason.kind = errc::cancelled;
  reason.message = "the request was cancelled";
  return reason;
}

}  // namespace

void simulated_service::submit(backend_request request, backend_completion done) {
  attempt(std::make_shared<call>(call{std::move(request), std::move(done)}));
}

simulated_service::duration simulated_service::random_part(duration of) {
  // The engine is the same everywhere, the library's distributions are not.
  return std::chrono::duration_cast<duration>(of * (static_cast<double>(random_()) / 4294967296.0));
}

void simulated_service::attempt(const std::shared_ptr<call>& of) {
  if (of->request.stop.stop_requested()) return of->done(cancelled());
  ++of->attempts;
  const auto segment = of->request.segment.value_or(0);
  auto& partition = busy_partitions_[static_cast<std::uint32_t>(
      std::uint64_t{segment} * partitions / std::max<std::size_t>(pages.size(), 1))];
  if (busy_ >= bears || partition >= a_partition_bears) {
    // Throttling is answered at once; the next attempt comes as AWS's retry behaviour has it.
    const double ceiling = std::min(std::exp2(of->attempts - 1), 20.0);
    const auto pause = std::chrono::duration_cast<duration>(std::chrono::duration<double>(ceiling));
    schedule(now_ + random_part(pause), [this, of] { attempt(of); }).value();
    if (of->request.throttled) of->request.throttled();
    return;
  }
  ++busy_;
  ++partition;
  const auto takes = latency * 3 / 4 + random_part(latency / 2);
  schedule(now_ + takes, [this, of, &partition] {
    --busy_;
    --partition;
    answer(*of);
  }).value();
}

void simulated_service::answer(call& of) {
  if (of.request.stop.stop_requested()) return of.done(cancelled());
  const auto segment = of.request.segment.value_or(0);
  const std::uint32_t page = page_of(of.request);
  const double units = cost(segment, page);
  std::string body = R"({"Count":1,"ScannedCount":1,"ConsumedCapacity":{"CapacityUnits":)" +
                     std::to_string(units) + "}";
  if (page + 1 < pages.at(segment)) {
    body += R"(,"LastEvaluatedKey":{"page":{"N":")" + std::to_string(page + 1) + R"("}})";
  }
  body += '}';
  ++answered_;
  consumed_ += units;
  if (on_answer) on_answer(units);
  of.done(backend_response{.body = body_buffer(std::string_view(body)), .attempts = of.attempts});
}

bool simulated_service::step() {
  if (events_.empty()) return false;
  auto next = events_.extract(events_.begin());
  now_ = std::max(now_, next.key());
  next.mapped()();
  return true;
}

void simulated_service::run_until(time_point when) {
  while (!events_.empty() && events_.begin()->first <= when) step();
  now_ = std::max(now_, when);
}

}  // namespace dynamo::test
