#include <dynamo/stage/outlet.hpp>

namespace dynamo::stage::detail {
namespace {

[[noreturn]] void refuse(std::string message) {
  throw exception({.kind = errc::invalid_argument, .message = std::move(message)});
}

}  // namespace

void claims::take(link_id link, const void* consumer, std::optional<std::size_t> partition) {
  const std::lock_guard lock(mutex_);
  if (kind_ == kind::partitions) {
    if (!partition || *partition >= partitions_) {
      refuse("the subscription must name a partition below " + std::to_string(partitions_));
    }
  } else if (partition) {
    refuse("the subscription names a partition, but its producer has no partition_by");
  }
  for (const claim& each : taken_) {
    if (kind_ == kind::once_each && each.consumer == consumer) {
      refuse("the stage is subscribed to this broadcast already");
    }
    if (kind_ == kind::partitions && each.partition == partition) {
      refuse("partition " + std::to_string(*partition) + " has a consumer already");
    }
  }
  taken_.push_back({link, consumer, partition});
}

void claims::release(link_id link) noexcept {
  const std::lock_guard lock(mutex_);
  std::erase_if(taken_, [&](const claim& each) { return each.link == link; });
}

}  // namespace dynamo::stage::detail
