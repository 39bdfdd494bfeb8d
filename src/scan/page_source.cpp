#include "scan/checkpoint.hpp"
#include "scan/checkpoint_journal.hpp"
#include "scan/coordinator.hpp"
#include "scan/watched_scans.hpp"

#include <dynamo/core/owned_thread.hpp>
#include <dynamo/scan/page_source.hpp>

#include <utility>

namespace dynamo {
namespace detail {

std::uint32_t kept_segments(const scan_options& options, std::uint32_t otherwise) {
  if (!options.checkpoint) return otherwise;
  const auto text = options.checkpoint->load();
  if (!text || !*text) return otherwise;
  const auto kept = scan::parse_checkpoint(**text, options.checkpoint->name());
  return kept ? kept->of.segments : otherwise;
}

}  // namespace detail

namespace {

scan_options with_segments(scan_options options) {
  if (!options.segments) options.segments = detail::kept_segments(options, 1);
  return options;
}

std::shared_ptr<scan::coordinator> coordinate(const std::shared_ptr<backend>& from,
                                              std::string table, const scan_options& options,
                                              bool ahead) {
  auto made = std::make_shared<scan::coordinator>(*from, std::move(table), options, ahead);
  if (options.checkpoint) {
    auto journal = scan::open_journal(from, made->table(), options);
    const auto& before = journal->resumed();
    const std::uint64_t delivered = before ? before->items : 0;
    made->go_on_from(journal->positions());
    made->keep(std::move(journal), delivered);
  }
  made->start();
  return made;
}

}  // namespace

page_source::page_source(std::shared_ptr<backend> from, std::string table,
                         const scan_options& options, bool ahead)
    : backend_(std::move(from)),
      coordinator_(coordinate(backend_, std::move(table), with_segments(options), ahead)) {
  begin(options);
}

page_source::page_source(std::shared_ptr<backend> from, std::string table,
                         const scan_options& options, bool ahead,
                         const std::vector<segment_position>& positions)
    : page_source(std::move(from), std::move(table), options, ahead, positions, nullptr) {
  if (options.checkpoint) {
    throw exception(
        {.kind = errc::invalid_argument,
         .message =
             "the scan has both a checkpoint and positions to resume from: use one of them"});
  }
}

page_source::page_source(std::shared_ptr<backend> from, std::string table,
                         const scan_options& options, bool ahead,
                         const std::vector<segment_position>& positions,
                         std::shared_ptr<scan::checkpoint_journal> journal)
    : backend_(std::move(from)),
      coordinator_(
          std::make_shared<scan::coordinator>(*backend_, std::move(table), options, ahead)) {
  coordinator_->go_on_from(positions);
  if (journal) {
    journal->rewind(positions);
    coordinator_->keep(std::move(journal), 0);
  }
  coordinator_->start();
  begin(options);
}

page_source::page_source(page_source&&) noexcept = default;

void page_source::begin(const scan_options& options) {
  if (!options.watch) return;
  watch_ = options.watch->shared_;
  watch_->begins(coordinator_);
}

void page_source::end() noexcept {
  if (!coordinator_) return;
  if (coordinator_->is_forked_child()) return detail::abandon(coordinator_);
  // Before `close`, which gives an end to a scan without one.
  if (watch_) watch_->ends(coordinator_);
  coordinator_->close();
}

page_source& page_source::operator=(page_source&& other) noexcept {
  if (this != &other) {
    end();
    coordinator_ = std::move(other.coordinator_);
    backend_ = std::move(other.backend_);
    watch_ = std::move(other.watch_);
  }
  return *this;
}

page_source::~page_source() {
  end();
}

page_source page_source::again(const scan_options& options,
                               const std::vector<segment_position>& positions) const {
  return {backend_,  coordinator_->table(),  options, coordinator_->reads_ahead(),
          positions, coordinator_->journal()};
}

result<std::optional<page>> page_source::next() {
  if (coordinator_->is_forked_child()) return detail::made_before_fork("scan");
  return coordinator_->next();
}

void page_source::async_next(handler done) {
  if (coordinator_->is_forked_child()) return done(detail::made_before_fork("scan"));
  coordinator_->async_next(std::move(done));
}

void page_source::cancel() {
  coordinator_->cancel();
}

scan_progress page_source::progress() const {
  return coordinator_->progress();
}

scan_summary page_source::summary() const {
  return coordinator_->summary();
}

bool page_source::has_checkpoint() const noexcept {
  return coordinator_->journal() != nullptr;
}

std::optional<resumed_scan> page_source::resumed() const {
  return has_checkpoint() ? coordinator_->journal()->resumed() : std::nullopt;
}

result<void> page_source::try_save_checkpoint() {
  return has_checkpoint() ? coordinator_->journal()->save() : result<void>();
}

}  // namespace dynamo
