#include "engine/operation/throttle.hpp"

#include "engine/refusal.hpp"

#include <algorithm>

namespace dynamo::engine {
namespace {

constexpr double burst_seconds = 300;

[[noreturn]] void refuse_table() {
  throw refusal("ProvisionedThroughputExceededException",
                "The level of configured provisioned throughput for the table was exceeded. "
                "Consider increasing your provisioning level with the UpdateTable API.");
}

[[noreturn]] void refuse_index() {
  throw refusal("ProvisionedThroughputExceededException",
                "The level of configured provisioned throughput for one or more global secondary "
                "indexes of the table was exceeded. Consider increasing your provisioning level "
                "for the under-provisioned global secondary indexes with the UpdateTable API");
}

double in_units(capacity_units units) {
  return static_cast<double>(units.halves) / 2;
}

}  // namespace

throttle::bucket* throttle::filled(row_set rows, const std::optional<provisioned_throughput>& rate,
                                   purpose what) {
  if (!rate) return nullptr;
  const auto per_second =
      static_cast<double>(what == purpose::reads ? rate->read_units : rate->write_units);
  const auto now = time_->now();
  bucket& found = buckets_[{rows, what}];
  if (!found.begun) {
    found = {per_second * burst_seconds, now, true};
    return &found;
  }
  const double passed = std::chrono::duration<double>(now - found.filled).count();
  found.units = std::min(found.units + passed * per_second, per_second * burst_seconds);
  found.filled = now;
  return &found;
}

void throttle::require_reads(const table_definition& table, const table_index* index) {
  const std::lock_guard lock(mutex_);
  const bool of_index = index != nullptr && index->global;
  const bucket* const found = of_index ? filled(index->rows, index->throughput, purpose::reads)
                                       : filled(table.rows, table.throughput, purpose::reads);
  if (found == nullptr || found->units > 0) return;
  of_index ? refuse_index() : refuse_table();
}

void throttle::require_writes(const table_definition& table) {
  const std::lock_guard lock(mutex_);
  const bucket* found = filled(table.rows, table.throughput, purpose::writes);
  if (found != nullptr && found->units <= 0) refuse_table();
  for (const table_index& index : table.indexes) {
    if (!index.global) continue;
    found = filled(index.rows, index.throughput, purpose::writes);
    if (found != nullptr && found->units <= 0) refuse_index();
  }
}

void throttle::spend_reads(const table_definition& table, const consumption& consumed) {
  spend(table, consumed, purpose::reads);
}

void throttle::spend_writes(const table_definition& table, const consumption& consumed) {
  spend(table, consumed, purpose::writes);
}

void throttle::spend(const table_definition& table, const consumption& consumed, purpose what) {
  const std::lock_guard lock(mutex_);
  if (bucket* const found = filled(table.rows, table.throughput, what)) {
    found->units -= in_units(consumed.of_base());
  }
  for (const auto& [name, units] : consumed.of_global()) {
    const table_index* const index = table.find_index(name);
    if (index == nullptr) continue;
    if (bucket* const found = filled(index->rows, index->throughput, what)) {
      found->units -= in_units(units);
    }
  }
}

}  // namespace dynamo::engine
