#include <dynamo/stage/page_feed.hpp>

#include <algorithm>
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

// Written by the thread on which a page arrives. Nothing here may fail: those threads are not
// the stage's.
struct page_feed::arrivals {
  using outcome = result<std::optional<page>>;

  arrivals(std::size_t most, std::shared_ptr<const waker> waker)
      : came(most), wake(std::move(waker)) {}

  void put(outcome&& what) noexcept {
    std::shared_ptr<const waker> waker;
    {
      const std::lock_guard lock(mutex);
      --requested;
      came[(first + count++) % came.size()] = std::move(what);
      waker = wake;
    }
    if (waker) (*waker)();
  }
  std::optional<outcome> take() noexcept {
    const std::lock_guard lock(mutex);
    if (count == 0) return std::nullopt;
    std::optional<outcome> taken = std::exchange(came[first], std::nullopt);
    first = (first + 1) % came.size();
    --count;
    return taken;
  }
  // Returns whether there is room for one more request, and no page waits to be taken.
  [[nodiscard]] bool has_room() noexcept {
    const std::lock_guard lock(mutex);
    return requested < came.size() && count == 0;
  }
  bool reserve() noexcept {
    const std::lock_guard lock(mutex);
    if (requested >= came.size() || count != 0) return false;
    ++requested;
    return true;
  }
  void recycle() noexcept {
    const std::lock_guard lock(mutex);
    --requested;
  }

  std::mutex mutex;
  std::vector<std::optional<outcome>> came;  // a ring: a place for each request
  std::size_t first = 0;
  std::size_t count = 0;
  std::size_t requested = 0;
  std::shared_ptr<const waker> wake;
};

// Returns its room when the response arrives, or when it is certain that none will.
class page_feed::request_under_way {
 public:
  explicit request_under_way(std::shared_ptr<arrivals> of) : to_(std::move(of)) {}
  request_under_way(const request_under_way&) = delete;
  request_under_way& operator=(const request_under_way&) = delete;
  ~request_under_way() { end(); }

  bool begin() noexcept { return open_ = to_->reserve(); }
  void answer(arrivals::outcome&& what) noexcept {
    open_ = false;
    to_->put(std::move(what));
  }

 private:
  void end() noexcept {
    if (std::exchange(open_, false)) to_->recycle();
  }

  const std::shared_ptr<arrivals> to_;
  bool open_ = false;
};

void require_no_checkpoint(const scan_options& options) {
  if (!options.checkpoint) return;
  throw exception({.kind = errc::invalid_argument,
                   .message =
                       "the scan has a checkpoint, but its items cannot be acknowledged after "
                       "the stages: scan a table<tracked<T>>"});
}

page_feed::page_feed(const opener& open, scan_options options, std::string table)
    : options_(checked(std::move(options))),
      table_(std::move(table)),
      positions_(*options_.segments),
      source_(open(options_)),
      concurrency_(source_.progress().concurrency) {
  if (auto before = source_.resumed()) {
    positions_ = std::move(before->positions);
    // For another opening; the current source keeps its own count. A limit of 0 is not a valid
    // option.
    if (options_.limit) {
      options_.limit = std::max(*options_.limit, before->items + 1) - before->items;
    }
  }
  arrivals_ = std::make_shared<arrivals>(concurrency_, wake_);
}

page_feed::~page_feed() = default;

void page_feed::on_page(waker wake) {
  auto now = std::make_shared<const waker>(std::move(wake));
  wake_ = now;
  const std::lock_guard lock(arrivals_->mutex);
  arrivals_->wake.swap(now);  // the old one is destroyed without the lock
}

page* page_feed::current() {
  if (page_) return &*page_;
  if (complete_) return nullptr;
  std::optional<arrivals::outcome> next = arrivals_->take();
  if (!next) return nullptr;
  if (!*next) {
    error failure = std::move(*next).error();
    auto other = std::make_shared<arrivals>(concurrency_, wake_);
    page_source again = source_.again(options_, positions_);
    // Late responses must not be taken for those of the new scan. The old source is destroyed
    // before the objects that it delivers to.
    arrivals_.swap(other);
    source_ = std::move(again);
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
  std::string next(page_->last_evaluated_key());  // before anything is changed
  segment_position& position = positions_[page_->segment];
  position.start_key = std::move(next);
  position.complete = position.start_key.empty();
  // The limits that remain for a scan that is opened again. A limit of 0 is not a valid option: the
  // scan is complete.
  const auto take = [&](std::optional<std::uint64_t>& bound, std::uint64_t taken) {
    if (bound && *bound <= taken) complete_ = true;
    if (bound && !complete_) *bound -= taken;
  };
  take(options_.limit, page_->wanted);
  take(options_.max_bytes, page_->size());
  page_.reset();
}

void page_feed::request() {
  while (!complete_ && arrivals_->has_room()) {
    const auto begun = std::make_shared<request_under_way>(arrivals_);
    page_source::handler handler = [begun](arrivals::outcome came) {
      begun->answer(std::move(came));
    };
    if (!begun->begin()) return;
    source_.async_next(std::move(handler));
  }
}

}  // namespace dynamo::stage::detail
