// The loop that pulls a scan's pages, decodes them and sends their items as messages.
#pragma once

#include <dynamo/process/message_formats.hpp>
#include <dynamo/process/scan_task.hpp>
#include <dynamo/scan/page_reader.hpp>

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace dynamo::detail {

/// Returns the error for a scan that ends with the exception being handled. Call it within a
/// handler. Details that do not fit into memory are left out.
[[nodiscard]] error thrown_in_scan(const std::string& table) noexcept;
/// Returns the error for a scan whose end could not be reported for lack of memory.
[[nodiscard]] error unreported_end(const std::string& table);
/// Throws errc::invalid_argument if no function creates the messages to be sent.
void require_format(bool there, bool batches);
/// Throws errc::invalid_argument if there is a checkpoint but the messages cannot be acknowledged.
void require_marks(const scan_options& options, bool there);

/// `T` is the type that is decoded, `Kept` the type that is sent; `Sender` is the sender of a
/// mailbox or of a process.
template <streamable T, class Kept, class M, class Sender>
class scan_pump {
  static constexpr bool decodes_in_place = std::same_as<T, Kept>;

 public:
  scan_pump(std::shared_ptr<scan_run> run, Sender to, message_formats<Kept, M> shapes,
            std::optional<std::size_t> batch_size)
      : run_(std::move(run)),
        to_(std::move(to)),
        shapes_(std::move(shapes)),
        batch_size_(batch_size),
        limits_(run_->limits(shapes_.message_format.is_own())) {
    require_format(
        batch_size ? shapes_.message_format.makes_batches() : shapes_.message_format.makes_items(),
        batch_size.has_value());
    summary_.segments.resize(run_->progress().segments);
    // The last message must arrive even if there is no memory left to create it.
    room_ = to_.reserve();
    if constexpr (std::constructible_from<M, scan_error>)
      last_resort_.emplace(scan_error{unreported_end(run_->table()), {}});
  }

  /// Runs until the scan ends, and reports its end also after an exception.
  void operator()() noexcept {
    result<void> outcome;
    std::exception_ptr thrown;
    try {
      run_->watch(to_.close_token());
      outcome = deliver();
    } catch (...) {
      outcome = failed(thrown);
    }
    to_.flush();
    batch_ = {};
    pool_.reset();
    try {
      run_->release();
    } catch (...) {
      // The counts are unknown, so the scan is not complete.
      error unknown = failed(thrown);
      if (outcome) outcome = std::move(unknown);
    }
    tell_end(outcome, thrown);
    to_ = Sender();
    run_->finish(std::move(summary_), std::move(outcome), std::move(thrown));
  }

 private:
  result<void> deliver() {
    for (;;) {
      auto arrived = run_->next_page();
      if (!arrived) return behind_the_last_items(std::move(arrived).error());
      if (!*arrived) return send_batch();
      auto read = read_page(**arrived);
      to_.flush();
      arrived->reset();  // free its memory before the next page is requested
      if (!read) return behind_the_last_items(std::move(read).error());
    }
  }

  // A failure is reported after the items that arrived before it; cancellation and deadlines at
  // once.
  result<void> behind_the_last_items(error failure) {
    if (end_of(failure) == scan_end::failed) {
      auto sent = send_batch();
      if (!sent) return sent;
    }
    return failure;
  }

  result<void> read_page(const page& from) {
    segment_summary& counts = summary_.segments[from.segment];
    ++counts.pages;
    counts.bytes += from.size();
    counts.scanned_items += from.scanned_count();
    item_bytes_ = from.size() / std::max<std::size_t>(from.count(), 1);
    reader_.open(from);
    for (;;) {
      memory_.clear();
      auto more = batch_size_ ? add_to_batch() : send_item(from);
      if (!more) return std::move(more).error();
      if (!*more) return {};
      if (!batch_size_) continue;
      note(from.segment);
      mark(from);
      if (filled_ == *batch_size_) {
        auto sent = send_batch();
        if (!sent) return sent;
      }
    }
  }

  // Decodes the next item into `out`. Returns true, or false at the page's end.
  result<bool> read_item(Kept& out) {
    if constexpr (decodes_in_place) {
      return reader_.next(out, run_->table());
    } else {
      auto more = reader_.next(current_, run_->table());
      if (!more || !*more) return more;
      try {
        out = current_.to_owned();
      } catch (const exception& unfit) {
        error failure = unfit.details();
        failure.table = run_->table();
        return failure;
      }
      return true;
    }
  }

  // `batch_` may contain objects after the first `filled_` items; their memory is reused.
  result<bool> add_to_batch() {
    if (filled_ == 0 && batch_.capacity() == 0) {
      batch_ = pool_->take();
      if (batch_.capacity() == 0) batch_.reserve(std::min(*batch_size_, first_capacity));
    }
    if (filled_ == batch_.size()) batch_.emplace_back();
    auto more = read_item(batch_[filled_]);
    if (more && *more) ++filled_;
    return more;
  }

  result<bool> send_item(const page& from) {
    auto more = read_item(kept_);
    if (!more || !*more) return more;
    note(from.segment);
    auto sent = send([&] {
      return shapes_.message_format.of_item(
          std::move(kept_), item_bytes_, acknowledgement(from.receipt, reader_.delivered() - 1, 1));
    });
    if (!sent) return std::move(sent).error();
    return true;
  }

  result<void> send_batch() {
    if (filled_ == 0) return {};
    batch_.resize(std::exchange(filled_, 0));
    return send([&] {
      return shapes_.message_format.of_batch(std::exchange(batch_, {}),
                                             std::exchange(batch_bytes_, 0), pool_,
                                             std::exchange(marks_, {}));
    });
  }

  template <class Make>
  result<void> send(Make&& make) {
    auto may = run_->check();
    if (!may) return may;
    const bool sent = to_.send_within(make(), limits_);
    if (!sent) return run_->refusal(to_.closed());
    ++summary_.messages;
    for (const share& each : pending_) summary_.segments[each.segment].items += each.items;
    pending_.clear();
    return {};
  }

  void note(std::uint32_t segment) {
    batch_bytes_ += item_bytes_;
    if (pending_.empty() || pending_.back().segment != segment) pending_.push_back({segment, 0});
    ++pending_.back().items;
  }

  // Adds the acknowledgement of the item that was put into the batch.
  void mark(const page& from) {
    if (!from.receipt) return;
    const std::uint64_t item = reader_.delivered() - 1;
    if (!marks_.empty() && marks_.back().extend(from.receipt, item)) return;
    marks_.emplace_back(from.receipt, item, 1);
  }

  // Call within a handler. The first exception is the cause, which `wait` rethrows.
  error failed(std::exception_ptr& thrown) noexcept {
    if (!thrown) thrown = std::current_exception();
    return thrown_in_scan(run_->table());
  }

  void tell_end(result<void>& outcome, std::exception_ptr& thrown) noexcept {
    sum_up(outcome);
    if (outcome) {
      try {
        M complete = shapes_.completion_message(summary_);
        if (!to_.post(std::move(complete), std::move(room_))) outcome = run_->refusal(true);
        if (outcome) return;
      } catch (...) {
        outcome = failed(thrown);
      }
      summary_.end = end_of(outcome);
      if (!thrown || !room_) return;
    }
    try {
      M failure = shapes_.error_message(outcome.error(), summary_);
      to_.post(std::move(failure), std::move(room_));
    } catch (...) {
      (void)failed(thrown);
      // No user code runs here, and nothing is allocated.
      if (room_ && last_resort_) to_.post(*std::move(last_resort_), std::move(room_));
    }
  }

  // Combines the counts read and delivered: a segment with undelivered items is not complete.
  void sum_up(const result<void>& outcome) {
    scan_summary read = std::move(run_->read());
    summary_.end = outcome ? read.end : end_of(outcome);
    for (std::size_t i = 0; i < read.segments.size(); ++i) {
      segment_summary& delivered = summary_.segments[i];
      segment_summary& each = read.segments[i];
      if (each.items != delivered.items || each.pages != delivered.pages) each.end = summary_.end;
      each.items = delivered.items;
      each.scanned_items = delivered.scanned_items;
      each.pages = delivered.pages;
      each.bytes = delivered.bytes;
    }
    // Empty if there was no memory for the summary.
    if (!read.segments.empty()) summary_.segments = std::move(read.segments);
    summary_.elapsed = read.elapsed;
    summary_.add_up();
  }

  static constexpr std::size_t first_capacity = 1024;
  struct share {
    std::uint32_t segment;
    std::uint64_t items;
  };
  struct nothing {};

  const std::shared_ptr<scan_run> run_;
  Sender to_;
  const message_formats<Kept, M> shapes_;
  const std::optional<std::size_t> batch_size_;
  const send_limits limits_;
  typename Sender::room room_;
  std::optional<M> last_resort_;

  arena memory_;
  page_reader<T> reader_{memory_};
  [[no_unique_address]] std::conditional_t<decodes_in_place, nothing, T> current_;
  Kept kept_{};
  std::vector<Kept> batch_;
  std::size_t filled_ = 0;
  batch_home<Kept> pool_ = std::make_shared<batch_pool<Kept>>();
  std::size_t batch_bytes_ = 0;
  std::size_t item_bytes_ = 0;
  std::vector<share> pending_;          // segments of the items in the batch
  std::vector<acknowledgement> marks_;  // acknowledgements of those items
  scan_summary summary_;
};

/// Starts a scan that delivers to `to`.
template <streamable T, class Kept, class M, class Sender>
scan_task start_delivery(std::shared_ptr<backend> from, const std::string& table,
                         const scan_options& options, Sender to, message_formats<Kept, M> shapes) {
  require_marks(options, is_tracked<Kept> || shapes.message_format.is_own());
  const bool ahead = options.read_ahead || options.segments.value_or(1) > 1;
  auto run = std::make_shared<scan_run>(std::move(from), table, options, ahead);
  auto pump = std::make_shared<scan_pump<T, Kept, M, Sender>>(run, std::move(to), std::move(shapes),
                                                              options.batch_size);
  return scan_task(std::move(run), [pump] { (*pump)(); });
}

}  // namespace dynamo::detail
