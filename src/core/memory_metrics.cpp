#include <dynamo/core/memory_metrics.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <numeric>
#include <shared_mutex>
#include <string_view>
#include <utility>

namespace dynamo {
namespace {

using label_values = std::array<std::string_view, 3>;

label_values values_of(const metric_definition& of, const metric_labels& labels) {
  label_values values;
  for (std::size_t i = 0; i < of.label_count; ++i) values[i] = labels[of.label_list[i]];
  return values;
}

bool fits(const metric_sample& sample, const metric_labels& wanted) {
  const metric_definition& of = definition_of(sample.what);
  for (std::size_t i = 0; i < of.label_count; ++i) {
    const std::string_view value = wanted[of.label_list[i]];
    if (!value.empty() && value != sample.labels[i]) return false;
  }
  return true;
}

class number_series final : public metric_series {
 public:
  void add(double amount) noexcept override { value_.fetch_add(amount, std::memory_order_relaxed); }
  void read(metric_sample& into) const { into.value = value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_ = 0;
};

class histogram_series final : public metric_series {
 public:
  void add(double amount) noexcept override {
    const auto bucket = std::ranges::lower_bound(histogram_bounds, amount);
    const auto at = static_cast<std::size_t>(bucket - histogram_bounds.begin());
    buckets_[at].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(amount, std::memory_order_relaxed);
  }
  void read(metric_sample& into) const {
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      into.buckets[i] = buckets_[i].load(std::memory_order_relaxed);
    }
    into.value = sum_.load(std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<std::uint64_t>, histogram_bounds.size() + 1> buckets_{};
  std::atomic<double> sum_ = 0;
};

// Of a series that is there; with views, to look for one without copies.
struct key {
  metric what;
  std::array<std::string, 3> labels;
};
struct key_view {
  metric what;
  label_values labels;
};
struct by_key {
  using is_transparent = void;
  static key_view view(const key& of) {
    return {of.what, {of.labels[0], of.labels[1], of.labels[2]}};
  }
  static key_view view(const key_view& of) { return of; }
  template <class One, class Other>
  bool operator()(const One& one, const Other& other) const {
    const key_view a = view(one);
    const key_view b = view(other);
    return a.what != b.what ? a.what < b.what : a.labels < b.labels;
  }
};

struct kept_series {
  std::shared_ptr<number_series> number;
  std::shared_ptr<histogram_series> histogram;

  [[nodiscard]] std::shared_ptr<metric_series> get() const {
    if (histogram) return histogram;
    return number;
  }
};

}  // namespace

struct memory_metrics::state {
  const std::size_t most;
  mutable std::shared_mutex mutex{};
  std::map<key, kept_series, by_key> all{};
};

memory_metrics::memory_metrics(std::size_t max_series) : state_(new state{.most = max_series}) {}
memory_metrics::~memory_metrics() = default;

std::shared_ptr<metric_series> memory_metrics::series(metric what,
                                                      const metric_labels& of) noexcept {
  const metric_definition& definition = definition_of(what);
  key_view wanted{what, values_of(definition, of)};
  {
    const std::shared_lock lock(state_->mutex);
    if (const auto known = state_->all.find(wanted); known != state_->all.end()) {
      return known->second.get();
    }
  }
  const std::unique_lock lock(state_->mutex);
  if (state_->all.size() >= state_->most) {
    for (std::size_t i = 0; i < definition.label_count; ++i) wanted.labels[i] = "other";
  }
  if (const auto known = state_->all.find(wanted); known != state_->all.end()) {
    return known->second.get();
  }
  kept_series made;
  if (definition.kind == metric_kind::histogram) {
    made.histogram = std::make_shared<histogram_series>();
  } else {
    made.number = std::make_shared<number_series>();
  }
  key name{what, {}};
  std::ranges::copy(wanted.labels, name.labels.begin());
  return state_->all.emplace(std::move(name), std::move(made)).first->second.get();
}

metrics_snapshot memory_metrics::snapshot() const {
  metrics_snapshot found;
  const std::shared_lock lock(state_->mutex);
  found.samples.reserve(state_->all.size());
  for (const auto& [name, kept] : state_->all) {
    metric_sample& sample = found.samples.emplace_back();
    sample.what = name.what;
    const std::size_t labels = definition_of(name.what).label_count;
    sample.labels.assign(name.labels.begin(),
                         name.labels.begin() + static_cast<std::ptrdiff_t>(labels));
    if (kept.histogram) {
      kept.histogram->read(sample);
    } else {
      kept.number->read(sample);
    }
  }
  return found;
}

std::uint64_t metric_sample::count() const noexcept {
  return std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0});
}

double metrics_snapshot::total(metric what, const metric_labels& of) const noexcept {
  double sum = 0;
  for (const metric_sample& each : samples) {
    if (each.what == what && fits(each, of)) sum += each.value;
  }
  return sum;
}

std::uint64_t metrics_snapshot::count(metric what, const metric_labels& of) const noexcept {
  std::uint64_t sum = 0;
  for (const metric_sample& each : samples) {
    if (each.what == what && fits(each, of)) sum += each.count();
  }
  return sum;
}

}  // namespace dynamo
