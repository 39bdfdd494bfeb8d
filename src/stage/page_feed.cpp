#include <dynamo/stage/page_feed.hpp>

#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>

namespace dynamo::stage::detail {
namespace {

constexpr std::uint32_t default_segments = 8;

scan_options checked(scan_options options) {
  if (options.select == select::count) {
    throw exception({.kind = errc::invalid_argument,
                     .message = "select count returns no items for a producer to emit"});
  }
  if (!options.segments) {
    options.segments = dynamo::detail::kept_segments(options, default_segments);
  }
  return options;
}

}  // namespace

// Written by whichever thread a page comes on.
struct page_feed::arrivals {
  std::mutex mutex;
  std::deque<result<std::optional<page>>> came;
  std::size_t requested = 0;
  waker wake;
};

void require_no_checkpoint(const scan_options& options) {
  if (!options.checkpoint) return;
  throw exception({.kind = errc::invalid_argument,
                   .message =
                       "the scan has a checkpoint, but its items cannot be acknowledged behind "
                       "the stages: scan a table<tracked<T>>"});
}

page_feed::page_feed(const opener& open, scan_options options, std::string table)
    : options_(checked(std::move(options))),
      table_(std::move(table)),
      source_(open(options_)),
      positions_(*options_.segments),
      concurrency_(source_.progress().concurrency) {
  if (auto before = source_.resumed()) {
    positions_ = std::move(before->positions);
    // For another opening; the source at hand knows. A limit of nothing is no valid option.
    if (options_.limit) {
      options_.limit = std::max(*options_.limit, before->items + 1) - before->items;
    }
  }
  expect_pages();
}

page_feed::~page_feed() = default;

// Of a scan that failed, what comes late must not be taken for the new one's.
void page_feed::expect_pages() {
  arrivals_ = std::make_shared<arrivals>();
  arrivals_->wake = wake_;
}

void page_feed::on_page(waker wake) {
  wake_ = std::move(wake);
  const std::lock_guard lock(arrivals_->mutex);
  arrivals_->wake = wake_;
}

page* page_feed::current() {
  if (page_) return &*page_;
  if (complete_) return nullptr;
  std::optional<result<std::optional<page>>> next;
  {
    const std::lock_guard lock(arrivals_->mutex);
    if (arrivals_->came.empty()) return nullptr;
    next = std::move(arrivals_->came.front());
    arrivals_->came.pop_front();
  }
  if (!*next) {
    error failure = std::move(*next).error();
    expect_pages();
    source_ = source_.again(options_, positions_);
    throw exception(std::move(failure));
  }
  if (!**next) {
    complete_ = true;
    return nullptr;
  }
  page_ = **std::move(*next);
  return &*page_;
}

void page_feed::finish_page() {
  segment_position& position = positions_[page_->segment];
  position.start_key = page_->last_evaluated_key();
  position.complete = position.start_key.empty();
  // Of a scan that is opened again, what is left. A bound of nothing is no valid option: the scan
  // is complete.
  const auto take = [&](std::optional<std::uint64_t>& bound, std::uint64_t taken) {
    if (bound && *bound <= taken) complete_ = true;
    if (bound && !complete_) *bound -= taken;
  };
  take(options_.limit, page_->wanted);
  take(options_.max_bytes, page_->size());
  page_.reset();
}

void page_feed::request() {
  if (complete_) return;
  for (;;) {
    {
      const std::lock_guard lock(arrivals_->mutex);
      if (arrivals_->requested >= concurrency_ || !arrivals_->came.empty()) return;
      ++arrivals_->requested;
    }
    source_.async_next([to = arrivals_](result<std::optional<page>> came) {
      waker wake;
      {
        const std::lock_guard lock(to->mutex);
        --to->requested;
        to->came.push_back(std::move(came));
        wake = to->wake;
      }
      wake();
    });
  }
}

}  // namespace dynamo::stage::detail
